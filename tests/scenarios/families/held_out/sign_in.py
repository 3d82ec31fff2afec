"""Sign-in that fails: attacks, forgotten passwords, and keys that nobody knows any more."""

from datetime import timedelta
from typing import Any

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import NOT_REAL, REAL, begin, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, json_lines, pino, spring
from tests.scenarios.scenario import Scenario


@family(Kind.AUTHENTICATION, is_real=True, red_herring=True, variants=12)
def new_signing_key_is_unknown(draw: Draw) -> Scenario:
    """The identity provider rotated its key and one service kept the old ones: fresh tokens are refused.

    Loud beside it: the usual expired tokens of old apps.
    """
    start = begin(draw)
    service = draw.pick(("profile-api", "loyalty", "documents"))
    key = draw.hex(20)
    log = Log(start, spring)
    security = {"logger": "o.s.security.oauth2.jwt.NimbusJwtDecoder"}
    for seconds in draw.times(draw.between(40, 80), -880, 100):
        log.line(seconds, "info", f"GET /api/documents/{draw.between(1, 999)} 200", logger="c.e.AccessLog")
    for seconds in draw.times(draw.between(90, 130), -880, 100):
        late = start + timedelta(seconds=seconds - draw.between(60, 9_000))
        log.line(seconds, "warn", f"401 Jwt expired at {late:%Y-%m-%dT%H:%M:%SZ}", **security)
    refused = "Signed JWT rejected: Another algorithm expected, or no matching key(s) found"
    trace = (
        "org.springframework.security.oauth2.jwt.BadJwtException: "
        f"An error occurred while attempting to decode the Jwt: {refused}\n"
        "\tat org.springframework.security.oauth2.jwt.NimbusJwtDecoder.createJwt(NimbusJwtDecoder.java:180)\n"
        f"\tat com.example.{service.split('-')[0]}.security.CachedKeys.decode(CachedKeys.java:57)\n"
        "\tat org.springframework.security.web.FilterChainProxy.doFilter(FilterChainProxy.java:195)\n"
        f"Caused by: com.nimbusds.jose.proc.BadJOSEException: {refused}\n"
        "\tat com.nimbusds.jwt.proc.DefaultJWTProcessor.process(DefaultJWTProcessor.java:106)"
    )
    for seconds in draw.times(draw.between(12, 20), -240, 80):
        user = draw.between(100, 9_999)
        log.line(seconds, "error", f"Sign-in of user {user} failed, kid={key}", below=trace, **security)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "AuthFailuresSpike", "service": service, "severity": "warning"},
            summary=f"Authentication failures of {service} at four times the usual",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 60), "database": "up"},
            "metrics": {
                "error_rate": draw.real(0.11, 0.2),
                "requests": draw.between(300, 800),
                "baseline_error_rate": 0.02,
            },
        },
        expected={
            **REAL,
            "type": ["security", "bug"],
            "known_issue": "",
            "error_contains": ["no matching key(s) found", "BadJwtException", "BadJOSEException"],
            "culprit_contains": "CachedKeys",
        },
    )


@family(Kind.AUTHENTICATION, is_real=True, variants=12)
def stolen_passwords_are_tried_too(draw: Draw) -> Scenario:
    """Somebody tries a list of stolen passwords, another account each time, and some of them open."""
    start = begin(draw)
    service = draw.pick(("identity", "auth", "login-service"))
    log = Log(start, json_lines)
    sources = [f"203.0.113.{draw.between(1, 250)}" for _ in range(draw.between(2, 5))]
    for seconds in draw.times(draw.between(40, 90), -880, 100):
        log.line(seconds, "info", "login succeeded", user_id=draw.between(1, 9_999), remote_addr=draw.ip())
    count = draw.between(140, 300)
    for seconds in draw.times(count, -290, 90):
        told: dict[str, Any] = {
            "user_id": draw.between(1, 90_000),
            "remote_addr": draw.pick(sources),
            "status": 401,
        }
        log.line(seconds, "warn", "login failed: invalid credentials", **told)
    for seconds in draw.times(draw.between(4, 9), -250, 80):
        told = {"user_id": draw.between(1, 90_000), "remote_addr": draw.pick(sources)}
        log.line(seconds, "info", "login succeeded", **told, new_device=True)
        log.line(seconds + 2, "error", "account takeover suspected: sign-in from listed network", **told)
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "LoginFailures", "service": service, "severity": "critical", "team": "identity"},
            summary=f"{count} failed sign-ins in 5 minutes, usual are 6",
            description="Nearly each failure is of another account",
        ),
        now=start + timedelta(minutes=draw.between(2, 3)),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 80), "database": "up"},
            "metrics": {"requests": draw.between(400, 900)},
        },
        expected={**REAL, "type": "security", "known_issue": ""},
    )


@family(Kind.AUTHENTICATION, is_real=False, variants=12)
def people_forgot_their_new_password(draw: Draw) -> Scenario:
    """After a yearly change of passwords people type the old one, then the new one, and are in."""
    start = begin(draw)
    service = draw.pick(("intranet-login", "sso", "staff-portal"))
    log = Log(start, pino)
    traffic(log, draw, ("/api/session", "/api/menu", "/api/news/{id}"), count=draw.between(50, 120))
    count = draw.between(30, 70)
    for seconds in draw.times(count, -295, 60):
        user, address = draw.between(100, 999), draw.ip()
        reason = draw.pick(("invalid password", "wrong password", "password does not match"))
        told: dict[str, Any] = {"userId": user, "ip": address}
        log.line(seconds, "warn", f"POST /login 401 {reason}", **told)
        log.line(seconds + draw.between(5, 30), "info", "POST /login 200 signed in", **told)
    log.line(-840, "info", "password policy: 412 accounts were asked to choose a new password yesterday")
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "AuthFailuresSpike", "service": service, "severity": "info"},
            summary=f"{count} failed sign-ins in 5 minutes",
            values={"A": float(count)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 50), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(600, 1_500),
                "baseline_error_rate": 0.001,
                "response_ms": draw.between(20, 50),
                "baseline_response_ms": draw.between(20, 50),
            },
        },
        expected={**NOT_REAL, "remediation": ""},
    )
