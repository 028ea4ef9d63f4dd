"""Tables of phrases, folded to lower case; regular expressions, kept simple.

Each language's own words: the pages of the world say these things in their visible text.
"""

from __future__ import annotations

from typing import Final

# A phrase that is a line of its own: a heading, a banner.
_LINE: Final = r"(?<![^\n])(?:{})[.!]*(?![^\n])"
# What may follow a participle that closes: "closed." and "closed on Monday", never "closed-loop".
_OVER: Final = (
    r"(?= *([.,;!:)\n]|$)| [-–—] | (and|but|on|by|to|for|since|at|due|as|in|or|already|today|now|"
    r"because|please|thank|thanks|et|depuis|merci|und|seit|vielen)\b)"
)
_EN_THING: Final = (
    r"(job|position|posting|vacancy|role|opening|opportunity|advert|advertisement|listing|page|"
    r"requisition|ad)"
)
_EN_WANTED: Final = r"( (that )?you('re|’re| are| were|'ve|’ve| have)?( \w+){1,5}?)?"

CLOSED: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        (
            rf"{_EN_THING}{_EN_WANTED} (is|are|has been|was) "
            r"(no longer|not longer|not currently|currently not) "
            r"(available|active|open|accepting|posted|valid|being advertised|online|published|"
            r"listed|vacant|live)"
        ),
        rf"{_EN_THING}{_EN_WANTED} (is not|isn't|isn’t) available any ?(more|longer)",
        (
            rf"{_EN_THING}{_EN_WANTED}"
            r" (is|was) not (available|active|found|online|published)(?= *([.!]|$|\n))"
        ),
        (
            rf"{_EN_THING}( \w+){{0,2}}{_EN_WANTED} (has|have|is|was|were)"
            r"( already| now| since)?( been)?( already| now| since)? "
            r"(filled|closed|expired|removed|withdrawn|deactivated|unpublished|archived|taken down)"
            rf"{_OVER}"
        ),
        (
            r"no longer accept(s|ing)( any)?( new)? (applications|applicants|candidates)"
            r"(?! (by|from|on))"
        ),
        r"applications (for (this|the)( \w+){1,2} )?(are|have|is) (now )?(been )?closed",
        rf"{_EN_THING} (does not|doesn't|doesn’t|no longer) exist",
        r"(this|the) (job|position|vacancy|posting|offer|page) could not be found",
        rf"we('ve|’ve| have)( now| already| since)? filled (this|the) {_EN_THING}{_OVER}",
        (
            r"(closing date|deadline|application (period|window))( for (this|the)( \w+){1,2})? "
            r"(has|have) (now )?(passed|ended|expired|closed)"
        ),
        (
            r"(recruitment|recruiting|hiring)( process)?( for (this|the)( \w+){1,2})? (has|is) "
            r"(now )?(ended|closed|completed|concluded|finished)"
        ),
        _LINE.format(
            rf"(this )?(job )?{_EN_THING} "
            r"(expired|closed|filled|unavailable|no longer available|withdrawn|removed)"
        ),
        _LINE.format(r"(job|position|posting|vacancy|role|opening)( posting| ad)? not found"),
    ),
    "de": (
        (
            r"(stelle|position|stellenanzeige|stellenangebot|anzeige|ausschreibung|inserat|job|vakanz|"
            r"stelleninserat|stellenausschreibung)"
            r"( \w+){0,3} (ist|wurde)( \w+){0,3} "
            r"(nicht mehr|bereits|leider|inzwischen|schon)( \w+){0,2} "
            r"(verfügbar|online|aktiv|besetzt|vergeben|ausgeschrieben|gültig|vorhanden|abgelaufen|offen|vakant)"
        ),
        (
            r"(stelle|position|vakanz)( \w+){0,3} (ist|wurde)( \w+){0,2} "
            r"(besetzt|vergeben|geschlossen)"
        ),
        r"nicht mehr (verfügbar|ausgeschrieben|online|aktuell)",
        r"(stelle|position|anzeige|job)( \w+){0,2} (existiert|existieren) nicht( mehr)?",
        r"bewerbungsfrist( \w+){0,3} (ist )?(bereits )?abgelaufen",
        (
            r"(inserat|anzeige|ausschreibung|stellenangebot|bewerbungsverfahren)( \w+){0,2} "
            r"ist (beendet|abgelaufen|abgeschlossen|geschlossen|deaktiviert)"
        ),
        r"bewerbungen( \w+){0,4} nicht mehr möglich",
        _LINE.format(r"(stelle|stellenanzeige|stellenangebot|inserat|job) nicht (mehr )?gefunden"),
    ),
    "fr": (
        r"(offre|poste|annonce|emploi)( \w+){0,4} (n'est|n’est|n'existe|n’existe) plus",
        (
            r"(offre|poste|annonce)( d['’]emploi)?( \w+){0,4} (a été|est)( déjà| désormais)? "
            rf"(pourvue?|expirée?|clôturée?|fermée?|retirée?|supprimée?|archivée?){_OVER}"
        ),
        r"(offre|poste|annonce)( d['’]emploi)?( \w+){0,3} (a|ont) expiré",
        r"candidatures( \w+){0,4} (sont )?(désormais )?(closes|clôturées|terminées|fermées)",
        r"(date limite|délai)( \w+){0,4} (est )?(dépassée?|échue?|expirée?)",
        _LINE.format(
            r"(offre|annonce|poste)( d['’]emploi)? "
            r"(expirée?|pourvue?|clôturée?|fermée?|introuvable)"
        ),
    ),
    "it": (
        (
            r"(offerta|posizione|annuncio|posto|candidatura)( \w+){0,3} non (è|e') più "
            r"(disponibile|attiv[oa]|apert[oa]|valid[oa])"
        ),
        (
            r"(offerta|posizione|annuncio)( \w+){0,3} (è|e'|è stat[oa]|risulta) "
            r"(scadut[oa]|chius[oa]|copert[oa]|rimoss[oa]|archiviat[oa])"
        ),
        r"candidature( \w+){0,3} sono (chiuse|terminate|scadute)",
        _LINE.format(r"(offerta|posizione|annuncio)( di lavoro)? (scadut|chius|non disponibil)\w"),
    ),
    "es": (
        r"(oferta|puesto|vacante|posición|empleo)( \w+){0,3} (ya )?no (está|se encuentra|existe)",
        (
            r"(oferta|puesto|vacante|posición)( \w+){0,3} (ha sido|está|fue|ha) "
            r"(cubiert[oa]|cerrad[oa]|eliminad[oa]|caducad[oa]|caducado|expirado|finalizad[oa])"
        ),
        (r"plazo( de)?( \w+){0,5} (ha )?(finalizado|terminado|vencido|concluido|expirado)"),
        _LINE.format(
            r"(oferta|vacante|puesto)( de (empleo|trabajo))? "
            r"(no disponible|no encontrad[oa]|(cerrad|cubiert|caducad|expirad|finalizad)[oa])"
        ),
    ),
    "pt": (
        r"(vaga|oferta|posição|oportunidade)( \w+){0,3} (já )?não (está|se encontra|existe)",
        (
            r"(vaga|oferta|posição|oportunidade)( \w+){0,3} (foi|está|já foi) "
            r"(preenchida|encerrada|fechada|removida|expirada|finalizada)"
        ),
        r"(vaga|oferta|oportunidade)( \w+){0,2} expirou",
        r"(inscrições|candidaturas)( \w+){0,4} (estão )?(encerradas|fechadas)",
        _LINE.format(r"vaga (encerrada|preenchida|expirada|fechada|indisponível|não encontrada)"),
    ),
    "nl": (
        (
            r"(vacature|functie|baan|positie)( \w+){0,3} is( \w+){0,2} "
            r"(niet meer|verlopen|gesloten|vervuld|ingevuld|verwijderd)"
        ),
        r"(vacature|functie|baan)( \w+){0,2} bestaat niet( meer)?",
        r"(vacature|functie|baan)( \w+){0,2} staat( \w+)? niet (meer|langer) (open|online)",
        r"niet (meer|langer) solliciteren",
        _LINE.format(r"vacature (verlopen|gesloten|vervuld|niet( meer)? (gevonden|beschikbaar))"),
    ),
    "sv": (
        (
            r"(tjänsten|jobbet|annonsen|rekryteringen|platsen)( \w+){0,2} "
            r"(är|har)( \w+){0,2} (inte längre|tillsatts?|avslutad|stängd|utgå(ngen|tt)|borttagen)"
        ),
        r"ansökningstiden( \w+){0,3} (har (gått ut|passerat)|är ute)",
    ),
    "da": (
        (
            r"(stillingen|jobbet|annoncen|jobopslaget)( \w+){0,2} "
            r"(er|har)( \w+){0,2} (ikke længere|besat|udløbet|lukket|fjernet)"
        ),
        r"ansøgningsfristen( \w+){0,3} er (udløbet|overskredet)",
    ),
    "no": (
        (
            r"(stillingen|jobben|annonsen|utlysningen)( \w+){0,2} "
            r"(er|har)( \w+){0,2} (ikke lenger|besatt|utløpt|lukket|fjernet|ikke aktiv)"
        ),
        r"søknadsfristen( \w+){0,3} (har gått ut|er (utløpt|ute|passert))",
    ),
    "fi": (
        (
            r"(työpaikka|paikka|ilmoitus|hakuaika|tehtävä)( \w+){0,2} "
            r"(ei ole enää|on täytetty|on päättynyt|on sulkeutunut|on vanhentunut|on poistettu)"
        ),
    ),
    "pl": (
        (
            r"(oferta|ogłoszenie|rekrutacja|stanowisko)( \w+){0,3} "
            r"(jest już nieaktualn|nie jest już|wygasł|została zakończon|zostało zakończon"
            r"|jest nieaktualn|(został|zostało|została) zamknięt"
            r"|zostało usunięt|została usunięt|już nie istnieje|nie istnieje)"
        ),
    ),
    "cs": (
        (
            r"(pozice|nabídka|inzerát|místo|pracovní pozice)( \w+){0,3} "
            r"((již|už) není|není již|byla (obsazena|uzavřena)|je( již| už)? obsazen[ao]|vypršel"
            r"|byl ukončen)"
        ),
    ),
    "hu": (
        (
            r"(állás|pozíció|hirdetés|álláshirdetés)( \w+){0,3} "
            r"(már nem (elérhető|aktív|aktuális)|lejárt|betöltött|betöltésre került|megszűnt)"
        ),
        r"jelentkezési határidő( \w+){0,2} lejárt",
    ),
    "ro": (
        (
            r"(post(ul)?|anunț(ul)?|job(ul)?|poziți[ae])( \w+){0,3} "
            r"(nu mai este|a expirat|a fost ocupat[ăe]?|a fost închis[ăe]?)"
        ),
    ),
    "tr": (
        r"(ilan|pozisyon|iş ilanı)( \w+){0,3} (artık|yayından|kapanmış|kapandı|dolmuş)",
        r"(i̇?lan\w*|başvuru)( \w+){0,3} süresi( \w+)? dol(du|muş)",
        r"başvurular( \w+){0,2} (kapan(dı|mış)|sona er)",
    ),
    "ru": (
        (
            r"(вакансия|должность|позиция|объявление)( \w+){0,3} "
            r"(больше не|уже не|закрыт|в архиве|удален|неактивн|неактуальн|не найден)"
        ),
        r"при[её]м (заявок|откликов|резюме)( \w+){0,2} (завершен|завершён|закрыт|окончен)",
    ),
    "uk": (
        r"(вакансі[яю]|посада|оголошення)( \w+){0,3} (більше не|вже не|закрит|в архіві|видален)",
    ),
    "el": (r"(θέση|αγγελία)( \w+){0,3} (δεν είναι (πλέον )?διαθέσιμη|έχει (λήξει|καλυφθεί))",),
    "ja": (
        r"(求人|募集|掲載)(情報|期間)?[はが]?(すでに|既に)?、?(終了(?!日|予定|次第)|締め切(?!日|り日))",
        r"(この|お探しの)(求人|募集|ポジション|職位)は.{0,12}(終了|締め切|見つかりません|存在しません)",
        r"(募集|掲載)を(終了(し|いたし)|締め切り)",
    ),
    "zh": (
        (
            r"(职位|職位|职缺|職缺|岗位)(已|已经|已經)?"
            r"(关闭|關閉|下线|下架|过期|過期|失效|结束|不存在|停止招聘|停止招募)"
        ),
    ),
    "ko": (
        (
            r"(채용|공고|모집|접수|포지션)(이|가|은|는)? ?(이미 )?"
            r"(마감|종료|만료|삭제)(되|된|됐)"
        ),
        r"(마감|종료|만료|삭제)된 ?(공고|채용|포지션|모집)",
        _LINE.format(r"(채용|공고|모집|접수) ?(마감|종료)"),
    ),
}

# "… until the position has been filled" is said on pages that are open.
CONDITION: Final = (
    r"(until|till|once|when|whenever|if|unless|after|before|in case|should|sobald|bis|wenn|falls|"
    r"nachdem|lorsque|dès que|jusqu'à ce que|si|cuando|hasta que|una vez que|quando|fino a quando|"
    r"finché|até que|wanneer|zodra|totdat|als|när|tills|om|når|indtil|hvis|kunnes|jos|gdy|dopóki)"
    r"( \w+){0,3} *$"
)

NOT_FOUND: Final[tuple[str, ...]] = (
    _LINE.format(r"(error )?404( error)?([ :,|–—-]+.{0,60})?"),
    _LINE.format(r"(oops[!,. ]*)?(sorry[!,. ]*)?(the |this )?page (was )?not found"),
    (
        r"(the|this|that) page( you( are|'re|’re|'ve|’ve| have| were)?( \w+){1,4})? "
        r"(could not be found|cannot be found|can't be found|can’t be found|does not exist|"
        r"doesn't exist|doesn’t exist|was not found|may have been (re)?moved|has been moved)"
    ),
    r"we (could not|couldn't|couldn’t|can't|can’t|cannot) find (the|that|this) page",
    r"(diese |die )?seite( \w+){0,3} (wurde )?nicht gefunden",
    r"(cette |la )?page( \w+){0,3} (introuvable|est introuvable|n['’]existe pas)",
    r"(la )?pagina( \w+){0,3} non( è stata)? trovata|pagina niet gevonden",
    r"página( \w+){0,3} no( ha sido)? encontrada|página( \w+){0,3} não( foi)? encontrada",
    r"sidan( \w+){0,2} (hittades inte|finns inte)|siden( \w+){0,2} (blev )?ikke fund?net",
    r"sivua ei löyty|nie znaleziono strony|strona nie istnieje|stránka nenalezena",
    r"ページが見つかりません|页面不存在|找不到(该|此)?页面|페이지를 찾을 수 없",
    r"страница не найдена|сторінку не знайдено|sayfa bulunamadı",
)
"""What a page says that answers 200 for an address where there is nothing."""

NO_OPENINGS: Final[tuple[str, ...]] = (
    (
        r"(there are|we have|we've got|we’ve got|has)( \w+){0,2} (no|not any|zero)"
        r"( \w+){0,3} (openings?|positions?|vacanc(y|ies)|jobs?|roles?|opportunit(y|ies)|postings?)"
    ),
    (
        r"(do not|don't|don’t|does not|doesn't) (currently )?have any"
        r"( \w+){0,3} (openings?|positions?|vacancies|jobs?|roles?|opportunities)"
    ),
    (
        r"no( \w+){0,3} (openings?|positions?|vacanc(y|ies)|jobs?|roles?|opportunit(y|ies)) "
        r"(are |is )?(found|available|at (this|the) (time|moment)|right now|currently|open|"
        r"to (display|show)|match|listed|posted|yet)"
    ),
    (
        r"(currently|at the moment|right now|at this time),?( \w+){0,4} no( \w+){0,2} "
        r"(openings?|positions?|vacancies|jobs?|roles?|opportunities)"
    ),
    r"(all|every) (our )?positions? (are|is|have been) (currently )?filled",
    (
        r"(keine|zurzeit keine|aktuell keine|derzeit keine)( \w+){0,3} "
        r"(stellen(angebote|anzeigen|ausschreibungen)?|vakanzen|positionen|jobs|ergebnisse)"
    ),
    r"(aucune?|pas d['’e] ?)( \w+){0,2} ?(offres?|postes?|annonces?|emplois?)",
    r"(nessuna|non ci sono)( \w+){0,3} (posizion[ei]|offert[ae]|opportunità|annunci|risultat[oi])",
    r"(no hay|ninguna?)( \w+){0,3} (ofertas?|vacantes?|puestos?|posiciones|empleos?)",
    r"(não há|nenhuma)( \w+){0,3} (vagas?|ofertas?|oportunidades?|posições)",
    r"(geen|momenteel geen)( \w+){0,3} (vacatures?|functies|banen|resultaten)",
    r"(inga|finns inga|har inga)( \w+){0,3} (tjänster|jobb|annonser)",
    r"(ingen)( \w+){0,3} (stillinger|jobs|jobber|ledige)",
    r"(ei )?(avoimia )?(työpaikkoja|paikkoja) ei (ole|löytynyt)",
    r"(brak|nie ma|nie mamy)( \w+){0,3} (ofert|ogłoszeń|wakatów|stanowisk)",
    r"(žádné|nemáme)( \w+){0,3} (pozice|nabídky|místa)",
    r"(nincs|nincsenek)( \w+){0,3} (állás|pozíció|betöltetlen)",
    r"(nu există|nu avem)( \w+){0,3} (posturi|joburi|poziții|anunțuri)",
    r"нет( \w+){0,3} (вакансий|предложений)",
    r"(現在|ただいま).{0,12}(募集|求人).{0,12}(ありません|ございません|おりません|していません)",
    r"(暂无|暫無|没有|沒有).{0,6}(职位|職位|岗位|職缺)",
)
