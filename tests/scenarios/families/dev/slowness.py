"""Services that answer late."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, logfmt, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, scene, up
from tests.scenarios.traces import node


@family(Kind.RESPONSE_TIME, is_real=True)
def release_asks_once_for_each_row(draw: Draw) -> Scenario:
    """A release reads each row's owner with a query of its own; the list takes four seconds."""
    made = scene(draw, ("teams-api", "tasks", "projects-api"), spring, json_lines, pino)
    made.traffic("GET /api/tasks/{n}", "GET /api/me", count=(80, 140))
    for seconds in draw.times(draw.between(20, 50), -285, 100):
        count = draw.between(180, 900)
        made.log.line(seconds, "warn", f"GET /api/tasks ran {count} SQL statements in {count * 7} ms")
        made.log.access(seconds + 0.002, "GET", "/api/tasks", 200, count * 7 + 90)
    return made.scenario(
        made.alert(
            "ResponseTimeDegraded",
            f"{made.service} is slow: above 3 s on average",
            severity="warning",
            value=3.9,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": ["performance", "database"],
            "component": "backend-api",
            "known_issue": "",
        },
        world={
            "health": up(draw),
            "metrics": {
                "error_rate": 0.0,
                "response_ms": draw.between(3_200, 4_700),
                "baseline_response_ms": draw.between(150, 420),
            },
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=26),
                    "finished_at": made.ago(minutes=22),
                }
            ],
        },
    )


@family(Kind.RESPONSE_TIME, is_real=True)
def table_grew_past_its_index(draw: Draw) -> Scenario:
    """A search without an index reads the whole table; PostgreSQL logs each of these statements."""
    made = scene(draw, ("search", "audit-log"), plain, logfmt)
    made.traffic("GET /search", "GET /audit/{n}", count=(60, 120))
    table = draw.pick(("audit_events", "messages", "shipments"))
    for seconds in draw.times(draw.between(15, 40), -285, 100):
        made.log.line(
            seconds,
            "warn",
            f"slow query: duration: {draw.between(5200, 9800)}.{draw.between(100, 999)} ms  statement: SELECT * FROM {table} "
            f"WHERE lower(subject) LIKE '%{draw.pick(('invoice', 'refund', 'pallet'))}%' ORDER BY created_at DESC LIMIT 50",
        )
    return made.scenario(
        made.alert(
            "SlowResponses", f"{made.service}: average response above 5 s", severity="critical", value=6.3
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": ["performance", "database"],
            "known_issue": "",
            "error_contains": "slow query",
        },
        world={
            "health": up(draw),
            "metrics": {
                "response_ms": draw.between(5_400, 8_200),
                "baseline_response_ms": draw.between(200, 600),
            },
        },
    )


@family(Kind.RESPONSE_TIME, is_real=True)
def geocoder_does_not_answer(draw: Draw) -> Scenario:
    """The geocoder of another company times out; restaurants are shown late and without a map."""
    made = scene(draw, ("restaurants-api", "backend"), pino, plain, json_lines)
    made.traffic("GET /api/restaurants/{n}", "GET /api/search", count=(80, 160))
    error = draw.pick(
        (
            "geocoding request failed: AxiosError: timeout of 3000ms exceeded",
            "Geocoder: external API timeout after 3000 ms",
            "External service geocoding: ETIMEDOUT",
        )
    )
    for seconds in draw.times(draw.between(20, 60), -285, 100):
        trace = node(
            draw, [("geocode", "src/geo/client.ts"), ("locate", "src/restaurants/locate.ts")], express=False
        )
        made.log.line(seconds, "error", error, below=trace)
        made.log.access(seconds + 0.01, "GET", f"/api/restaurants/{draw.between(1, 900)}/map", 200, 3_100)
    return made.scenario(
        made.alert(
            "ResponseTimeDegraded", f"{made.service}: above 3 s on average", severity="warning", value=3.4
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "performance",
            "component": "backend-api",
            "known_issue": "external-api-timeout",
        },
        world={
            "health": up(draw, external={"geocoder": draw.pick(("down", "degraded"))}),
            "metrics": {
                "error_rate": draw.real(0.001, 0.008),
                "response_ms": draw.between(3_100, 4_600),
                "baseline_response_ms": draw.between(150, 400),
            },
        },
    )


@family(Kind.RESPONSE_TIME, is_real=False)
def one_export_among_few_requests(draw: Draw) -> Scenario:
    """At night eleven requests came, one of them a long export: the average looked bad and is well again."""
    made = scene(draw, ("backoffice", "admin-api"), python_logging, go_log, hour=3)
    for seconds in draw.times(draw.between(40, 60), -890, 110):
        made.log.line(seconds, "info", "heartbeat ok", logger="app.health")
    made.traffic("GET /admin/users/{n}", count=(9, 12), low=-280, high=-20)
    made.log.line(
        -60, "info", f"export of {draw.between(40, 90)} MB took {draw.between(35, 50)} s", logger="app.export"
    )
    usual = draw.between(70, 120)
    return made.scenario(
        made.alert("SlowResponses", f"{made.service}: average above 3 s", severity="warning", value=3.6),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(10, 14),
                "response_ms": usual + 10,
                "baseline_response_ms": usual,
            },
        },
        after_seconds=360,
    )


@family(Kind.RESPONSE_TIME, is_real=False)
def nightly_report_takes_as_long_as_ever(draw: Draw) -> Scenario:
    """The report at two o'clock takes its usual five seconds a page; people have said so often that it is fine."""
    made = scene(draw, ("reporting", "finance-reports"), spring, logfmt, hour=2)
    for seconds in draw.times(draw.between(50, 90), -890, 110):
        took = draw.between(4_600, 5_600)
        made.log.line(seconds, "info", f"report page {draw.between(1, 400)} rendered in {took} ms")
    usual = draw.between(4_900, 5_300)
    days = draw.sample(range(1, 12), 4)
    return made.scenario(
        made.alert("SlowResponses", f"{made.service}: average above 3 s", severity="warning", value=5.1),
        {"is_real": False, "should_create_issue": False},
        world={
            "health": up(draw),
            "metrics": calm(draw, response_ms=usual + draw.between(-90, 90), baseline_response_ms=usual),
            "history": [
                {"started_at": made.ago(days=day), "is_real": False} for day in sorted(days, reverse=True)
            ],
        },
    )
