"""Tables of phrases, folded to lower case; regular expressions, kept simple.

Each language's own words: the pages of the world say these things in their visible text.
"""

from __future__ import annotations

from typing import Final

CLOSED: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        (
            r"(job|position|posting|vacancy|role|opening|opportunity|advert|listing|page)"
            r"( you( are|'re|’re) looking for| you requested)?"
            r" (is|are|has been|was) (no longer|not longer|not currently|currently not) "
            r"(available|active|open|accepting|posted|valid|being advertised|online|published)"
        ),
        (
            r"(job|position|posting|vacancy|role|listing|page)( you( are|'re|’re) looking for)?"
            r" (is|was) not (available|active|found|online|published)(?= *([.!]|$|\n))"
        ),
        (
            r"(job|position|posting|vacancy|role|opening|opportunity|advert|listing|page)"
            r"( \w+){0,2} (has|have|is|was|were)( already| now| since)?( been)? "
            r"(filled|closed|expired|removed|withdrawn|deactivated|unpublished|archived|taken down)"
        ),
        r"no longer accept(s|ing)( any)?( new)? (applications|applicants|candidates)",
        r"applications (for this \w+ )?(are|have|is) (now )?(been )?closed",
        r"(job|position|posting|vacancy|role|opening) (does not|doesn't|doesn’t|no longer) exist",
        r"(this|the) (job|position|vacancy|posting|offer|page) could not be found",
    ),
    "de": (
        (
            r"(stelle|position|stellenanzeige|stellenangebot|anzeige|ausschreibung|inserat|job|vakanz)"
            r"( \w+){0,3} (ist|wurde)( \w+){0,3} "
            r"(nicht mehr|bereits|leider|inzwischen|schon)( \w+){0,2} "
            r"(verfügbar|online|aktiv|besetzt|vergeben|ausgeschrieben|gültig|vorhanden|abgelaufen|offen)"
        ),
        (
            r"(stelle|position|vakanz)( \w+){0,3} (ist|wurde)( \w+){0,2} "
            r"(besetzt|vergeben|geschlossen)"
        ),
        r"nicht mehr (verfügbar|ausgeschrieben|online|aktuell)",
        r"(stelle|position|anzeige|job)( \w+){0,2} (existiert|existieren) nicht( mehr)?",
        r"bewerbungsfrist (ist )?abgelaufen",
    ),
    "fr": (
        r"(offre|poste|annonce|emploi)( \w+){0,4} (n'est|n’est|n'existe|n’existe) plus",
        (
            r"(offre|poste|annonce)( \w+){0,4} (a été|est)( déjà| désormais)? "
            r"(pourvue?|expirée?|clôturée?|fermée?|retirée?|supprimée?|archivée?)"
        ),
        r"(offre|poste|annonce)( \w+){0,3} (a|ont) expiré",
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
    ),
    "es": (
        r"(oferta|puesto|vacante|posición|empleo)( \w+){0,3} (ya )?no (está|se encuentra|existe)",
        (
            r"(oferta|puesto|vacante|posición)( \w+){0,3} (ha sido|está|fue|ha) "
            r"(cubiert[oa]|cerrad[oa]|eliminad[oa]|caducad[oa]|caducado|expirado|finalizad[oa])"
        ),
    ),
    "pt": (
        r"(vaga|oferta|posição|oportunidade)( \w+){0,3} (já )?não (está|se encontra|existe)",
        (
            r"(vaga|oferta|posição|oportunidade)( \w+){0,3} (foi|está|já foi) "
            r"(preenchida|encerrada|fechada|removida|expirada|finalizada)"
        ),
    ),
    "nl": (
        (
            r"(vacature|functie|baan|positie)( \w+){0,3} is( \w+){0,2} "
            r"(niet meer|verlopen|gesloten|vervuld|ingevuld|verwijderd)"
        ),
        r"(vacature|functie|baan)( \w+){0,2} bestaat niet( meer)?",
    ),
    "sv": (
        (
            r"(tjänsten|jobbet|annonsen|rekryteringen|platsen)( \w+){0,2} "
            r"(är|har)( \w+){0,2} (inte längre|tillsatts?|avslutad|stängd|utgången|borttagen)"
        ),
    ),
    "da": (
        (
            r"(stillingen|jobbet|annoncen|jobopslaget)( \w+){0,2} "
            r"(er|har)( \w+){0,2} (ikke længere|besat|udløbet|lukket|fjernet)"
        ),
    ),
    "no": (
        (
            r"(stillingen|jobben|annonsen|utlysningen)( \w+){0,2} "
            r"(er|har)( \w+){0,2} (ikke lenger|besatt|utløpt|lukket|fjernet|ikke aktiv)"
        ),
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
            r"|jest nieaktualn"
            r"|zostało usunięt|została usunięt|już nie istnieje|nie istnieje)"
        ),
    ),
    "cs": (
        (
            r"(pozice|nabídka|inzerát|místo|pracovní pozice)( \w+){0,3} "
            r"((již|už) není|není již|byla (obsazena|uzavřena)|je obsazena|vypršel|byl ukončen)"
        ),
    ),
    "hu": (
        (
            r"(állás|pozíció|hirdetés|álláshirdetés)( \w+){0,3} "
            r"(már nem (elérhető|aktív|aktuális)|lejárt|betöltött|megszűnt)"
        ),
    ),
    "ro": (
        (
            r"(post(ul)?|anunț(ul)?|job(ul)?|poziți[ae])( \w+){0,3} "
            r"(nu mai este|a expirat|a fost ocupat[ăe]?|a fost închis[ăe]?)"
        ),
    ),
    "tr": (r"(ilan|pozisyon|iş ilanı)( \w+){0,3} (artık|yayından|süresi|kapanmış|kapandı|dolmuş)",),
    "ru": (
        (
            r"(вакансия|должность|позиция|объявление)( \w+){0,3} "
            r"(больше не|уже не|закрыт|в архиве|удален|неактивн|неактуальн|не найден)"
        ),
    ),
    "uk": (r"(вакансія|посада|оголошення)( \w+){0,3} (більше не|вже не|закрит|в архіві|видален)",),
    "el": (r"(θέση|αγγελία)( \w+){0,3} (δεν είναι (πλέον )?διαθέσιμη|έχει (λήξει|καλυφθεί))",),
    "ja": (
        r"(求人|募集|掲載)(情報)?は?(すでに|既に)?(、)?(終了|締め切|掲載を終了|公開されていません)",
        r"(この|お探しの)(求人|募集|ポジション)は.{0,12}(終了|見つかりません|存在しません)",
    ),
    "zh": (
        r"(职位|職位|职缺|職缺|岗位)(已|已经|已經)?(关闭|關閉|下线|下架|过期|過期|失效|结束|不存在)",
    ),
    "ko": (r"(채용|공고|모집|포지션)(가|이|은|는)? ?(이미 )?(마감|종료|만료|삭제)(되|된|됐)?",),
}

# "… until the position has been filled" is said on pages that are open.
CONDITION: Final = (
    r"(until|till|once|when|whenever|if|unless|after|before|in case|should|sobald|bis|wenn|falls|"
    r"nachdem|lorsque|dès que|jusqu'à ce que|si|cuando|hasta que|una vez que|quando|fino a quando|"
    r"finché|até que|wanneer|zodra|totdat|als|när|tills|om|når|indtil|hvis|kunnes|jos|gdy|dopóki)"
    r"( \w+){0,3} *$"
)

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

CHALLENGE: Final[tuple[str, ...]] = (
    (
        r"(verify|confirm|prove|checking|check)( \w+){0,3} ((that |if )?you are|you're|you’re)"
        r"( \w+){0,2} (human|not a (ro)?bot)"
    ),
    r"(i'?m|i’m|you are|are you) (not )?a robot",
    r"checking (your|the) (browser|connection|site connection)",
    r"(just a moment|one moment, please|please wait)( while|…|\.\.\.)",
    r"(enable|turn on) javascript and cookies to continue",
    r"security (check|verification)( \w+){0,3} (required|to (continue|proceed|access)|before)?",
    r"(unusual|suspicious|automated) (traffic|activity|requests?)",
    r"(complete|solve) (the|this) (captcha|puzzle|challenge|security)",
    r"(access( to this page| to this site)?|request) (has been |was |is )?(denied|blocked)",
    r"(press|click) (and|&) hold",
    r"you have been blocked",
    r"pardon our interruption",
    r"ddos protection by",
    r"(bestätigen|beweisen) sie,? dass sie (ein mensch|kein roboter)",
    r"(vérifiez|confirmez) que vous êtes (humain|un humain)",
)

LOGIN: Final[tuple[str, ...]] = (
    r"(sign|log) ?in( \w+){0,2} (to|with|using) (your|continue|view|see|access|an? )",
    r"(please|you must|you need to) (sign|log) ?in",
    r"(session|sitzung)( \w+){0,2} (expired|abgelaufen|timed out)",
    r"(anmelden|einloggen)( \w+){0,2},? um( \w+){0,3} (fortzufahren|zuzugreifen|anzuzeigen)",
    r"(forgot|reset)( your)? password",
    r"single sign[- ]on",
    r"connectez-vous|identifiez-vous|inicia sesión|iniciar sesión|accedi al tuo account",
)
LOGIN_PATH: Final = (
    r"/(login|log-in|signin|sign-in|sign_in|sso|saml2?|oauth2?|auth|authenticate|authorize|"
    r"anmelden|connexion|accounts?/(login|signin)|users?/(login|sign_in)|idp|adfs)(/|$|\.|\?)"
)

CONSENT: Final[tuple[str, ...]] = (
    r"(before you continue|bevor sie fortfahren|avant d'accéder|avant de continuer)",
    r"(accept|agree to|allow)( \w+){0,3} cookies( \w+){0,2} to (continue|proceed|access)",
    r"(we value|we respect|we care about) your privacy",
    r"(manage|reject all|accept all)( \w+){0,2} (cookies|preferences)?",
)

MAINTENANCE: Final[tuple[str, ...]] = (
    r"(down|closed|offline|unavailable)( \w+){0,2} for( \w+){0,2} maintenance",
    r"(under|undergoing|scheduled|planned|in)( \w+){0,1} maintenance",
    r"(temporarily|currently|momentarily) (unavailable|offline|down|out of service|not available)",
    r"(we'?ll|we’ll|we will) be (right )?back( soon| shortly)?",
    r"(service|site|page|system|website)( \w+){0,2} (is|are)( \w+){0,2} unavailable",
    r"something went wrong|an( unexpected| internal)? error (has )?occurred|internal server error",
    r"wartungsarbeiten|vorübergehend nicht (erreichbar|verfügbar)|in kürze wieder",
    r"(en|in) (maintenance|manutenzione|mantenimiento|manutenção)|onderhoud",
    r"temporairement (indisponible|inaccessible)",
)
