"""Releases: one that stutters while it rolls, one that broke something, one that only warms up."""

from datetime import timedelta

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import (
    NOT_REAL,
    REAL,
    begin,
    deployment,
    nginx_access,
    nginx_error,
    ruby_logger,
    serilog,
    traffic,
)
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, pino, spring
from tests.scenarios.scenario import Scenario


@family(Kind.HTTP_5XX, is_real=False, variants=12)
def rolling_release_drops_connections(draw: Draw) -> Scenario:
    """While a release replaces the old containers, nginx meets closed ports for half a minute; it passes."""
    start = begin(draw)
    service = draw.pick(("catalog-api", "basket", "web-bff", "accounts"))
    port = draw.pick((3000, 8080, 4000))
    version = f"{draw.between(1, 9)}.{draw.between(0, 40)}.{draw.between(0, 9)}"
    log = Log(start, pino)
    paths = ("/api/items/{id}", "/api/categories", "/api/me", "/api/basket/{id}")
    traffic(log, draw, paths, count=draw.between(90, 220), high=95)
    shift = draw.between(-110, -70)
    log.line(shift - 4, "info", "SIGTERM received, draining connections", signal="SIGTERM")
    log.line(shift + 1, "info", "HTTP server closed, 3 sockets destroyed")
    log.line(
        shift + draw.between(20, 34), "info", f"Server listening at http://0.0.0.0:{port}", version=version
    )
    failures = draw.times(draw.between(11, 24), shift, shift + 30)
    old = draw.ip()
    for seconds in failures:
        request = f"GET {draw.pick(paths).replace('{id}', str(draw.between(1, 999)))}"
        text = "connect() failed (111: Connection refused) while connecting to upstream"
        upstream = f"http://{old}:{port}/"
        log.raw(seconds, nginx_error(log.at(seconds), draw, text, request, upstream))
        log.raw(seconds + 0.001, nginx_access(log.at(seconds), draw, request, 502))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http5xx", "service": service, "severity": draw.pick(("warning", "critical"))},
            summary=f"{service}: {len(failures)} responses with 5xx in 5 minutes",
            values={"B": float(len(failures))},
        ),
        now=start + timedelta(seconds=draw.between(100, 150)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(9, 60), "database": "up"},
            "metrics": {
                "error_rate": draw.real(0.004, 0.03),
                "requests": draw.between(900, 3_000),
                "baseline_error_rate": 0.002,
                "response_ms": draw.between(40, 90),
                "baseline_response_ms": draw.between(45, 80),
            },
            "deployments": [deployment(service, start, shift - draw.between(20, 90))],
        },
        expected=NOT_REAL,
    )


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def release_an_hour_ago_broke_refunds(draw: Draw) -> Scenario:
    """A .NET release of an hour ago no longer loads a customer's limits, so every refund fails."""
    start = begin(draw)
    service = draw.pick(("billing", "payments-api", "Orders.Api"))
    thing = draw.pick(("Refund", "Invoice", "CreditNote"))
    file = f"/src/{thing}s/{thing}Service.cs"
    message = "Object reference not set to an instance of an object."
    released = -draw.between(3_300, 4_500)
    log = Log(start, serilog)
    traffic(log, draw, ("/api/orders/{id}", "/api/customers/{id}", "/api/rates"), count=draw.between(60, 100))
    trace = (
        f"System.NullReferenceException: {message}\n"
        f"   at Shop.{thing}Service.LimitFor(Customer customer) in {file}:line {draw.between(30, 120)}\n"
        f"   at Shop.{thing}Controller.Post() in /src/{thing}s/{thing}Controller.cs:line 44\n"
        "   at Microsoft.AspNetCore.Mvc.Infrastructure.ActionMethodExecutor.Execute(ActionContext context)\n"
        "   at Microsoft.AspNetCore.Mvc.Infrastructure.ControllerActionInvoker.InvokeActionMethodAsync()"
    )
    failures = draw.times(draw.between(34, 48), -860, 80)
    for seconds in failures:
        text = "An unhandled exception has occurred while executing the request."
        log.line(seconds, "error", text, below=trace, UserId=draw.between(1_000, 9_999))
        log.access(seconds + 0.004, "POST", f"/api/{thing.lower()}s", 500, draw.real(4, 30))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "TooMany5xx", "service": service, "severity": "warning", "env": "production"},
            summary=f"5xx on {service}",
            description=f"POST /api/{thing.lower()}s answers 500",
            values={"A": float(len(failures))},
        ),
        now=start + timedelta(minutes=draw.between(2, 3)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 70), "database": "up"},
            "metrics": {
                "error_rate": draw.real(0.12, 0.2),
                "requests": draw.between(150, 320),
                "baseline_error_rate": 0.001,
            },
            "deployments": [deployment(service, start, released - 200, released)],
        },
        expected={
            **REAL,
            "severity": "high",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": ["Object reference not set", "NullReferenceException"],
            "culprit_contains": f"{thing}Service.cs",
        },
    )


@family(Kind.MEMORY_CPU, is_real=False, variants=12)
def fresh_jvms_compile_during_a_release(draw: Draw) -> Scenario:
    """New JVMs of a release in progress compile and fill their caches; the CPU is busy, nobody notices."""
    start = begin(draw)
    service = draw.pick(("search", "pricing", "recommendations"))
    began = -draw.between(120, 240)
    log = Log(start, spring)
    for seconds in draw.times(draw.between(60, 160), -880, 60):
        path = f"/api/{service}/{draw.between(1, 900)}"
        log.line(seconds, "info", f"GET {path} 200 {draw.real(8, 90, 0):.0f}ms", logger="c.e.web.AccessLog")
    boot = {"logger": "o.s.b.w.embedded.tomcat.TomcatWebServer", "thread": "main"}
    for replica in range(draw.between(2, 4)):
        at = began + 30 + 35 * replica
        log.line(at, "info", "Root WebApplicationContext: initialization completed in 4127 ms", thread="main")
        log.line(at + 6, "info", "Tomcat started on port 8080 (http) with context path '/'", **boot)
        entries = draw.between(20_000, 90_000)
        log.line(at + 11, "info", f"Warmed product cache with {entries} entries", logger="c.e.cache.Warmup")
    log.line(-20, "warn", "CPU usage of container above 90%, compile queue 412", logger="c.e.ops.Watch")
    return Scenario(
        alert=alertmanager(
            start,
            {
                "alertname": "ContainerCpuHigh",
                "service": service,
                "severity": "warning",
                "pod": f"{service}-7f9c",
            },
            summary=f"CPU of {service} over 90 % for 2 minutes",
        ),
        now=start + timedelta(seconds=draw.between(65, 110)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(20, 110), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(500, 2_000),
                "baseline_error_rate": 0.0004,
                "response_ms": draw.between(60, 95),
                "baseline_response_ms": draw.between(55, 75),
                "memory_percent": draw.between(48, 66),
            },
            "deployments": [deployment(service, start, began)],
        },
        expected=NOT_REAL,
    )


@family(Kind.DATABASE, is_real=True, variants=12)
def a_release_came_without_its_migration(draw: Draw) -> Scenario:
    """The migration of a Rails release was skipped, so one page asks for a column that is missing."""
    start = begin(draw)
    service = draw.pick(("members", "alumni", "volunteers"))
    column = draw.pick(("locale", "deleted_on", "nickname"))
    released = -draw.between(1_500, 2_400)
    log = Log(start, ruby_logger)
    traffic(log, draw, ("/api/groups/{id}", "/api/news", "/api/me"), count=draw.between(60, 140))
    error = f"PG::UndefinedColumn: ERROR:  column members.{column} does not exist"
    trace = (
        f"LINE 1: SELECT members.id, members.{column} FROM members\n"
        f"app/models/member.rb:{draw.between(20, 90)}:in `listed'\n"
        "app/controllers/members_controller.rb:17:in `index'\n"
        "/usr/local/bundle/gems/actionpack-7.1.3/lib/abstract_controller/base.rb:224:in `process_action'"
    )
    for seconds in draw.times(draw.between(30, 50), -860, 90):
        text = f"[{draw.hex(8)}] ActiveRecord::StatementInvalid ({error}"
        log.line(seconds, "error", f"{text})", below=trace)
        log.access(seconds + 0.01, "GET", "/api/members", 500, draw.real(5, 30))
    return Scenario(
        alert=alertmanager(
            start,
            {"alertname": "DatabaseErrors", "service": service, "severity": "critical"},
            summary=f"Statements of {service} fail",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(15, 60), "database": "up"},
            "metrics": {"error_rate": draw.real(0.03, 0.09), "requests": draw.between(200, 500)},
            "deployments": [deployment(service, start, released - 120, released)],
        },
        expected={
            **REAL,
            "severity": "medium",
            "type": "database",
            "known_issue": "migration-missing",
            "error_contains": f"{column} does not exist",
            "culprit_contains": "app/models/member.rb",
        },
    )
