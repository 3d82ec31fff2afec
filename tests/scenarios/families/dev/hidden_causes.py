"""Quiet causes beside loud noise."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, logfmt, pino, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import rates, scene, up
from tests.scenarios.traces import node, python


@family(Kind.RESPONSE_TIME, is_real=True, red_herring=True)
def lock_waits_among_telemetry_errors(draw: Draw) -> Scenario:
    """The telemetry exporter complains all day; the service is slow because of locks in its database."""
    made = scene(draw, ("stock-api", "reservations"), go_log, logfmt)
    made.traffic("GET /v1/stock/{n}", count=(60, 110))
    for seconds in draw.times(draw.between(60, 120), -890, 100):
        made.log.line(
            seconds,
            "error",
            "failed to upload metrics: rpc error: code = Unavailable desc = connection error",
        )
    for seconds in draw.times(draw.between(14, 30), -285, 100):
        made.log.line(
            seconds,
            "warn",
            f"slow query: UPDATE stock SET reserved = reserved + 1 WHERE sku = $1: waited {draw.between(5200, 9000)} ms for ShareLock",
        )
    return made.scenario(
        made.alert("SlowResponses", f"{made.service}: average above 5 s", severity="critical", value=6.4),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": ["performance", "database"],
            "known_issue": "",
            "error_contains": "ShareLock",
        },
        world={
            "health": up(draw),
            "metrics": {
                "response_ms": draw.between(5_400, 8_000),
                "baseline_response_ms": draw.between(100, 300),
            },
        },
    )


@family(Kind.HTTP_5XX, is_real=True, red_herring=True)
def expired_tokens_hide_a_broken_upload(draw: Draw) -> Scenario:
    """Expired tokens fill the log as each day; the 500s come from uploads whose header is read wrongly."""
    made = scene(draw, ("documents", "media-api"), pino, plain)
    made.traffic("GET /api/documents/{n}", "POST /api/documents", count=(110, 190))
    for seconds in draw.times(draw.between(70, 150), -890, 100):
        made.log.line(seconds, "error", "TokenExpiredError: jwt expired", userId=draw.between(1000, 9999))
        made.log.access(seconds + 0.002, "GET", "/api/documents/1", 401, 2)
    file = draw.pick(("src/upload/header.ts", "src/documents/parse.ts"))
    for seconds in draw.times(draw.between(12, 30), -285, 100):
        made.log.line(
            seconds,
            "error",
            'RangeError [ERR_OUT_OF_RANGE]: The value of "offset" is out of range. It must be >= 0 and <= 12. Received 16',
            below=node(
                draw,
                [("readHeader", file)],
                above=[
                    "boundsError (node:internal/buffer:88:9)",
                    "Buffer.readUInt32LE (node:internal/buffer:222:5)",
                ],
            ),
        )
        made.log.access(seconds + 0.004, "POST", "/api/documents", 500, 60)
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=20
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "out of range",
            "culprit_contains": file,
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
    )


@family(Kind.HTTP_5XX, is_real=True, red_herring=True)
def scanner_beside_a_broken_search(draw: Draw) -> Scenario:
    """Probes for WordPress are noted as errors; the search beside them fails for real."""
    made = scene(draw, ("search-web", "site-api"), python_logging)
    for seconds in draw.times(draw.between(80, 140), -890, 100):
        made.log.line(
            seconds, "info", f'"GET /api/pages/{draw.between(1, 900)} HTTP/1.1" 200', logger="gunicorn.access"
        )
    for seconds in draw.times(draw.between(60, 130), -600, 100):
        path = draw.pick(("/wp-login.php", "/.env", "/xmlrpc.php", "/.git/config"))
        made.log.line(seconds, "error", f"Not Found: GET {path} 404", logger="django.request")
    error = "elasticsearch.BadRequestError: BadRequestError(400, 'search_phase_execution_exception', 'Result window is too large')"
    for seconds in draw.times(draw.between(12, 30), -285, 100):
        trace = python(
            draw,
            [("search", "search/views.py"), ("page", "search/query.py")],
            error,
            below=("elasticsearch/_sync/client/__init__.py:4121 search",),
        )
        made.log.line(
            seconds, "error", "Internal Server Error: /api/search", below=trace, logger="django.request"
        )
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=16),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "Result window is too large",
            "culprit_contains": "search/query.py",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
    )
