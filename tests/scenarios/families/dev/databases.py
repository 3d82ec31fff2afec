"""Databases that cannot be reached, have no room, or answer with an error."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import json_lines, pino, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import java, node, python


@family(Kind.DATABASE, is_real=True)
def prisma_pool_times_out(draw: Draw) -> Scenario:
    """A report keeps connections open, so Prisma's pool gives none to the other requests (P2024)."""
    made = scene(draw, ("orders-api", "backend", "shop-backend"), plain, pino)
    made.traffic("GET /api/orders/{n}", "GET /api/users/{n}", "POST /api/orders")
    limit = draw.pick((5, 9, 10, 17))
    error = (
        "PrismaClientKnownRequestError: Timed out fetching a new connection from the connection pool. More info: "
        f"http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: {limit})"
    )
    model = draw.pick(("order", "user", "invoice"))
    for seconds in draw.times(draw.between(20, 60), -280, 100):
        trace = node(
            draw,
            [(f"find{model.title()}", f"src/{model}s/repository.ts")],
            above=["In.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:122:6854)"],
        )
        made.log.line(seconds, "error", error, below=trace, code="P2024")
        made.log.access(seconds + 0.01, "GET", f"/api/{model}s/{draw.between(1, 900)}", 500, 10_002)
    return made.scenario(
        made.alert(
            "DatabaseConnectionFailures",
            f"{made.service} cannot get a database connection",
            severity="critical",
        ),
        {
            "is_real": True,
            "severity": "high",
            "type": "database",
            "component": ["database", "backend-api"],
            "known_issue": "database-connection-pool-exhausted",
            "remediation": "restart",
            "error_contains": "connection pool",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.4)},
    )


@family(Kind.DATABASE, is_real=True)
def postgres_has_no_slots_left(draw: Draw) -> Scenario:
    """Too many replicas of a Django service took all of PostgreSQL's connections; new ones are refused."""
    made = scene(draw, ("accounts", "crm-web"), python_logging)
    for seconds in draw.times(draw.between(60, 120), -900, -200):
        made.log.line(
            seconds, "info", f'"GET /accounts/{draw.between(1, 900)}/ HTTP/1.1" 200', logger="django.server"
        )
    kind = draw.pick(("non-replication superuser connections", "roles with the SUPERUSER attribute"))
    error = (
        'django.db.utils.OperationalError: connection to server at "10.2.0.14", port 5432 failed: '
        f"FATAL:  remaining connection slots are reserved for {kind}"
    )
    for seconds in draw.times(draw.between(15, 45), -250, 100):
        trace = python(
            draw,
            [("dashboard", "accounts/views.py")],
            error,
            below=("django/db/backends/base/base.py:275 connect", "psycopg/connection.py:117 connect"),
        )
        made.log.line(
            seconds, "error", "Internal Server Error: /accounts/", below=trace, logger="django.request"
        )
    return made.scenario(
        made.alert(
            "DatabaseConnectionFailures",
            f"{made.service}: connections to PostgreSQL fail",
            severity="critical",
        ),
        {
            "is_real": True,
            "severity": "critical",
            "type": "database",
            "known_issue": "database-connection-pool-exhausted",
            "error_contains": "remaining connection slots are reserved",
        },
        world={
            "health": {"api": "down", "database": "down"},
            "metrics": rates(draw, 0.55, 0.95),
        },
    )


@family(Kind.DATABASE, is_real=True)
def hikari_pool_is_empty(draw: Draw) -> Scenario:
    """A slow export in a Spring service holds every connection of HikariCP."""
    made = scene(draw, ("invoice-service", "billing"), spring)
    made.traffic("GET /api/invoices/{n}", "POST /api/invoices", count=(90, 160))
    pool = draw.pick(("HikariPool-1", "billing-pool"))
    size = draw.pick((10, 20))
    for seconds in draw.times(draw.between(18, 50), -280, 100):
        waited = draw.between(30_000, 30_020)
        cause = (
            f"{java(draw, ['com.example.billing.InvoiceService.load(InvoiceService.java)'])}\n"
            f"Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, "
            f"request timed out after {waited}ms (total={size}, active={size}, idle=0, waiting={draw.between(8, 90)})\n"
            "\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:686)\n"
            "\t... 52 common frames omitted"
        )
        made.log.line(
            seconds,
            "error",
            "Servlet.service() for servlet [dispatcherServlet] threw exception "
            "org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection",
            below=cause,
            logger="o.a.c.c.C.[.[.[/].[dispatcherServlet]",
        )
    made.log.line(
        -310,
        "warn",
        f"{pool} - Thread starvation or clock leap detected",
        logger="com.zaxxer.hikari.pool.HikariPool",
    )
    return made.scenario(
        made.alert(
            "DbConnectionErrors", f"{made.service} waits for connections", severity="critical", value=33
        ),
        {
            "is_real": True,
            "severity": "high",
            "type": "database",
            "known_issue": "database-connection-pool-exhausted",
            "culprit_contains": "InvoiceService",
        },
        world={"health": up(draw, response_ms=draw.between(200, 900)), "metrics": rates(draw, 0.15, 0.4)},
    )


@family(Kind.DATABASE, is_real=True)
def database_is_gone(draw: Draw) -> Scenario:
    """PostgreSQL is down: Prisma cannot reach it, and the service answers nothing."""
    made = scene(draw, ("backend", "api", "orders-api"), plain, pino)
    made.traffic("GET /api/orders/{n}", "GET /api/users/{n}", low=-900, high=-200)
    host = draw.pick(("postgres.railway.internal", "db-primary.internal", "pg-0.pg.default.svc"))
    error = f"PrismaClientInitializationError: Can't reach database server at `{host}`:`5432`"
    for seconds in draw.times(draw.between(15, 80), -190, 100):
        trace = node(draw, [("getOrders", "src/orders/list.ts")])
        made.log.line(seconds, "error", error, below=trace, errorCode="P1001")
        made.log.access(seconds + 0.01, "GET", "/api/orders/1", 500, 5001)
    return made.scenario(
        made.alert("DatabaseDown", f"{made.service} has lost its database", severity="critical"),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "critical",
            "type": "database",
            "known_issue": "database-unreachable",
            "error_contains": "Can't reach database server",
        },
        world={
            "health": {"api": draw.pick(("down", "timeout")), "database": "down"},
            "metrics": rates(draw, 0.8, 1.0),
        },
    )


@family(Kind.DATABASE, is_real=False)
def idle_connection_is_replaced(draw: Draw) -> Scenario:
    """The firewall closes two idle connections at night; the pool replaces them and no request fails."""
    made = scene(draw, ("catalog", "profile-service"), spring, json_lines)
    made.traffic("GET /api/profiles/{n}", "GET /api/items/{n}", count=(60, 140))
    for seconds in draw.times(2, -250, -60):
        made.log.line(
            seconds,
            "warn",
            f"HikariPool-1 - Failed to validate connection org.postgresql.jdbc.PgConnection@{draw.hex(7)} "
            "(This connection has been closed.). Possibly consider using a shorter maxLifetime value.",
            logger="com.zaxxer.hikari.pool.PoolBase",
        )
        made.log.line(
            seconds + 0.05,
            "info",
            f"HikariPool-1 - Added connection org.postgresql.jdbc.PgConnection@{draw.hex(7)}",
            logger="com.zaxxer.hikari.pool.HikariPool",
        )
    return made.scenario(
        made.alert(
            "DatabaseConnectionFailures",
            f"{made.service}: connection validation failed",
            severity="warning",
            value=2,
        ),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
        after_seconds=300,
    )


@family(Kind.DATABASE, is_real=True)
def batch_job_deadlocks_with_checkout(draw: Draw) -> Scenario:
    """A stock job locks rows in another order than the checkout: PostgreSQL ends one transaction after another."""
    made = scene(draw, ("inventory", "stock-service"), python_logging)
    for seconds in draw.times(draw.between(80, 160), -900, 100):
        made.log.line(
            seconds,
            "info",
            f"reserved item {draw.between(1, 900)} for order {draw.between(1, 9999)}",
            logger="stock.reserve",
        )
    for seconds in draw.times(draw.between(14, 40), -290, 100):
        first, second = draw.between(900, 2000), draw.between(2001, 4000)
        error = (
            "sqlalchemy.exc.OperationalError: (psycopg2.errors.DeadlockDetected) deadlock detected\n"
            f"DETAIL:  Process {first} waits for ShareLock on transaction {draw.between(70_000, 90_000)}; blocked by process {second}.\n"
            "HINT:  See server log for query details."
        )
        trace = python(
            draw,
            [("reserve", "stock/reserve.py")],
            error,
            above=("fastapi/routing.py:212 run_endpoint_function",),
            below=("sqlalchemy/engine/base.py:1967 _exec_single_context",),
        )
        made.log.line(seconds, "error", "POST /reserve failed with 500", below=trace, logger="stock.api")
    return made.scenario(
        made.alert(
            "DatabaseErrors", f"{made.service}: transactions are rolled back", severity="warning", value=20
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "database",
            "known_issue": "database-deadlock",
            "culprit_contains": "stock/reserve.py",
            "error_contains": "deadlock detected",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.015, 0.08)},
    )


@family(Kind.DATABASE, is_real=True)
def replica_lags_behind(draw: Draw) -> Scenario:
    """A long transaction on the primary holds the replica back, and readers see old data; nothing logs an error."""
    made = scene(draw, ("postgres-replica", "orders-db-replica"), plain)
    lag = draw.between(300, 1800)
    for number, seconds in enumerate(draw.times(draw.between(40, 70), -900, 110)):
        made.log.line(
            seconds,
            "info",
            f"checkpoint complete: wrote {draw.between(100, 4000)} buffers; sync={draw.real(0.01, 0.3)} s",
        )
        if seconds > -300:
            behind = max(60, lag - 10 * (70 - number))
            made.log.line(
                seconds + 0.5, "warn", f"replication lag is {behind} s, threshold 60 s; reads are stale"
            )
    return made.scenario(
        made.alert(
            "PostgresReplicationLag",
            f"{made.service} is {lag} seconds behind the primary",
            severity="critical",
            value=lag,
        ),
        {"is_real": True, "should_create_issue": True, "type": "database", "known_issue": ""},
        world={"health": {"database": "up"}},
    )
