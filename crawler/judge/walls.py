"""What walls say that stand before a page, folded to lower case; regular expressions, kept simple.

The languages' own words, no vendor's: ``crawler.judge.impediments`` looks at how the page is built.
"""

from __future__ import annotations

from typing import Final

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
    r"(checking|verifying) (if|that|whether) the( \w+){0,2} (connection|browser) is secure",
    r"(make|making) sure( that)? (you're|you’re|you are) not a (ro)?bot",
    r"enter the (characters|letters|text) (you see|shown|below)",
    r"why (have i been|was i|am i) blocked|request (was )?unsuccessful|(client|bot) challenge",
    r"javascript is (disabled|required)( \w+){0,4}[.!]? please (enable|turn on)",
    r"403 forbidden",
    r"ddos protection by",
    r"(bestätigen|beweisen) sie,? dass sie (ein mensch|kein roboter)",
    r"(vérifiez|confirmez) que vous êtes (humain|un humain)",
    r"vérification de (votre navigateur|la sécurité|sécurité)|je ne suis pas un robot",
    r"(ihr|dein|der) browser wird (über|ge)prüft|ich bin kein roboter|zugriff verweigert",
    r"(verifica|confirma|comprueba) que eres( un ser)? humano|no soy un robot|acceso denegado",
    r"(verifica|conferma) (di essere|che sei) (umano|un essere umano)|non sono un robot",
    r"(verifique|confirme) que( você)? é( um ser)? humano|não sou um robô|acesso negado",
    r"(controleer|bevestig) dat (je|u) een mens bent|ik ben geen robot|toegang geweigerd",
    r"potwierdź, że jesteś człowiekiem|nie jestem robotem|odmowa dostępu",
    r"(bekräfta|verifiera) att du är en människa|jag är inte en robot",
    r"私はロボットではありません|あなたが人間であること|人間であることを確認",
    r"(正在)?检查您的浏览器|确认您是真人|我不是机器人|安全验证",
    r"로봇이 아닙니다|사람인지 확인|я не робот|подтвердите, что вы( не робот| человек)",
)

LOGIN: Final[tuple[str, ...]] = (
    r"(sign|log) ?in( \w+){0,2} (to|with|using) (your|continue|view|see|access|an? )",
    r"(please|you must|you need to) (sign|log) ?in",
    r"(session|sitzung)( \w+){0,2} (expired|expiré|abgelaufen|timed out|scaduta|caducado)",
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
    r"(stimmen sie|stimme)( \w+){0,3} zu,? um( \w+){0,2} fortzufahren",
)

ACCEPT: Final[tuple[str, ...]] = (
    r"^(i )?(accept|agree|allow|got it|ok)\b|^(reject|decline|refuse|manage)\b",
    r"^(alle )?(akzeptieren|zustimmen|annehmen|erlauben|ablehnen)|^alle (cookies )?(akzept|annehm)",
    r"^(tout )?(accepter|refuser|autoriser)|^j['’]accepte|^(accetta|rifiuta|acconsent)",
    r"^(aceptar|rechazar|permitir)|^(aceitar|rejeitar)|^(alles )?(accepteren|weigeren|toestaan)",
    r"^(godkänn|acceptera|avvisa|tillad|accepter|afvis|godta|avslå|hyväksy|hylkää)",
    r"^(zaakceptuj|akceptuj|odrzuć|přijmout|odmítnout|elfogad|kabul|принять|同意|接受|동의|수락)",
)
"""What the buttons of a box say that asks for consent."""

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
    r"50[0234] (internal|bad|service|gateway|server)|(bad gateway|gateway time-?out)",
    r"(sind|bin) (gleich|bald|in kürze)( wieder)? (zurück|da)|bientôt de retour|volvemos pronto",
    r"er is iets misgegaan|något gick fel|noe gikk galt|noget gik galt|coś poszło nie tak",
    r"etwas ist schiefgelaufen|une erreur (est survenue|s'est produite)|algo salió mal",
    r"si è verificato un errore|ocorreu um erro|ha ocurrido un error",
    r"メンテナンス中|系统维护|점검 ?중|технически[ех] работ|przerwa techniczna|huoltokatko",
)

NO_SITE: Final[tuple[str, ...]] = (
    r"(this |the )?domain( name)?( \S+)? (is|may be) (for sale|parked|available)|buy this domain",
    r"domain( name)? (has )?expired|(account|site|website)( has been| is)? suspended",
    r"welcome to nginx|default (web )?(page|site)( \w+){0,3} (apache|server|page)|^it works!",
    r"(diese domain|ce domaine|este dominio)( \w+){0,3} (verkauf|vendre|venta|venda)",
)
"""What stands at an address whose site is gone."""
