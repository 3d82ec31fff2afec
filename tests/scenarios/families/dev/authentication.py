"""People and programs that are not let in."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import json_lines, logfmt, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import java, node, python

AUTH = ("auth", "auth-service", "identity")


@family(Kind.AUTHENTICATION, is_real=False)
def tokens_ran_out_over_the_weekend(draw: Draw) -> Scenario:
    """On Monday morning many browsers still hold Friday's token; they are told 401 and sign in again."""
    made = scene(draw, AUTH, pino, json_lines, plain, hour=draw.pick((6, 7, 8)))
    made.traffic("GET /api/me", "POST /api/auth/login", "POST /api/auth/refresh", count=(140, 240))
    message = draw.pick(
        ("TokenExpiredError: jwt expired", "401 Unauthorized: jwt expired", "access token expired")
    )
    for seconds in draw.times(draw.between(60, 150), -290, 100):
        made.log.line(seconds, draw.pick(("warn", "error")), message, userId=draw.between(1000, 9999))
        made.log.access(seconds + 0.002, "GET", "/api/me", 401, 2)
    return made.scenario(
        made.alert(
            "AuthFailuresSpike",
            f"{made.service}: more failed sign-ins than usual",
            severity="warning",
            value=96,
        ),
        {
            "is_real": False,
            "should_create_issue": False,
            "known_issue": "jwt-token-expired",
            "remediation": "",
        },
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.AUTHENTICATION, is_real=True)
def signing_key_differs_after_release(draw: Draw) -> Scenario:
    """A release brought another signing key: every token there is counts as forged, and all are thrown out."""
    made = scene(draw, AUTH, pino, plain, json_lines)
    made.traffic("GET /api/me", "POST /api/auth/refresh", low=-900, high=-300, count=(60, 120))
    file = draw.pick(("src/auth/verify.ts", "src/middleware/authenticate.ts"))
    for seconds in draw.times(draw.between(60, 160), -285, 110):
        trace = node(
            draw,
            [("verifyToken", file)],
            above=[
                "/app/node_modules/jsonwebtoken/verify.js:171:19",
                "getSecret (/app/node_modules/jsonwebtoken/verify.js:97:14)",
            ],
        )
        made.log.line(
            seconds,
            "error",
            "JsonWebTokenError: invalid signature",
            below=trace,
            userId=draw.between(1000, 9999),
        )
        made.log.access(seconds + 0.002, "GET", draw.pick(("/api/me", "/api/orders", "/api/cart")), 401, 2)
    return made.scenario(
        made.alert(
            "AuthFailuresSpike",
            f"{made.service}: 401 for nearly every request",
            severity="critical",
            value=420,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "security",
            "component": "authentication",
            "known_issue": "",
            "error_contains": "invalid signature",
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.0004, 0.002),
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=8),
                    "finished_at": made.ago(minutes=5),
                }
            ],
        },
    )


@family(Kind.AUTHENTICATION, is_real=True)
def stolen_passwords_are_tried(draw: Draw) -> Scenario:
    """A few addresses try thousands of names with passwords from a leak; some of them get in."""
    made = scene(draw, AUTH, logfmt, json_lines, plain)
    made.traffic("POST /login", "GET /session", count=(60, 110))
    addresses = [f"203.0.113.{draw.between(2, 250)}" for _ in range(3)]
    for seconds in draw.times(draw.between(150, 280), -290, 110):
        made.log.line(
            seconds,
            "warn",
            f"authentication failed for {draw.email()}: wrong password",
            ip=draw.pick(addresses),
        )
        if draw.chance(0.02):
            made.log.line(seconds + 0.2, "warn", "sign-in from a new country", ip=draw.pick(addresses))
    return made.scenario(
        made.alert(
            "LoginFailuresSpike",
            f"{made.service}: failed logins are 40 times the usual",
            severity="critical",
            value=2900,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "security",
            "component": "authentication",
            "known_issue": "",
        },
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.AUTHENTICATION, is_real=False)
def people_mistype_new_passwords(draw: Draw) -> Scenario:
    """Everybody had to choose a new password today; some mistype it once and then get in."""
    made = scene(draw, AUTH, spring, json_lines)
    made.traffic("POST /login", "GET /session", count=(120, 220))
    for seconds in draw.times(draw.between(18, 30), -290, 80):
        user = draw.between(1000, 9999)
        made.log.line(
            seconds,
            "warn",
            f"Authentication failed: Bad credentials, user {user}",
            logger="o.s.s.authentication",
        )
        made.log.line(
            seconds + draw.between(4, 15), "info", f"user {user} signed in", logger="o.s.s.authentication"
        )
    return made.scenario(
        made.alert(
            "AuthFailures",
            f"{made.service}: more than 15 failed logins in 5 minutes",
            severity="info",
            value=21,
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.AUTHENTICATION, is_real=True)
def identity_provider_is_down(draw: Draw) -> Scenario:
    """The company's identity provider answers 503, so nobody can sign in with it."""
    made = scene(draw, ("login-service", "auth"), spring)
    made.traffic("GET /session", count=(60, 120))
    for seconds in draw.times(draw.between(25, 60), -285, 100):
        trace = java(
            draw,
            [
                "com.example.auth.OidcLogin.exchange(OidcLogin.java)",
                "com.example.auth.LoginController.callback(LoginController.java)",
            ],
            above=[
                "org.springframework.web.client.DefaultResponseErrorHandler.handleError(DefaultResponseErrorHandler.java:136)"
            ],
        )
        made.log.line(
            seconds,
            "error",
            'org.springframework.web.client.HttpServerErrorException$ServiceUnavailable: 503 Service Unavailable on POST request for "https://id.example.com/oauth2/token": [no body]',
            below=trace,
            logger="c.e.auth.OidcLogin",
        )
        made.log.access(seconds + 0.01, "GET", "/login/callback", 500, 300)
    return made.scenario(
        made.alert("AuthFailuresSpike", f"{made.service}: sign-in fails", severity="critical", value=48),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": ["high", "critical"],
            "component": "authentication",
            "error_contains": "503 Service Unavailable",
            "culprit_contains": "OidcLogin",
        },
        world={
            "health": up(draw, external={"identity-provider": "down"}),
            "metrics": rates(draw, 0.15, 0.45),
        },
    )


@family(Kind.AUTHENTICATION, is_real=True)
def robot_account_is_locked_out(draw: Draw) -> Scenario:
    """The worker's own account was removed from the billing service: no invoice goes out, all answers are 403."""
    made = scene(draw, ("invoice-worker", "billing-sync"), python_logging)
    for seconds in draw.times(draw.between(40, 80), -900, 100):
        made.log.line(seconds, "info", f"picked invoice {draw.between(1000, 9999)}", logger="worker")
    error = "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://billing.internal/v2/invoices"
    for seconds in draw.times(draw.between(20, 50), -285, 100):
        trace = python(
            draw,
            [("send", "worker/invoices.py"), ("post", "worker/client.py")],
            error,
            above=("celery/app/trace.py:453 trace_task",),
            below=("requests/models.py:1024 raise_for_status",),
        )
        made.log.line(
            seconds, "error", "unauthorized: account svc-invoices is disabled", below=trace, logger="worker"
        )
    return made.scenario(
        made.alert("AuthFailuresSpike", f"{made.service}: calls are refused", severity="warning", value=31),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "security",
            "known_issue": "",
            "culprit_contains": "worker/client.py",
        },
        world={"health": up(draw)},
    )
