"""Walls before a page, in the languages of career pages; and postings that are about such walls."""

from __future__ import annotations

import pytest

from crawler.judge.impediments import impediment
from tests.crawler.test_closing import judged
from tests.crawler.test_judge import URL, page

WALLS = [
    (
        "challenge",
        "Attention Required!",
        ("<h1>Sorry, you have been blocked</h1><p>You are unable to access acme.example</p>"),
    ),
    (
        "challenge",
        "Acme",
        "<p>Checking if the site connection is secure</p><script>x</script>",
    ),
    (
        "challenge",
        "Robot Check",
        (
            "<h4>Enter the characters you see below</h4><p>Sorry, we just need to make "
            "sure you're not a robot.</p><form action='/errors/validateCaptcha'><img "
            "src='/captcha/a.jpg'><input></form>"
        ),
    ),
    (
        "challenge",
        "",
        "<div id='px-captcha'></div><script src='https://c.example/px.js'></script>",
    ),
    (
        "challenge",
        "Client Challenge",
        (
            "<noscript>JavaScript is disabled</noscript><script "
            "src='/_fs-ch-1/script.js'></script><p>JavaScript is disabled in your "
            "browser. Please enable JavaScript to proceed.</p>"
        ),
    ),
    (
        "challenge",
        "Acme",
        (
            "<p>Why have I been blocked? Reference ID: 3b2</p><p>Request unsuccessful. "
            "Incapsula incident ID: 12</p>"
        ),
    ),
    (
        "challenge",
        "Acme",
        "<iframe src='/_Incapsula_Resource?x=1'></iframe><script>1</script>",
    ),
    (
        "challenge",
        "请稍候",
        "<p>正在检查您的浏览器</p><script>1</script>",
    ),
    (
        "challenge",
        "セキュリティ確認",
        "<p>私はロボットではありません</p><script>1</script>",
    ),
    (
        "challenge",
        "Un momento",
        "<p>Verifica que eres humano</p><script>1</script>",
    ),
    (
        "challenge",
        "Un instant",
        "<p>Vérification de votre navigateur</p><script>1</script>",
    ),
    (
        "challenge",
        "Nur einen Moment",
        "<p>Ihr Browser wird überprüft</p><script>1</script>",
    ),
    (
        "challenge",
        "Access to this page has been denied",
        "<p>Please verify you are a human</p>",
    ),
    (
        "challenge",
        "403 Forbidden",
        "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>",
    ),
    (
        "login",
        "Anmelden",
        (
            "<form><label>Benutzername</label><input name=u><input "
            "type=password><button>Anmelden</button></form>"
        ),
    ),
    (
        "login",
        "Se connecter",
        (
            "<h1>Connexion</h1><form><input name=email><input type='password' "
            "name='pw'><button>Se connecter</button></form>"
        ),
    ),
    (
        "login",
        "Sign in",
        (
            "<h1>Sign in</h1><form action='/session'><input "
            "type='email'><button>Continue</button></form><p>Sign in to continue to "
            "Acme</p>"
        ),
    ),
    (
        "login",
        "SSO",
        (
            "<form method=post><input type=hidden name=SAMLRequest "
            "value=x></form><script>document.forms[0].submit()</script>"
        ),
    ),
    (
        "login",
        "Session expired",
        ("<p>Your session has expired. Please log in again.</p><a href='/login'>Log in</a>"),
    ),
    (
        "login",
        "ログイン",
        "<form><input name='id'><input type='password'><button>ログイン</button></form>",
    ),
    (
        "consent",
        "Cookies",
        (
            "<h1>Cookie-Einstellungen</h1><p>Wir verwenden Cookies. Bitte stimmen Sie "
            "zu, um fortzufahren.</p><button>Alle "
            "akzeptieren</button><button>Ablehnen</button>"
        ),
    ),
    (
        "consent",
        "Vos choix",
        (
            "<h1>Votre vie privée</h1><p>Nous utilisons des cookies.</p><button>Tout "
            "accepter</button><button>Tout refuser</button>"
        ),
    ),
    (
        "consent",
        "Consent",
        (
            "<p>We and our partners use cookies.</p><button>Accept "
            "all</button><button>Reject all</button>"
        ),
    ),
    (
        "consent",
        "Informativa",
        ("<p>Usiamo i cookie.</p><button>Accetta tutti</button><button>Rifiuta</button>"),
    ),
    (
        "consent",
        "Cookies",
        ("<p>Utilizamos cookies.</p><button>Aceptar todo</button><button>Rechazar todo</button>"),
    ),
    (
        "maint",
        "Wartung",
        "<h1>Wir sind gleich zurück</h1>",
    ),
    (
        "maint",
        "503",
        "<h1>Service Temporarily Unavailable</h1>",
    ),
    (
        "maint",
        "Fout",
        "<p>Er is iets misgegaan. Probeer het later opnieuw.</p>",
    ),
    (
        "maint",
        "Error",
        "<h1>Application error</h1><p>An error occurred in the application.</p>",
    ),
    (
        "maint",
        "Bad gateway",
        "<h1>502 Bad Gateway</h1>",
    ),
    (
        "maint",
        "En mantenimiento",
        "<h1>Sitio en mantenimiento</h1>",
    ),
    (
        "maint",
        "メンテナンス",
        "<h1>ただいまメンテナンス中です</h1>",
    ),
    (
        "maint",
        "Domain",
        "<h1>This domain is for sale</h1><p>Buy this domain.</p>",
    ),
    (
        "maint",
        "Index",
        (
            "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is "
            "successfully installed.</p>"
        ),
    ),
    (
        "maint",
        "Account suspended",
        "<h1>This Account has been suspended.</h1>",
    ),
]


@pytest.mark.parametrize(("kind", "title", "body"), WALLS)
def test_a_wall_says_nothing_of_the_posting_behind_it(kind: str, title: str, body: str) -> None:
    found = judged(title, body)
    assert found.fetch in ("blocked", "failed"), kind
    assert found.evidence is None


LIVE = [
    (
        "Login engineer",
        (
            "<h1>Login Systems Engineer</h1><p>You build our login: sign in with your "
            "account, single sign-on, forgot password flows and SAML. You care about "
            "session expired pages.</p><a href='/apply'>Apply</a>"
        ),
    ),
    (
        "Captcha researcher",
        (
            "<h1>CAPTCHA researcher</h1><p>You verify you are human, and solve this "
            "captcha puzzle for a living.</p><a href='/apply'>Apply</a><p>Suspicious "
            "activity is your daily bread.</p>"
        ),
    ),
    (
        "Nurse",
        (
            "<h1>Nurse</h1><p>Are you a robot? No? We hire humans.</p><a "
            "href='/apply'>Apply now</a><nav>Jobs</nav>"
        ),
    ),
    (
        "Cookie baker",
        (
            "<h1>Cookie baker</h1><p>We value your privacy and your cookies. You bake "
            "cookies all day.</p><a href='/apply'>Apply</a>"
        ),
    ),
    (
        "Maintenance technician",
        (
            "<h1>Maintenance technician</h1><p>You are in maintenance of elevators. "
            "Something went wrong? You fix it. The service is available.</p><a "
            "href='/apply'>Apply</a>"
        ),
    ),
    (
        "Talent login",
        (
            "<h1>Nurse</h1><p>We hire nurses in Bern. You care for people and work in "
            "shifts with a kind team that likes to laugh.</p><form id=login><input "
            "type=email><input type=password><button>Log in to your candidate "
            "profile</button></form><p>Your tasks: care, plan, write. Your profile: "
            "diploma, German.</p><a href='/apply'>Apply</a>"
        ),
    ),
    (
        "Jobs",
        (
            "<h1>Jobs</h1><div class='cookie'>We use cookies. <button>Accept "
            "all</button><button>Reject all</button></div><ul><li><a "
            "href='/jobs/1'>Nurse</a><li><a href='/jobs/2'>Cook</a></ul>"
        ),
    ),
    (
        "Jobs",
        (
            "<div class='g-recaptcha'></div><h1>Nurse</h1><p>We hire nurses in "
            "Bern.</p><form action='/apply'><input name=cv type=file></form><a "
            "href='/x'>x</a>"
        ),
    ),
    (
        "Security guard",
        (
            "<h1>Security guard</h1><p>You do the security check before access to the "
            "building. Access denied? You know why.</p><a href=/apply>Apply</a>"
        ),
    ),
]


@pytest.mark.parametrize(("title", "body"), LIVE)
def test_a_posting_about_walls_is_no_wall(title: str, body: str) -> None:
    assert impediment(page(body, title), URL, URL) is None
