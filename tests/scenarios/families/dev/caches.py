"""Redis in its several kinds of trouble."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, pino, plain, python_logging
from tests.scenarios.scenario import Scenario, Step
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import node, python


@family(Kind.HTTP_5XX, is_real=True)
def redis_refuses_connections(draw: Draw) -> Scenario:
    """Redis is down, so sessions cannot be read and signed-in pages fail."""
    made = scene(draw, ("storefront", "web-bff"), pino, plain)
    made.traffic("GET /api/products/{n}", "GET /api/cart", count=(60, 120))
    address = draw.ip()
    for seconds in draw.times(draw.between(30, 90), -280, 100):
        made.log.line(
            seconds, "error", f"[ioredis] Unhandled error event: Error: connect ECONNREFUSED {address}:6379"
        )
        if draw.chance(0.6):
            trace = node(draw, [("readSession", "src/session/store.ts")])
            made.log.line(
                seconds + 0.2,
                "error",
                "MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).",
                below=trace,
            )
            made.log.access(seconds + 0.21, "GET", "/api/cart", 500, 2_040)
    return made.scenario(
        made.alert("High5xxRate", f"{made.service} answers 5xx", severity="critical", value=44),
        {
            "is_real": True,
            "severity": "high",
            "type": "infrastructure",
            "known_issue": "redis-connection-lost",
            "remediation": "reconnect-redis",
        },
        world={"health": up(draw, external={"redis": "down"}), "metrics": rates(draw, 0.2, 0.45)},
    )


@family(Kind.OTHER, is_real=True)
def redis_is_at_maxmemory(draw: Draw) -> Scenario:
    """Redis has reached maxmemory with noeviction: each write is refused, and carts are not kept."""
    made = scene(draw, ("cart", "session-service"), go_log, pino, json_lines)
    made.traffic("GET /api/cart/{n}", "GET /healthz", count=(90, 160))
    for seconds in draw.times(draw.between(25, 80), -285, 100):
        made.log.line(
            seconds,
            "error",
            "save cart: OOM command not allowed when used memory > 'maxmemory'.",
            user_id=draw.between(1000, 9999),
        )
        made.log.access(seconds + 0.002, "PUT", f"/api/cart/{draw.between(1, 900)}", 500, 3)
    return made.scenario(
        made.alert("CartWriteErrors", f"{made.service} cannot save carts", severity="critical", value=57),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "known_issue": "",
            "error_contains": "OOM command not allowed",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.18, 0.4)},
    )


@family(Kind.OTHER, is_real=True, red_herring=True)
def redis_cannot_save_because_its_disk_is_full(draw: Draw) -> Scenario:
    """Thousands of MISCONF errors of the workers hide the one kind of line that says why: the disk is full."""
    made = scene(draw, ("jobs", "worker"), python_logging)
    for seconds in draw.times(draw.between(40, 80), -900, -290):
        made.log.line(
            seconds,
            "info",
            f"Task mail.send[{draw.uuid()}] succeeded in {draw.real(0.1, 2)}s",
            logger="celery.app.trace",
        )
    error = (
        "redis.exceptions.ResponseError: MISCONF Redis is configured to save RDB snapshots, but it's currently unable "
        "to persist to disk. Commands that may modify the data set are disabled"
    )
    for seconds in draw.times(draw.between(60, 160), -280, 100):
        trace = python(
            draw,
            [("enqueue", "jobs/queue.py")],
            error,
            above=("celery/app/trace.py:453 trace_task",),
            below=("redis/connection.py:524 read_response",),
        )
        made.log.line(seconds, "error", "cannot enqueue", below=trace, logger="jobs.queue")
    for seconds in draw.times(draw.between(4, 7), -285, 90):
        made.log.line(
            seconds,
            "warning",
            "Write error saving DB on disk: No space left on device",
            logger="redis-server",
        )
    return made.scenario(
        made.alert("QueueErrors", f"{made.service} cannot enqueue", severity="critical"),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": ["infrastructure", "database"],
            "known_issue": "disk-full",
            "remediation": "",
        },
        world={"health": up(draw)},
    )


@family(Kind.HTTP_5XX, is_real=False)
def redis_was_loading_for_a_moment(draw: Draw) -> Scenario:
    """Redis restarted and loaded its data within two seconds; three reads went to the database instead, none failed."""
    made = scene(draw, ("catalog", "pricing"), plain, json_lines)
    made.traffic("GET /api/prices/{n}", "GET /api/products/{n}", count=(120, 220))
    for seconds in draw.times(3, -240, -238):
        made.log.line(
            seconds,
            "warn",
            "cache miss: LOADING Redis is loading the dataset in memory; read from the database",
        )
    made.log.line(-236.5, "info", "cache: connection ready")
    return made.scenario(
        made.alert("CacheErrors", f"{made.service}: cache errors", severity="warning", value=3),
        {"is_real": False, "should_create_issue": False, "incidents": {"count": 1}},
        world={"health": up(draw), "metrics": calm(draw)},
        after_seconds=60,
        steps=[
            Step(
                after_seconds=180,
                body=made.alert(
                    "CacheErrors",
                    f"{made.service}: cache errors",
                    severity="warning",
                    value=0,
                    resolved_after=170,
                ),
            )
        ],
    )


@family(Kind.RESPONSE_TIME, is_real=True)
def cache_stampede_after_expiry(draw: Draw) -> Scenario:
    """The home page's key expires, and every request computes it anew at the same time."""
    made = scene(draw, ("home-feed", "content-api"), json_lines, go_log)
    made.traffic("GET /api/feed", "GET /api/articles/{n}", low=-900, high=-260, count=(80, 140))
    key = draw.pick(("feed:home:v3", "home:blocks", "top-articles"))
    for seconds in draw.times(draw.between(60, 150), -250, 105):
        took = draw.between(5_200, 11_000)
        made.log.line(
            seconds, "warn", f"cache miss {key}; computed in {took} ms", waiting=draw.between(30, 300)
        )
        made.log.access(seconds + 0.01, "GET", "/api/feed", 200, took + 40)
    usual = draw.between(60, 200)
    return made.scenario(
        made.alert(
            "SlowResponses",
            f"{made.service}: average above 3 s over 5 minutes",
            severity="warning",
            value=7.1,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": "performance",
            "known_issue": "",
        },
        world={
            "health": up(draw, response_ms=draw.between(300, 900)),
            "metrics": {
                "error_rate": 0.001,
                "response_ms": draw.between(5_600, 9_000),
                "baseline_response_ms": usual,
            },
        },
    )
