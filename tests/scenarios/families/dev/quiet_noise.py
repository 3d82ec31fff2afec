"""Alerts that are nobody's work: lines that are always there, and conditions that pass."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, logfmt, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, scene, up


@family(Kind.OTHER, is_real=False)
def error_line_that_is_always_there(draw: Draw) -> Scenario:
    """A library logs a missing optional module at error level at each request; people have often said that it is harmless."""
    made = scene(draw, ("recommender", "thumbnails", "search"), json_lines, pino, plain)
    made.traffic("GET /api/recommendations/{n}", "GET /healthz", count=(90, 160))
    text = draw.pick(
        (
            "optional module 'canvas' not installed, using the slow path",
            "statsd: could not read /etc/hostname, using 'unknown'",
            "feature flags: no override file, using defaults",
        )
    )
    for seconds in draw.times(draw.between(30, 70), -895, 105):
        made.log.line(seconds, "error", text)
    return made.scenario(
        made.alert("ErrorLogs", f"{made.service}: lines at level error", severity="warning", value=22),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "history": [
                {"started_at": made.ago(days=day), "is_real": False, "error": text} for day in (21, 14, 9, 3)
            ],
        },
    )


@family(Kind.HTTP_5XX, is_real=False)
def two_requests_failed_and_that_was_it(draw: Draw) -> Scenario:
    """Two requests met a pod that was closing; hundreds since went well."""
    made = scene(draw, ("menu", "slots", "prices"), go_log, logfmt, plain)
    made.traffic("GET /v1/slots/{n}", "POST /v1/slots", count=(180, 260))
    for seconds in draw.times(2, -285, -270):
        made.log.access(seconds, "GET", f"/v1/slots/{draw.between(1, 99)}", 503, 1)
    return made.scenario(
        made.alert("Http5xx", f"{made.service}: 5xx seen", severity="info", value=2),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
        after_seconds=240,
    )


@family(Kind.OTHER, is_real=False)
def libraries_warn_of_things_to_come(draw: Draw) -> Scenario:
    """A new minor version of a library warns of deprecated calls many times a minute; nothing is broken."""
    made = scene(draw, ("accounts", "crm", "intranet"), python_logging)
    for seconds in draw.times(draw.between(100, 200), -900, 110):
        made.log.line(
            seconds, "info", f'"GET /accounts/{draw.between(1, 900)}/ HTTP/1.1" 200', logger="gunicorn.access"
        )
        if draw.chance(0.6):
            made.log.line(
                seconds + 0.001,
                "warning",
                "RemovedInDjango60Warning: The default scheme will be changed from 'http' to 'https' in Django 6.0.",
                logger="py.warnings",
            )
    return made.scenario(
        made.alert("WarningLogs", f"{made.service}: many warnings", severity="info", value=120),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.MEMORY_CPU, is_real=False)
def page_cache_counts_as_memory(draw: Draw) -> Scenario:
    """The container's memory counts cached file pages, is as high as each day, and no request is slow."""
    made = scene(draw, ("file-server", "video-api"), logfmt, json_lines)
    made.traffic("GET /v1/files/{n}", count=(120, 220))
    for number in range(9):
        made.log.line(
            -890 + 110 * number,
            "info",
            "memory",
            rss_mb=draw.between(210, 230),
            page_cache_mb=draw.between(1_500, 1_590),
        )
    return made.scenario(
        made.alert(
            "ContainerMemory", f"{made.service}: working set above 80 %", severity="warning", value=82
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw, memory_percent=draw.between(55, 68)),
            "history": [{"started_at": made.ago(days=day), "is_real": False} for day in (3, 2, 1)],
        },
    )


@family(Kind.HTTP_4XX, is_real=False)
def load_test_asks_for_things_that_are_not(draw: Draw) -> Scenario:
    """A colleague's load test uses accounts that do not exist here; each of its requests is 404 or 422."""
    made = scene(draw, ("users-api", "search-api", "carts"), spring, json_lines)
    made.traffic("GET /api/users/{n}", "POST /api/users", count=(110, 180))
    for seconds in draw.times(draw.between(80, 190), -250, 60):
        path, status = draw.pick(
            ((f"/api/users/loadtest-{draw.between(1, 9999)}", 404), ("/api/users/search", 422))
        )
        made.log.access(seconds, "GET", path, status, draw.real(1, 5), agent="k6/0.51.0")
    return made.scenario(
        made.alert(
            "High4xxRate", f"{made.service}: 4xx above 50 in 5 minutes", severity="warning", value=160
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.DATABASE, is_real=False)
def vacuum_takes_its_time(draw: Draw) -> Scenario:
    """A weekly vacuum makes the database's disk busy at night; queries are as quick as ever."""
    made = scene(draw, ("postgres", "warehouse-db"), plain, hour=draw.pick((1, 3, 5)))
    for seconds in draw.times(draw.between(40, 80), -900, 110):
        made.log.line(
            seconds,
            "log",
            f'automatic vacuum of table "shop.public.{draw.pick(("orders", "events", "carts"))}": index scans: 1, elapsed: {draw.between(2, 60)}.{draw.between(10, 99)} s',
        )
    return made.scenario(
        made.alert("DatabaseDiskBusy", f"{made.service}: disk busy above 80 %", severity="warning", value=86),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.AUTHENTICATION, is_real=False)
def scanner_tries_default_passwords(draw: Draw) -> Scenario:
    """A scanner tries admin and root without success and is turned away by the limiter; it is so each night."""
    made = scene(draw, ("auth", "login-service"), logfmt, plain, hour=draw.pick((0, 2, 4)))
    made.traffic("POST /login", "GET /session", count=(60, 120))
    address = f"198.51.100.{draw.between(2, 250)}"
    for seconds in draw.times(draw.between(20, 40), -280, 20):
        made.log.line(
            seconds,
            "warn",
            f"login refused: unknown user {draw.pick(('admin', 'root', 'test', 'oracle'))}",
            ip=address,
        )
    made.log.line(25, "info", "address blocked for 24 h", ip=address)
    return made.scenario(
        made.alert("AuthFailures", f"{made.service}: more than 15 failed logins", severity="info", value=31),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "history": [{"started_at": made.ago(days=day), "is_real": False} for day in (5, 3, 2, 1)],
        },
    )


@family(Kind.RESPONSE_TIME, is_real=False)
def first_requests_after_waking_up(draw: Draw) -> Scenario:
    """A service that sleeps when unused took some seconds for its first request, and is quick since."""
    made = scene(draw, ("preview", "docs-search", "pdf"), go_log, json_lines)
    made.log.line(-200, "info", "waking up from sleep")
    made.log.access(-196, "GET", "/v1/preview/1", 200, draw.between(3_300, 4_600))
    made.traffic("GET /v1/preview/{n}", count=(60, 120), low=-190, high=110)
    usual = draw.between(40, 120)
    return made.scenario(
        made.alert(
            "SlowResponses", f"{made.service}: slowest answer above 3 s", severity="warning", value=3.9
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw, response_ms=usual + 12, baseline_response_ms=usual),
        },
    )


@family(Kind.RESPONSE_TIME, is_real=False)
def health_is_slow_while_migration_is_planned(draw: Draw) -> Scenario:
    """A release rebuilds an index as planned; answers are late for some minutes, and the release still goes on."""
    made = scene(draw, ("catalog", "members"), python_logging, spring)
    made.traffic("GET /api/members/{n}", count=(90, 150))
    made.log.line(
        -180, "info", "migration 0142: CREATE INDEX CONCURRENTLY started (planned)", logger="migrate"
    )
    for seconds in draw.times(draw.between(8, 20), -170, 90):
        made.log.line(
            seconds, "info", f"GET /api/members took {draw.between(3_050, 3_900)} ms", logger="app.slow"
        )
    return made.scenario(
        made.alert("SlowResponses", f"{made.service}: above 3 s", severity="warning", value=3.2),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw, response_ms=draw.between(900, 1800)),
            "metrics": {
                "error_rate": 0.0,
                "response_ms": draw.between(3_050, 3_500),
                "baseline_response_ms": 900,
            },
            "deployments": [{"service": made.service, "started_at": made.ago(minutes=5)}],
        },
    )
