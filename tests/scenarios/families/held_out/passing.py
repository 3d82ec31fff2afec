"""Nothing that anybody needs to mend: old tokens in the morning, fewer replicas at night, a cold cache."""

from datetime import timedelta
from typing import Any

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import NOT_REAL, begin, deployment, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, json_lines, logfmt, python_logging
from tests.scenarios.scenario import Scenario


@family(Kind.AUTHENTICATION, is_real=False, variants=12)
def phones_wake_up_with_old_tokens(draw: Draw) -> Scenario:
    """In the morning apps try the token of yesterday, are refused, renew it and go on."""
    start = begin(draw)
    service = draw.pick(("mobile-bff", "timeline", "fitness-api"))
    log = Log(start, python_logging)
    names = {"logger": "app.auth"}
    traffic(log, draw, ("/api/timeline", "/api/steps/{id}", "/api/friends"), count=draw.between(80, 160))
    text = draw.pick(
        (
            "401 invalid token: Signature has expired",
            "401 jwt.exceptions.ExpiredSignatureError: Signature has expired",
        )
    )
    count = draw.between(50, 110)
    for seconds in draw.times(count, -295, 60):
        user = draw.between(100, 99_999)
        log.line(seconds, "warn", f"{text} (user {user}, GET /api/timeline)", **names)
        log.line(seconds + 1, "info", f"POST /api/token/refresh 200 (user {user})", **names)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "AuthFailuresSpike", "service": service, "severity": "warning"},
            summary=f"{count} requests of {service} were not authenticated in 5 minutes",
            values={"A": float(count)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(8, 50), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(2_000, 6_000),
                "baseline_error_rate": 0.0003,
                "response_ms": draw.between(20, 60),
                "baseline_response_ms": draw.between(20, 60),
            },
        },
        expected={**NOT_REAL, "known_issue": "jwt-token-expired", "remediation": ""},
    )


@family(Kind.CRASH, is_real=False, variants=12)
def fewer_replicas_are_needed_at_night(draw: Draw) -> Scenario:
    """The autoscaler takes replicas away as traffic ends; a rule takes their ordinary end for a crash."""
    start = begin(draw)
    service = draw.pick(("quiz", "live-scores", "menu-api"))
    log = Log(start, logfmt)
    traffic(log, draw, ("/api/quiz/{id}", "/api/scores", "/readyz"), count=draw.between(60, 150))
    have = draw.between(7, 12)
    gone = draw.between(2, 4)
    scaler = {"source": "horizontal-pod-autoscaler"}
    told = f"New size: {have - gone}; reason: All metrics below target"
    log.line(-200, "info", f"Scaled {service} from {have} replicas. {told}", **scaler)
    for number in range(gone):
        at, pod = -195.0 + 14 * number, f"{service}-{draw.hex(5)}"
        log.line(at, "info", f"Stopping container {service}", pod=pod, source="kubelet")
        log.line(at + 1, "info", "caught SIGTERM, no longer accepting requests", pod=pod)
        log.line(at + 7, "info", "all requests finished, bye", pod=pod)
        log.line(at + 8, "info", "container exited", pod=pod, exit_code=draw.pick((0, 143)))
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "ContainerExited", "service": service, "severity": "critical"},
            summary=f"{gone} containers of {service} ended in 5 minutes",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(5, 30), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(200, 700),
                "baseline_error_rate": 0.0002,
                "response_ms": draw.between(15, 40),
                "baseline_response_ms": draw.between(15, 40),
                "memory_percent": draw.between(30, 60),
            },
        },
        expected={**NOT_REAL, "remediation": ""},
    )


@family(Kind.RESPONSE_TIME, is_real=False, variants=12)
def a_release_begins_with_an_empty_cache(draw: Draw) -> Scenario:
    """The first replicas of a release in progress have an empty cache; answers are slow for a minute."""
    start = begin(draw)
    service = draw.pick(("catalogue", "price-list", "feature-flags"))
    usual = draw.between(80, 200)
    began = -draw.between(180, 260)
    warm = began + 100
    log = Log(start, json_lines)
    path = f"/api/{service}"
    traffic(log, draw, (path, path + "/{id}"), count=draw.between(40, 100), high=began, slow_ms=usual * 1.5)
    log.line(began + 20, "info", "replica 1 of 3 replaced", service=service)
    for seconds in draw.times(draw.between(20, 40), began + 20, warm):
        told: dict[str, Any] = {"cache": "miss", "service": service}
        log.access(seconds, "GET", f"{path}/{draw.between(1, 999)}", 200, draw.between(3_000, 5_500), **told)
    log.line(warm, "info", "cache warm: hit ratio 0.97", service=service)
    traffic(log, draw, (path, path + "/{id}"), count=draw.between(40, 80), low=warm, slow_ms=usual * 1.4)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "SlowResponses", "service": service, "severity": "warning"},
            summary=f"{service} took over 3 s on average",
            values={"A": draw.real(3_050, 3_900, 1)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 60), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(400, 1_200),
                "baseline_error_rate": 0.0004,
                "response_ms": round(usual * draw.real(0.95, 1.3)),
                "baseline_response_ms": usual,
            },
            "deployments": [deployment(service, start, began)],
        },
        expected={**NOT_REAL, "remediation": ""},
    )
