"""Requests that we refuse: callers' mistakes, scanners, and callers who did nothing wrong."""

from datetime import timedelta
from typing import Any

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import (
    NOT_REAL,
    REAL,
    begin,
    deployment,
    nginx_access,
    ruby_logger,
    traffic,
)
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, go_log
from tests.scenarios.scenario import Scenario


@family(Kind.HTTP_4XX, is_real=False, variants=12)
def people_mistype_a_form(draw: Draw) -> Scenario:
    """A campaign brings many new people; some of them mistype the form and mend it a moment later."""
    start = begin(draw)
    service = draw.pick(("signup", "newsletter-api", "donations"))
    path = draw.pick(("/api/registrations", "/api/v1/members", "/api/pledges"))
    log = Log(start, ruby_logger)
    traffic(log, draw, ("/", "/api/campaigns/{id}", "/api/countries"), count=draw.between(50, 90))
    complaints = (
        "Email is invalid",
        "Zip code is too short (minimum is 4 characters)",
        "Phone has already been taken",
        "Terms must be accepted",
    )
    count = draw.between(52, 84)
    for seconds in draw.times(count, -295, 70):
        who = draw.hex(8)
        line = f"[{who}] Completed 422 Unprocessable Entity in {draw.between(6, 40)}ms (ActiveRecord: 1.8ms)"
        log.line(seconds, "info", f'[{who}] Started POST "{path}" for {draw.ip()}')
        log.line(seconds + 0.02, "warn", f"[{who}] Validation failed: {draw.pick(complaints)}")
        log.line(seconds + 0.03, "info", line)
        if draw.chance(0.6):
            again = draw.hex(8)
            log.line(seconds + 15, "info", f"[{again}] Completed 201 Created in {draw.between(20, 90)}ms")
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http4xxHigh", "service": service, "severity": "warning"},
            summary=f"More than 50 responses with 4xx in 5 minutes (no 401, no 404): {count}",
            values={"A": float(count)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(12, 60), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(900, 2_600),
                "response_ms": draw.between(30, 80),
                "baseline_response_ms": draw.between(35, 70),
            },
        },
        expected={**NOT_REAL, "remediation": ""},
    )


@family(Kind.HTTP_4XX, is_real=False, variants=12)
def a_scanner_looks_for_wordpress(draw: Draw) -> Scenario:
    """A scanner from a few addresses asks for WordPress and .env files and is refused every time."""
    start = begin(draw)
    service = draw.pick(("www", "edge-proxy", "landing"))
    log = Log(start)
    for seconds in draw.times(draw.between(60, 150), -880, 90):
        request = draw.pick(("GET /", "GET /pricing", "GET /assets/app.css", "GET /api/plans"))
        log.raw(seconds, nginx_access(log.at(seconds), draw, request, 200))
    scanners = [draw.ip() for _ in range(draw.between(1, 3))]
    wanted = (
        "GET /wp-login.php",
        "POST /xmlrpc.php",
        "GET /.env",
        "GET /.git/config",
        "GET /wp-admin/setup-config.php",
        "GET /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
        "GET /phpmyadmin/index.php",
    )
    count = draw.between(60, 170)
    for seconds in draw.times(count, -290, 60):
        status = draw.pick((403, 403, 403, 405))
        log.raw(seconds, nginx_access(log.at(seconds), draw, draw.pick(wanted), status, draw.pick(scanners)))
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "Many4xx", "service": service, "severity": "warning"},
            summary=f"{count} requests refused with 4xx in 5 minutes",
        ),
        now=start + timedelta(minutes=draw.between(2, 3)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(4, 30)},
            "metrics": {"error_rate": 0.0, "requests": draw.between(400, 1_500)},
        },
        expected={**NOT_REAL, "known_issue": "bots-probing", "remediation": ""},
    )


@family(Kind.HTTP_4XX, is_real=True, variants=12)
def everybody_shares_one_rate_limit(draw: Draw) -> Scenario:
    """Behind a new load balancer all callers have one address, so the limiter turns nearly everybody away."""
    start = begin(draw)
    service = draw.pick(("public-api", "gateway", "timetable"))
    balancer = draw.ip()
    began = -draw.between(420, 780)
    log = Log(start, go_log)
    traffic(log, draw, ("/api/stops/{id}", "/api/lines", "/api/departures"), count=draw.between(60, 120))
    count = draw.between(90, 240)
    for seconds in draw.times(count, began + 60, 80):
        path = f"/api/departures/{draw.between(1, 900)}"
        reason = draw.pick(("rate limit exceeded", "too many requests", "bucket empty"))
        told: dict[str, Any] = {
            "status": 429,
            "user_id": draw.between(1_000, 9_999),
            "remote": balancer,
            "limit": "100/min",
        }
        log.line(seconds, "warn", f"GET {path} 429 {reason}", **told)
    log.line(began, "info", "listener reloaded, proxy_protocol=off")
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http4xxHigh", "service": service, "severity": "warning"},
            summary=f"{service}: {count} responses with 4xx in 5 minutes",
            values={"A": float(count)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(5, 30)},
            "metrics": {
                "requests": draw.between(200, 600),
                "response_ms": draw.between(10, 40),
                "baseline_response_ms": draw.between(20, 40),
            },
            "deployments": [deployment("load-balancer", start, began - 90, began)],
        },
        # We turn callers away ourselves; no provider limits us.
        expected={
            **REAL,
            "component": "backend-api",
            "known_issue": "",
            "error_contains": ["429", "rate limit exceeded", "too many requests", "bucket empty"],
        },
    )


@family(Kind.HTTP_4XX, is_real=False, variants=12)
def people_leave_before_the_answer_too(draw: Draw) -> Scenario:
    """Phones lose their network in tunnels and are counted as 499; the answers are as fast as ever."""
    start = begin(draw)
    service = draw.pick(("departures", "tickets-web", "live-map"))
    log = Log(start, go_log)
    paths = ("/api/departures/{id}", "/api/tiles/{id}", "/api/alerts")
    traffic(log, draw, paths, count=draw.between(110, 220), slow_ms=80)
    count = draw.between(51, 90)
    for seconds in draw.times(count, -295, 70):
        path = draw.pick(paths).replace("{id}", str(draw.between(1, 9_999)))
        reason = draw.pick(("client closed request", "client disconnected before response"))
        log.line(seconds, "warn", f"GET {path} 499 {reason}", duration=f"{draw.between(2, 70)}ms")
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http4xxHigh", "service": service, "severity": "warning"},
            summary=f"{count} responses of {service} with 4xx in 5 minutes",
            values={"A": float(count)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(5, 30), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(3_000, 9_000),
                "baseline_error_rate": 0.0002,
                "response_ms": draw.between(20, 50),
                "baseline_response_ms": draw.between(20, 50),
            },
        },
        expected={**NOT_REAL, "known_issue": "client-aborted-request", "remediation": ""},
    )
