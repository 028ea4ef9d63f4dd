"""Closing phrases and soft 404s in the languages of career pages, and what only looks so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.answer import Answer
from crawler.classify import Judgement, without_posting
from crawler.judge.closing import closing_phrase, is_noindex, no_openings, not_found_phrase
from crawler.judge.redirects import led_away
from tests.crawler.test_judge import URL, page

BOARD = "https://acme.example/careers"


def judged(title: str, body: str, final: str = URL) -> Judgement:
    """What a posting's own page is that answered 200 without a posting."""
    answer = Answer(URL, final, datetime(2026, 3, 2, tzinfo=UTC), 200)
    return without_posting(answer, page(body, title), BOARD)


CLOSED = [
    "The job you are trying to apply for has been filled.", "Job not found",
    "This posting is closed", "This job is closed.", "Sorry, this job is closed",
    "This role has now closed.", "This vacancy has now closed",
    "This vacancy is closed to applications", "Job expired",
    "This job posting is no longer active", "Position closed",
    "We're sorry, the job you're looking for is no longer available.",
    "The position you are looking for is no longer accepting applications.",
    "This requisition is no longer available.", "This opportunity is no longer available",
    "The vacancy is no longer open.", "We've filled this position", "We have filled this role.",
    "This job ad has expired", "This advert has expired.",
    "Unfortunately, this position is no longer open", "The closing date for this job has passed",
    "The application deadline has passed.", "The application period for this job has ended.",
    "Applications for this vacancy are now closed", "Recruitment for this position has ended.",
    "The page you requested is no longer available", "This job isn't available anymore",
    "This job is not available anymore.", "This job is no longer listed",
    "Die ausgeschriebene Stelle ist leider bereits besetzt.",
    "Diese Stellenanzeige ist nicht mehr verfügbar.",
    "Diese Stelle ist nicht mehr ausgeschrieben", "Die Position ist leider nicht mehr vakant.",
    "Diese Stelle wurde bereits vergeben", "Dieses Stelleninserat ist abgelaufen.",
    "Die Stelle ist bereits vergeben.", "Dieser Job ist leider nicht mehr online",
    "Stellenanzeige nicht gefunden", "Das Inserat ist nicht mehr aktiv.",
    "Die Bewerbungsfrist für diese Stelle ist abgelaufen.", "Diese Ausschreibung ist beendet.",
    "Bewerbungen sind nicht mehr möglich", "Cette offre d'emploi n'est plus disponible",
    "Ce poste n'est plus à pourvoir.", "Cette annonce a expiré", "Cette offre a été pourvue",
    "L'offre que vous recherchez n'existe plus", "Le poste est pourvu",
    "Les candidatures sont closes.", "Offre expirée", "L'offre d'emploi est clôturée",
    "Questa posizione è stata coperta", "L'offerta di lavoro è scaduta",
    "L'annuncio non è più disponibile.", "La posizione non è più aperta",
    "Le candidature sono chiuse", "Esta oferta de empleo ya no está disponible",
    "La oferta ha caducado", "Este puesto ha sido cubierto", "El puesto ya no está disponible",
    "Oferta no disponible", "Esta vacante está cerrada", "Oferta cerrada",
    "El plazo de inscripción ha finalizado", "Esta vaga não está mais disponível",
    "Vaga encerrada", "A vaga foi preenchida.", "Esta vaga expirou",
    "Esta oportunidade já não está disponível", "As inscrições para esta vaga estão encerradas",
    "Deze functie is inmiddels vervuld", "Deze vacature is gesloten",
    "De vacature is niet meer beschikbaar", "Deze vacature is verlopen.",
    "Helaas, deze vacature staat niet meer open",
    "Je kunt niet meer solliciteren op deze vacature", "Tjänsten är tillsatt",
    "Annonsen har utgått", "Den här tjänsten är inte längre öppen för ansökningar",
    "Ansökningstiden har gått ut", "Jobbet är inte längre tillgängligt", "Stillingen er besat",
    "Jobopslaget er udløbet.", "Ansøgningsfristen er udløbet",
    "Stillingen er ikke længere tilgængelig", "Stillingen er ikke lenger ledig",
    "Søknadsfristen har gått ut", "Annonsen er utløpt", "Søknadsfristen er utløpt",
    "Hakuaika on päättynyt", "Tämä työpaikka ei ole enää haettavissa", "Ilmoitus on vanhentunut",
    "To ogłoszenie wygasło", "Oferta pracy jest nieaktualna",
    "Ta oferta pracy nie jest już dostępna", "Rekrutacja została zakończona", "Oferta wygasła",
    "Ogłoszenie zostało zamknięte", "Nabídka již není aktuální", "Tato pozice byla obsazena",
    "Pozice je již obsazena", "Inzerát již není aktivní", "Ez az állás már betöltésre került",
    "A pozíció betöltésre került", "Az álláshirdetés lejárt", "A jelentkezési határidő lejárt",
    "Acest post nu mai este disponibil", "Anunțul a expirat", "Postul a fost ocupat",
    "Bu ilan yayından kaldırılmıştır", "İlanın süresi dolmuştur", "Bu pozisyon kapanmıştır",
    "Başvuru süresi dolmuştur", "Вакансия закрыта", "Вакансия в архиве",
    "Эта вакансия больше недоступна", "Приём заявок завершён", "Вакансію закрито",
    "Ця вакансія більше не доступна", "Η αγγελία έχει λήξει", "Η θέση έχει καλυφθεί",
    "この求人は募集を終了しました", "この求人の募集は終了しました", "募集は終了いたしました",
    "お探しの求人は見つかりませんでした", "掲載期間が終了しました",
    "この職位は募集を締め切りました", "该职位已下线", "职位已过期", "此职位已停止招聘",
    "職缺已關閉", "该职位不存在", "채용이 마감되었습니다", "마감된 공고입니다",
    "채용공고가 종료되었습니다", "접수가 마감되었습니다",
]  # fmt: skip


@pytest.mark.parametrize("said", CLOSED)
def test_a_page_says_that_its_posting_is_over(said: str) -> None:
    assert closing_phrase(page(f"<nav>Jobs</nav><h1>Nurse</h1><p>{said}</p>"))


STILL_OPEN = [
    "We have filled 200 positions last year.",
    "We filled over 200 positions in 2025 and keep growing.",
    "Our team has closed its biggest round.", "The role is closed-loop control of drives.",
    "This position is not available for remote work.",
    "This job is not available to contractors.",
    "This role is no longer an entry-level position.",
    "The position was created because our founder was promoted.",
    "You will make sure that job postings are removed when positions are filled.",
    "You make sure that expired postings are archived.",
    "The successful candidate's position has expired licences under control.",
    "As a recruiter you close positions; a position is closed when the contract is signed.",
    "Applications are accepted until 30 June.", "Applications close on 30 June 2026.",
    "The closing date is 30 June.", "If the position is filled, we will let you know.",
    "The page has been removed? Tell us.", "Once applications have closed, we will be in touch.",
    "You keep our job page up to date: jobs that are no longer available disappear.",
    "Die Stelle ist per sofort zu besetzen.", "Die Stelle ist befristet bis 31.12.2026.",
    "Sobald die Stelle besetzt ist, informieren wir dich.",
    "Du sorgst dafür, dass offene Stellen schnell besetzt werden.",
    "Wir haben letztes Jahr 200 Stellen besetzt.", "Le poste est à pourvoir immédiatement.",
    "Ce poste est fermé aux stagiaires? Non, ouvert à tous.",
    "Dès que le poste est pourvu, nous vous informons.", "La posizione è aperta a tutti.",
    "El puesto está disponible desde mayo.",
    "Esta vaga está aberta para pessoas com deficiência.", "De vacature staat open tot 1 juni.",
    "Zodra de vacature is vervuld, laten we het weten.",
    "Tjänsten tillsätts löpande, så sök redan idag.", "Stillingen er ledig fra 1. august.",
    "Stillingen besættes hurtigst muligt.", "Hakuaika päättyy 30.6.",
    "Rekrutacja zakończy się 30 czerwca.", "Oferta jest aktualna.",
    "Вакансия открыта до 30 июня.", "この求人は未経験者も歓迎です。", "募集終了日: 2026年6月30日",
    "职位描述", "채용 마감일: 6월 30일", "We archive postings after the vacancy has been filled.",
    "Employees whose contract has expired can be rehired.",
    "You will own the expired-domain portfolio.",
    "The job may close early if we receive enough applications.",
    "This vacancy may be closed before the deadline.", "The position has been open since March.",
    "The opening has been postponed to May.", "This posting will be removed on 1 June.",
    "You were told that the role has been removed? It has not.",
    "Our job page is not found by everyone.", "Please note: this role is not open to agencies.",
    "We are no longer accepting paper applications for this role.",
    "We no longer accept applications by post.", "Applications by agencies are not accepted.",
]  # fmt: skip


@pytest.mark.parametrize("said", STILL_OPEN)
def test_what_live_postings_say_does_not_close_them(said: str) -> None:
    assert closing_phrase(page(f"<nav>Jobs</nav><h1>Nurse</h1><p>{said}</p>")) is None


@pytest.mark.parametrize(
    "said",
    [
        "Page not found", "Sorry, page not found.", "404", "404 – Not Found", "Error 404",
        "We can’t find that page.", "The page you requested does not exist.",
        "Seite nicht gefunden", "Diese Seite wurde leider nicht gefunden.", "Page introuvable",
        "Cette page n’existe pas", "Pagina non trovata", "Página no encontrada",
        "Página não encontrada", "Pagina niet gevonden", "Sidan hittades inte",
        "ページが見つかりません", "页面不存在", "Страница не найдена",
    ],
)  # fmt: skip
def test_a_soft_404_counts_only_where_other_pages_are_sound(said: str) -> None:
    found = judged("Acme", f"<nav><a href='/'>Home</a></nav><h1>{said}</h1>")
    assert (found.fetch, found.evidence, found.doubtful) == ("ended", "closing_phrase", True)


@pytest.mark.parametrize(
    "said",
    ["We offer 404 Media a home.", "You write pages, and not found is no answer.", "Nurse, 404 km"],
)
def test_what_only_sounds_like_a_404_is_none(said: str) -> None:
    assert not_found_phrase(page(f"<h1>Nurse</h1><p>{said}</p>")) is None


def test_a_page_without_markup_says_that_it_is_noindex() -> None:
    body = f"<h1>Nurse</h1><p>{'We hire nurses. ' * 30}</p>"
    plain = judged("Nurse", body)
    assert (plain.evidence, plain.doubtful) == ("markup_removed", True)
    assert "noindex" not in plain.detail
    hidden = judged("Nurse", f"<meta name='ROBOTS' content='NoIndex, follow'>{body}")
    assert (hidden.evidence, hidden.doubtful) == ("markup_removed", True)
    assert "noindex" in hidden.detail
    assert not is_noindex(page(f"<meta name='robots' content='index'>{body}"))


@pytest.mark.parametrize(
    ("final", "over"),
    [
        (f"{URL}?not_found=true", True),
        (f"{URL}?notFound", True),
        (f"{URL}?job_expired=1", True),
        ("https://acme.example/404", True),
        ("https://acme.example/en/job-not-found.html", True),
        ("https://acme.example/position-closed", True),
        (f"{URL}?not_found=false", False),
        (f"{URL}?closed_rooms=2", False),
        ("https://acme.example/jobs/404-engineers", False),
        (f"{URL}-nurse", False),
    ],
)
def test_an_address_may_say_that_it_is_not_there(final: str, over: bool) -> None:
    assert (led_away(URL, final, BOARD) is not None) is over


@pytest.mark.parametrize("said", CLOSED[:20])
def test_words_that_a_script_holds_close_nothing(said: str) -> None:
    hidden = f"<script>var closed = {said!r};</script><template>{said}</template>"
    assert closing_phrase(page(f"<h1>Nurse</h1>{hidden}<p>We hire nurses.</p>")) is None


def test_a_list_that_counts_its_postings_is_not_empty() -> None:
    assert no_openings(page("<h1>Jobs</h1><p>There are no open positions.</p>"))
    assert not no_openings(page("<h1>Jobs</h1><p>No position is too small for us.</p>"))
