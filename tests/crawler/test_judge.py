from __future__ import annotations

import pytest

from crawler.html import Page, parse
from crawler.judge.closing import closing_phrase, no_openings
from crawler.judge.impediments import impediment, is_shell
from crawler.judge.redirects import led_away
from tests.crawler.site import html

URL = "https://acme.example/jobs/7"


def page(body: str, title: str = "Acme") -> Page:
    parsed = parse(html(title, body).encode(), "text/html; charset=utf-8")
    assert parsed is not None
    return parsed


CLOSED = [
    "This job is no longer available.",
    "Sorry, this position has been filled.",
    "The job you are looking for is no longer open.",
    "The job posting has expired.",
    "This job has expired",
    "We are no longer accepting applications for this role.",
    "Applications are closed.",
    "Diese Stelle ist leider nicht mehr verfügbar.",
    "Die Stelle wurde bereits besetzt.",
    "Das Stellenangebot ist nicht mehr online.",
    "Cette offre n'est plus disponible.",
    "Ce poste a été pourvu.",
    "Questa offerta non è più disponibile.",
    "La posizione è stata chiusa",
    "Esta oferta ya no está disponible.",
    "La vacante ha sido cubierta.",
    "Esta vaga já não está disponível.",
    "A vaga foi encerrada.",
    "Deze vacature is niet meer beschikbaar.",
    "De vacature is vervuld.",
    "Tjänsten är inte längre tillgänglig.",
    "Stillingen er ikke længere ledig.",
    "Stillingen er besatt.",
    "Työpaikka ei ole enää avoinna.",
    "Oferta jest już nieaktualna.",
    "Tato pozice již není aktuální.",
    "Az állás már nem elérhető.",
    "Postul nu mai este disponibil.",
    "Bu ilan artık yayında değil.",
    "Вакансия больше не актуальна.",
    "Вакансія вже не актуальна.",
    "Η θέση δεν είναι πλέον διαθέσιμη.",
    "この求人は終了しました。",
    "求人は掲載を終了しました",
    "该职位已关闭。",
    "이 공고는 마감되었습니다.",
]


@pytest.mark.parametrize("said", CLOSED)
def test_a_page_says_that_its_posting_is_over(said: str) -> None:
    assert closing_phrase(page(f"<nav>Jobs</nav><h1>Nurse</h1><p>{said}</p>"))


OPEN = [
    "Applications will be reviewed until the position has been filled.",
    "We will close it once the position has been filled.",
    "Die Ausschreibung läuft, bis die Stelle besetzt ist.",
    "This position is available in Bern and in Basel.",
    "You fill positions: hundreds of positions were filled by you.",
    "Diese Stelle ist ab sofort zu besetzen.",
    "Cette offre est disponible.",
    "We are open to all. The role is based in Zürich, no longer than two days a week on site.",
]


@pytest.mark.parametrize("said", OPEN)
def test_what_open_postings_say_is_no_closing_phrase(said: str) -> None:
    assert closing_phrase(page(f"<h1>Nurse</h1><p>{said}</p>")) is None


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Nurse</h1><script>var t = 'This position has been filled';</script><p>Work.</p>",
        "<h1>Nurse</h1><p hidden>This job is no longer available</p><p>Work.</p>",
        "<h1>Nurse</h1><p style='display: none'>This job is no longer available</p>",
        "<h1>Nurse</h1><template>This job is no longer available</template>",
        "<h1>Nurse</h1><!-- This job is no longer available --><p>Work.</p>",
        f"<h1>Nurse</h1><p>{'Work with us. ' * 120}</p><p>This job is no longer available.</p>",
        "<h1>Nurse</h1><footer>This job is no longer available</footer>",
    ],
)
def test_only_visible_words_near_the_top_close_a_posting(body: str) -> None:
    assert closing_phrase(page(body)) is None


def test_the_phrase_is_told_with_its_sentence() -> None:
    said = closing_phrase(page("<p>Hello. Sorry, this job has been filled. See others.</p>"))
    assert said == "Sorry, this job has been filled"


@pytest.mark.parametrize(
    "said",
    [
        "There are currently no open positions.",
        "There are no jobs available at the moment.",
        "We don't have any open roles right now.",
        "No openings found",
        "No vacancies at this time",
        "Currently, we have no vacancies.",
        "Derzeit haben wir keine offenen Stellen.",
        "Aktuell keine Stellenangebote",
        "Aucune offre pour le moment",
        "Non ci sono posizioni aperte",
        "No hay vacantes disponibles",
        "Não há vagas abertas",
        "Er zijn momenteel geen vacatures",
        "Det finns inga lediga jobb",
        "Ingen ledige stillinger",
        "Brak ofert pracy",
        "Нет открытых вакансий",
        "現在募集している求人はありません",
        "暂无职位",
    ],
)
def test_a_listing_says_that_there_is_nothing(said: str) -> None:
    assert no_openings(page(f"<h1>Jobs</h1><p>{said}</p>"))


@pytest.mark.parametrize(
    "said", ["We have 30 open positions.", "No experience needed.", "Keine Sorge: wir helfen."]
)
def test_what_listings_say_is_not_taken_for_nothing(said: str) -> None:
    assert not no_openings(page(f"<h1>Jobs</h1><p>{said}</p>"))


def test_a_template_that_was_not_filled_says_nothing() -> None:
    unfilled = "<h1>Jobs</h1><p>{{ job.title }}</p><p>No openings found</p>"
    assert no_openings(page(unfilled.replace("{{ job.title }}", "")))
    assert not no_openings(page(unfilled))


CHALLENGES = [
    ("Just a moment...", "<p>Checking your browser.</p><script src='/x.js'></script>"),
    ("Acme", "<p>Please verify you are a human</p><div class='captcha-box'></div>"),
    ("Acme", "<h1>Are you a robot?</h1><form action='/captcha'><input></form>"),
    ("Access denied", "<p>You have been blocked.</p><p>Ray id 1234</p>"),
    ("Acme", "<p>Press and hold to confirm.</p><script>go()</script>"),
    ("Pardon", "<h1>Pardon our interruption</h1><script>1</script>"),
    ("Bitte warten", "<p>Bestätigen Sie, dass Sie ein Mensch sind</p><script>1</script>"),
    ("Acme", "<iframe src='https://x.example/recaptcha/api'></iframe>"),
    ("Acme", "<script src='/challenge-platform/h.js'></script><noscript>Turn on</noscript>"),
]


@pytest.mark.parametrize(("title", "body"), CHALLENGES)
def test_a_challenge_is_recognised_by_its_structure(title: str, body: str) -> None:
    trouble = impediment(page(body, title), URL, URL)
    assert trouble is not None
    assert trouble.fetch == "blocked"


def test_a_login_is_recognised_by_its_form_or_by_where_it_led() -> None:
    form = "<h1>Welcome</h1><form><input type='password'></form><a>Forgot your password</a>"
    there = impediment(page(form), URL, URL)
    assert there is not None
    assert there.detail == "it asked to log in"
    moved = impediment(page("<p>Hello</p>"), "https://acme.example/sso/start?x=1", URL)
    assert moved is not None
    other_host = impediment(page("<p>Hello</p>"), "https://login.acme.example/", URL)
    assert other_host is not None
    saml = impediment(page("<form><input name='SAMLRequest'></form>" + "word " * 400), URL, URL)
    assert saml is not None


def test_a_consent_wall_and_maintenance_are_recognised() -> None:
    wall = impediment(page("<h1>Before you continue</h1><p>We use cookies.</p>"), URL, URL)
    assert wall is not None
    assert wall.fetch == "blocked"
    down = impediment(page("<h1>Wartungsarbeiten</h1>"), URL, URL)
    assert down is not None
    assert down.fetch == "failed"


@pytest.mark.parametrize(
    "body",
    [
        "<nav><a href='/login'>Sign in</a></nav><h1>Jobs</h1><p>We hire nurses.</p>",
        f"<h1>Security engineer</h1><p>{'You solve captcha puzzles. ' * 60}</p>",
        "<h1>Jobs</h1><div class='cookie-banner'>We use cookies</div><p>We hire nurses.</p>",
        f"<form><input type='password'></form><p>{'We hire nurses. ' * 60}</p>",
    ],
)
def test_ordinary_pages_are_no_impediment(body: str) -> None:
    assert impediment(page(body), URL, URL) is None


def test_a_shell_is_a_frame_that_only_scripts_fill() -> None:
    assert is_shell(page("<div id='app'></div><script src='/app.js'></script>"))
    assert not is_shell(page(f"<p>{'We hire nurses. ' * 40}</p><script></script>"))
    assert not is_shell(page("<p>Short and plain.</p>"))


@pytest.mark.parametrize(
    ("final", "led"),
    [
        ("https://acme.example/jobs/7?utm_source=x", None),
        ("https://acme.example/careers", "the board"),
        ("https://acme.example/careers?error=true", "the board"),
        ("https://acme.example/", "the home page"),
        ("https://acme.example/en-us", "the home page"),
        ("https://acme.example/jobs", "the page above it, /jobs"),
        ("https://acme.example/jobs/8", None),
    ],
)
def test_where_a_redirect_led(final: str, led: str | None) -> None:
    assert led_away(URL, final, "https://acme.example/careers") == led
