"""Slow answers: twice the usual, far over the limit, and slow as ever."""

from datetime import timedelta
from typing import Any

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import NOT_REAL, REAL, begin, serilog, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, logfmt, pino
from tests.scenarios.scenario import Scenario


@family(Kind.RESPONSE_TIME, is_real=True, variants=12)
def blocked_threads_double_the_waiting(draw: Draw) -> Scenario:
    """A .NET service waits for tasks with .Result; its threads run out and answers take twice as long."""
    start = begin(draw)
    service = draw.pick(("quotes", "Pricing.Api", "availability"))
    usual = draw.between(320, 600)
    slow = round(usual * draw.real(2.4, 3.6))
    log = Log(start, serilog)
    paths = ("/api/quotes/{id}", "/api/rates", "/api/products/{id}/price")
    traffic(log, draw, paths, count=draw.between(60, 120), high=-300, slow_ms=usual * 1.5)
    for seconds in draw.times(draw.between(60, 130), -300, 90):
        path = draw.pick(paths).replace("{id}", str(draw.between(1, 999)))
        log.access(seconds, "GET", path, 200, slow * draw.real(0.7, 1.4))
    for seconds in draw.times(draw.between(4, 9), -290, 80):
        queued = draw.between(180, 900)
        text = f"Thread pool starvation suspected: {draw.between(24, 60)} threads, {queued} work items queued"
        log.line(seconds, "warn", text)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "ResponseTimeDegraded", "service": service, "severity": "warning"},
            summary=f"Average response time of {service} is {slow} ms",
            values={"A": float(slow)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": slow + draw.between(10, 300), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(300, 900),
                "response_ms": slow,
                "baseline_response_ms": usual,
            },
        },
        expected={
            **REAL,
            "severity": ["low", "medium"],
            "type": "performance",
            "component": "backend-api",
            "known_issue": "",
        },
    )


@family(Kind.RESPONSE_TIME, is_real=True, variants=12)
def statistics_are_stale_after_a_bulk_load(draw: Draw) -> Scenario:
    """After a bulk load PostgreSQL reads a whole table where it used an index; a list takes seconds."""
    start = begin(draw)
    service = draw.pick(("claims", "orders-api", "archive"))
    usual, slow = draw.between(180, 700), draw.between(3_300, 4_700)
    table = draw.pick(("claims", "orders", "documents"))
    log = Log(start, pino)
    paths = (f"/api/{table}?page=1", f"/api/{table}" + "/{id}", "/api/me")
    traffic(log, draw, paths, count=draw.between(60, 140), high=-320, slow_ms=usual)
    log.line(-700, "info", f"COPY {table} 2104331", job="bulk-load")
    for seconds in draw.times(draw.between(14, 40), -300, 90):
        took = slow * draw.real(0.85, 1.2)
        sql = f'SELECT * FROM "{table}" WHERE "customer_id" = $1 ORDER BY "created_at" DESC LIMIT 50'
        log.line(seconds, "warn", f"duration: {took:.3f} ms  execute s1: {sql}", source="postgres")
        log.access(seconds + 0.2, "GET", f"/api/{table}?page=1", 200, took + 40)
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "SlowResponses", "service": service, "severity": "warning"},
            summary=f"Average response time over 3 s for 5 minutes: {slow / 1000:.1f} s",
        ),
        now=start + timedelta(minutes=draw.between(2, 3)),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(20, 90), "database": "up"},
            "metrics": {
                "error_rate": draw.real(0, 0.004),
                "requests": draw.between(120, 500),
                "response_ms": slow,
                "baseline_response_ms": usual,
            },
        },
        expected={
            **REAL,
            "severity": "medium",
            "type": ["performance", "database"],
            "known_issue": "",
        },
    )


@family(Kind.RESPONSE_TIME, is_real=False, variants=12)
def exports_were_always_slow(draw: Draw) -> Scenario:
    """At a quiet hour the average consists of large exports, as on each day; nothing is slower than usual."""
    start = begin(draw)
    service = draw.pick(("reporting", "bi-export", "statements"))
    usual = draw.between(3_050, 3_500)
    now_ms = usual + draw.between(-150, 200)
    log = Log(start, logfmt)
    for seconds in draw.times(draw.between(25, 60), -880, 90):
        told: dict[str, Any] = {"rows": draw.between(10_000, 90_000)}
        log.access(
            seconds, "GET", f"/exports/{draw.between(1, 99)}.csv", 200, now_ms * draw.real(0.8, 1.2), **told
        )
    traffic(log, draw, ("/healthz", "/exports"), count=draw.between(10, 30), slow_ms=25)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "SlowResponses", "service": service, "severity": "warning"},
            summary=f"{service} takes {now_ms} ms on average (limit 3000)",
            values={"A": float(now_ms)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(4, 30), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(25, 80),
                "baseline_error_rate": 0.0,
                "response_ms": now_ms,
                "baseline_response_ms": usual,
            },
        },
        expected=NOT_REAL,
    )


@family(Kind.MEMORY_CPU, is_real=True, variants=12)
def one_expression_keeps_the_cpu_busy(draw: Draw) -> Scenario:
    """A regular expression runs for seconds on one line of text; Node's only thread serves nobody."""
    start = begin(draw)
    service = draw.pick(("comments", "importer-api", "mail-parser"))
    usual, slow = draw.between(30, 120), draw.between(5_400, 9_000)
    log = Log(start, pino)
    paths = ("/api/comments/{id}", "/api/threads", "/healthz")
    traffic(log, draw, paths, count=draw.between(60, 140), high=-300, slow_ms=usual * 2)
    for seconds in draw.times(draw.between(20, 50), -290, 90):
        path = draw.pick(paths).replace("{id}", str(draw.between(1, 999)))
        log.access(seconds, "GET", path, 200, slow * draw.real(0.8, 1.3))
    for seconds in draw.times(draw.between(8, 20), -290, 80):
        blocked = draw.between(4_000, 9_900)
        log.line(seconds, "warn", f"event loop blocked for {blocked} ms", where="stripSignature", cpu=1.0)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "CpuHigh", "service": service, "severity": "warning"},
            summary=f"CPU of {service} over 95 % for 5 minutes",
            values={"A": draw.real(96, 100, 1)},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": slow},
            "metrics": {
                "requests": draw.between(80, 300),
                "response_ms": slow,
                "baseline_response_ms": usual,
                "memory_percent": draw.between(40, 60),
            },
        },
        expected={
            **REAL,
            "severity": "high",
            "type": ["performance", "bug"],
            "known_issue": "",
        },
    )
