"""Databases that answer, but refuse to write or do not know what they are asked for."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, pino, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import node, python


@family(Kind.DATABASE, is_real=True)
def wal_volume_is_full(draw: Draw) -> Scenario:
    """PostgreSQL's volume is full: it stops with PANIC, and everything that needs it stops too."""
    made = scene(draw, ("postgres", "orders-db"), plain)
    for seconds in draw.times(draw.between(30, 60), -900, -130):
        made.log.line(seconds, "log", f"checkpoint complete: wrote {draw.between(900, 9000)} buffers")
    file = f"pg_wal/xlogtemp.{draw.between(20, 900)}"
    for seconds in draw.times(draw.between(3, 6), -120, 80):
        made.log.line(seconds, "panic", f'could not write to file "{file}": No space left on device')
        made.log.line(
            seconds + 0.2,
            "log",
            f"server process (PID {draw.between(50, 900)}) was terminated by signal 6: Aborted",
        )
        made.log.line(seconds + 0.3, "log", "terminating any other active server processes")
        made.log.line(seconds + 2, "fatal", "the database system is in recovery mode")
    return made.scenario(
        made.alert("PostgresDown", f"{made.service} does not accept connections", severity="critical"),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "critical",
            "type": ["database", "infrastructure"],
            "known_issue": "disk-full",
            "error_contains": "No space left on device",
        },
        world={"health": {"api": "down", "database": "down"}},
    )


@family(Kind.DATABASE, is_real=False)
def two_deadlocks_are_run_again(draw: Draw) -> Scenario:
    """Two transactions lost a deadlock within a quarter of an hour; the code ran both again, and all went well."""
    made = scene(draw, ("wallet", "ledger"), go_log, plain)
    made.traffic("POST /v1/transfers", "GET /v1/accounts/{n}", count=(120, 200))
    for seconds in draw.times(2, -800, -20):
        number = draw.between(100, 999)
        made.log.line(
            seconds,
            "warn",
            f"transfer {number}: Error 1213 (40001): Deadlock found when trying to get lock; try restarting transaction",
            attempt=1,
        )
        made.log.line(seconds + 0.04, "info", f"transfer {number}: committed", attempt=2)
    return made.scenario(
        made.alert(
            "DatabaseErrors", f"{made.service}: a transaction was rolled back", severity="info", value=1
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw, error_rate=0.0)},
        after_seconds=400,
    )


@family(Kind.HTTP_5XX, is_real=True)
def column_is_missing_after_release(draw: Draw) -> Scenario:
    """A release reads a column whose migration has not run: each such request is a 500."""
    made = scene(draw, ("members", "crm", "helpdesk"), python_logging)
    column = draw.pick(("loyalty_tier", "deleted_at", "locale"))
    table = draw.pick(("members_member", "crm_contact"))
    for seconds in draw.times(draw.between(70, 140), -900, 100):
        made.log.line(
            seconds, "info", f'"GET /api/teams/{draw.between(1, 90)} HTTP/1.1" 200', logger="gunicorn.access"
        )
    error = (
        f"django.db.utils.ProgrammingError: column {table}.{column} does not exist\n"
        f'LINE 1: SELECT "{table}"."id", "{table}"."{column}" FROM "{table}"...\n'
        "                                ^"
    )
    for seconds in draw.times(draw.between(25, 70), -240, 100):
        trace = python(
            draw,
            [("list", "members/views.py")],
            error,
            below=("django/db/models/query.py:398 __iter__", "django/db/backends/utils.py:105 _execute"),
        )
        made.log.line(
            seconds, "error", "Internal Server Error: /api/members/", below=trace, logger="django.request"
        )
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=41
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": "database",
            "known_issue": "migration-missing",
            "error_contains": column,
            "culprit_contains": "members/views.py",
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.15, 0.45),
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=8),
                    "finished_at": made.ago(minutes=5),
                }
            ],
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def webhook_is_delivered_twice(draw: Draw) -> Scenario:
    """The payment provider delivers webhooks again, and storing one twice breaks a unique constraint (P2002)."""
    made = scene(draw, ("payments", "billing-api"), pino, json_lines, plain)
    made.traffic("POST /api/webhooks/payments", "GET /api/payments/{n}", count=(150, 260))
    file = draw.pick(("src/webhooks/store.ts", "src/payments/record.ts"))
    error = (
        "PrismaClientKnownRequestError: Unique constraint failed on the fields: (`event_id`)"
        " Invalid `prisma.paymentEvent.create()` invocation"
    )
    for seconds in draw.times(draw.between(11, 25), -290, 100):
        trace = node(
            draw,
            [("storeEvent", file), ("handler", "src/webhooks/index.ts")],
            above=["In.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7315)"],
        )
        made.log.line(seconds, "error", error, below=trace, code="P2002", event=f"evt_{draw.hex(12)}")
        made.log.access(seconds + 0.004, "POST", "/api/webhooks/payments", 500, draw.real(4, 20))
    return made.scenario(
        made.alert(
            "High5xxRate",
            f"{made.service}: more than 10 responses 5xx in 5 minutes",
            severity="warning",
            value=14,
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": ["database", "bug"],
            "component": "backend-api",
            "known_issue": "unique-violation-double-submit",
            "culprit_contains": file,
        },
        world={"health": up(draw), "metrics": rates(draw, 0.015, 0.07)},
    )


@family(Kind.DATABASE, is_real=True)
def mysql_has_too_many_connections(draw: Draw) -> Scenario:
    """A worker opens a connection for each message, and MySQL turns the API away."""
    made = scene(draw, ("basket", "search-api"), pino, plain)
    made.traffic("GET /api/basket/{n}", "POST /api/basket", low=-900, high=100, count=(70, 140))
    file = draw.pick(("src/db/pool.js", "src/db/mysql.js"))
    for seconds in draw.times(draw.between(16, 50), -280, 100):
        trace = node(
            draw,
            [("getConnection", file)],
            above=["Packet.asError (/app/node_modules/mysql2/lib/packets/packet.js:728:17)"],
            express=False,
        )
        made.log.line(
            seconds,
            "error",
            "Error: Too many connections",
            below=trace,
            code="ER_CON_COUNT_ERROR",
            errno=1040,
        )
        made.log.access(seconds + 0.01, "GET", f"/api/basket/{draw.between(1, 900)}", 500, 12)
    return made.scenario(
        made.alert(
            "DatabaseConnectionFailures", f"{made.service}: MySQL refuses connections", severity="critical"
        ),
        {
            "is_real": True,
            "severity": "high",
            "type": "database",
            "known_issue": "database-connection-pool-exhausted",
            "error_contains": "Too many connections",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.14, 0.45)},
    )
