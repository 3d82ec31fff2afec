"""Databases: the wrong side of a failover, a full disk behind refused connections, locks, pools."""

from datetime import timedelta

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import (
    NOT_REAL,
    REAL,
    begin,
    deployment,
    laravel,
    serilog,
    traffic,
)
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, json_lines, plain, spring
from tests.scenarios.scenario import Scenario


@family(Kind.DATABASE, is_real=True, variants=12)
def writes_go_to_the_old_primary(draw: Draw) -> Scenario:
    """After a failover the old primary is a replica; the pool still writes to it. Reading works."""
    start = begin(draw)
    service = draw.pick(("stock", "Warehouse.Api", "fleet"))
    statement = draw.pick(("INSERT", "UPDATE"))
    log = Log(start, serilog)
    traffic(log, draw, ("/api/stock/{id}", "/api/bins", "/api/trucks/{id}"), count=draw.between(80, 180))
    trace = (
        "Npgsql.PostgresException (0x80004005): "
        f"25006: cannot execute {statement} in a read-only transaction\n"
        "   at Npgsql.Internal.NpgsqlConnector.ReadMessageLong(Boolean async, DataRowLoadingMode mode)\n"
        "   at Npgsql.NpgsqlDataReader.NextResult(Boolean async, Boolean isConsuming)\n"
        "   at Microsoft.EntityFrameworkCore.Update.ReaderModificationCommandBatch.ExecuteAsync()\n"
        "   at Stock.Movements.MovementStore.Save(Movement movement) "
        f"in /src/Movements/MovementStore.cs:line {draw.between(20, 140)}\n"
        "   at Stock.Movements.MovementController.Post() in /src/Movements/MovementController.cs:line 31"
    )
    for seconds in draw.times(draw.between(18, 34), -270, 90):
        text = "An error occurred using the connection to database 'stock' on server 'tcp://db-a:5432'."
        log.line(seconds, "error", text, below=trace, UserId=draw.between(1, 900))
        log.access(seconds + 0.01, "POST", "/api/movements", 500, draw.real(10, 60))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "DatabaseErrors", "service": service, "severity": "critical"},
            summary=f"{service} cannot write to its database",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            # The probe only reads.
            "health": {"api": "up", "response_ms": draw.between(10, 50), "database": "up"},
            "metrics": {"error_rate": draw.real(0.15, 0.42), "requests": draw.between(150, 400)},
        },
        expected={
            **REAL,
            "severity": "high",
            "type": "database",
            "known_issue": "",
            "error_contains": "read-only transaction",
            "culprit_contains": "MovementStore.cs",
        },
    )


@family(Kind.DATABASE, is_real=True, red_herring=True, variants=12)
def the_log_of_postgres_has_no_room(draw: Draw) -> Scenario:
    """PostgreSQL's disk is full: it says so a few times and stops; its callers shout about connections."""
    start = begin(draw)
    service = draw.pick(("postgres", "main-db", "billing-db"))
    down = -draw.between(200, 280)
    name = f"{draw.between(10_000, 99_999)}"
    log = Log(start, plain)
    for seconds in draw.times(draw.between(30, 80), -880, down):
        log.line(seconds, "info", f"checkpoint complete: wrote {draw.between(100, 9_000)} buffers")
    full = f'could not write to file "pg_wal/xlogtemp.{name}": No space left on device'
    for number in range(draw.between(1, 3)):
        log.line(down + number * 12, "fatal", f"PANIC:  {full}")
        log.line(down + number * 12 + 1, "error", "server process was terminated by signal 6: Aborted")
        log.line(down + number * 12 + 2, "info", "all server processes terminated; reinitializing")
    for seconds in draw.times(draw.between(90, 240), down + 3, 90):
        caller = draw.pick(("orders", "billing", "users", "reports"))
        text = f"dial tcp {draw.ip()}:5432: connect: connection refused"
        log.line(seconds, "error", f"{caller}: failed to connect to database: {text}")
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "PostgresqlDown", "service": service, "severity": "critical"},
            summary="PostgreSQL does not answer",
        ),
        now=start + timedelta(minutes=draw.between(2, 3)),
        log=log,
        world={"health": {"api": "down", "database": "down"}},
        expected={
            **REAL,
            "severity": "critical",
            "type": ["database", "infrastructure"],
            "known_issue": "disk-full",
            "error_contains": "No space left on device",
        },
    )


@family(Kind.DATABASE, is_real=True, variants=12)
def a_long_import_holds_the_locks(draw: Draw) -> Scenario:
    """An import updates a whole MySQL table in one transaction; Laravel's writes wait and give up."""
    start = begin(draw)
    service = draw.pick(("shop-backend", "crm", "inventory"))
    table, item = draw.pick((("stocks", "Stock"), ("customers", "Customer"), ("prices", "Price")))
    log = Log(start, laravel)
    traffic(log, draw, ("/api/products/{id}", "/api/basket", "/api/search"), count=draw.between(80, 160))
    log.line(-draw.between(500, 700), "info", f"import:{table} started, 1 transaction, rows=481220")
    message = "SQLSTATE[HY000]: General error: 1205 Lock wait timeout exceeded; try restarting transaction"
    for seconds in draw.times(draw.between(12, 34), -280, 90):
        sql = f"update `{table}` set `changed_at` = 2026-06-01 where `id` = {draw.between(1, 9_999)}"
        trace = (
            "[stacktrace]\n"
            "#0 /var/www/vendor/laravel/framework/src/Illuminate/Database/Connection.php(779): run()\n"
            f"#1 /var/www/app/Services/{item}Writer.php({draw.between(20, 90)}): save()\n"
            f"#2 /var/www/app/Http/Controllers/{item}Controller.php(51): touch()\n"
            "#3 /var/www/public/index.php(52): handle()\n"
            "#4 {main}"
        )
        log.line(seconds, "error", f"{message} (Connection: mysql, SQL: {sql})", below=trace)
        log.access(seconds + 0.01, "PUT", f"/api/{table}/{draw.between(1, 9_999)}", 500, 50_400)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "DatabaseErrors", "service": service, "severity": "warning"},
            summary=f"Database errors in {service}",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(20, 90), "database": "up"},
            "metrics": {"error_rate": draw.real(0.02, 0.08), "requests": draw.between(300, 900)},
        },
        expected={
            **REAL,
            "type": "database",
            "known_issue": "",
            "error_contains": "Lock wait timeout exceeded",
            "culprit_contains": f"{item}Writer.php",
        },
    )


@family(Kind.DATABASE, is_real=True, variants=12)
def mails_are_sent_inside_a_transaction(draw: Draw) -> Scenario:
    """A slow mail server is called between BEGIN and COMMIT, so a Java service runs out of connections."""
    start = begin(draw)
    service = draw.pick(("tickets", "events-api", "crm-backend"))
    waiting = draw.between(18, 90)
    log = Log(start, spring)
    traffic(log, draw, ("/api/tickets/{id}", "/api/events/{id}"), count=draw.between(60, 140))
    pool = f"(total=10, active=10, idle=0, waiting={waiting})"
    text = f"HikariPool-1 - Connection is not available, request timed out after 30001ms {pool}"
    trace = (
        "org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager\n"
        "\tat org.springframework.orm.jpa.JpaTransactionManager.doBegin(JpaTransactionManager.java:466)\n"
        f"\tat com.example.tickets.TicketService.book(TicketService.java:{draw.between(40, 140)})\n"
        f"Caused by: java.sql.SQLTransientConnectionException: {text}\n"
        "\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)"
    )
    for seconds in draw.times(draw.between(14, 50), -280, 90):
        log.line(seconds, "error", "Servlet.service() threw exception", below=trace, logger="o.a.c.c.C.[/]")
        log.access(seconds + 0.01, "POST", "/api/tickets", 500, 30_050)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "DatabaseConnectionFailures", "service": service, "severity": "critical"},
            summary=f"{service} gets no database connection",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(200, 900)},
            "metrics": {"error_rate": draw.real(0.15, 0.4), "requests": draw.between(150, 400)},
        },
        expected={
            **REAL,
            "severity": "high",
            "type": "database",
            "known_issue": "database-connection-pool-exhausted",
            "error_contains": "Connection is not available",
            "culprit_contains": "TicketService",
        },
    )


@family(Kind.DATABASE, is_real=False, variants=12)
def a_minor_upgrade_restarts_the_database(draw: Draw) -> Scenario:
    """A planned minor upgrade in progress restarts the database; callers retry and are served again."""
    start = begin(draw)
    service = draw.pick(("orders-db", "postgres", "core-database"))
    stop = -draw.between(70, 110)
    log = Log(start, json_lines)
    for seconds in draw.times(draw.between(40, 120), -880, 90):
        if not stop <= seconds <= stop + 15:
            log.line(
                seconds, "info", f"query ok in {draw.real(1, 40)} ms", caller=draw.pick(("orders", "users"))
            )
    log.line(stop - 3, "info", "upgrade: stopping 16.3 to start 16.4")
    for seconds in draw.times(draw.between(6, 16), stop, stop + 5):
        log.line(seconds, "error", "terminating connection due to administrator command", caller="orders")
    for seconds in draw.times(draw.between(3, 8), stop + 5, stop + 12):
        log.line(seconds, "error", "FATAL: the database system is starting up", caller="users", retry=1)
    log.line(stop + 13, "info", "database system is ready to accept connections")
    log.line(stop + 15, "info", "retry succeeded, pool has 10 connections", caller="orders")
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "DatabaseConnectionFailures", "service": service, "severity": "critical"},
            summary="Connections to the database fail",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 60), "database": "up"},
            "metrics": {"error_rate": draw.real(0, 0.005), "baseline_error_rate": 0.001},
            "deployments": [deployment(service, start, stop - draw.between(60, 240))],
        },
        expected=NOT_REAL,
    )
