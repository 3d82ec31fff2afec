"""Servers that answer 5xx."""

from datetime import UTC, datetime, timedelta

from tests.scenarios.alerts import grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, go_log, json_lines, plain, python_logging, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import rates, scene, up
from tests.scenarios.traces import go, java, python


@family(Kind.HTTP_5XX, is_real=True, variants=10)
def missing_price_breaks_checkout(draw: Draw) -> Scenario:
    """A product without a price makes the checkout throw a TypeError; all else works."""
    start = datetime(2026, 10, 5, 9, 30, tzinfo=UTC) + timedelta(minutes=draw.between(0, 9_000))
    service = draw.pick(("shop-api", "checkout", "storefront-backend"))
    file, function = draw.pick((("src/cart.ts", "total"), ("src/orders/price.ts", "sumOf")))
    name = draw.pick(("price", "amount", "currency"))
    log = Log(start, plain)
    for seconds in draw.times(draw.between(120, 300), -900, 100):
        log.access(seconds, "GET", f"/api/products/{draw.between(1, 900)}", 200, draw.real(8, 60))
    failures = draw.times(draw.between(12, 40), -280, 90)
    trace = (
        f"    at {function} (/app/{file}:{draw.between(10, 90)}:17)\n"
        "    at checkout (/app/src/checkout.ts:31:9)\n"
        "    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)"
    )
    for seconds in failures:
        error = f"TypeError: Cannot read properties of undefined (reading '{name}')"
        log.line(seconds, "error", error, below=trace, userId=draw.between(100, 999))
        log.access(seconds + 0.01, "POST", "/api/checkout", 500, draw.real(5, 30))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "High5xxRate", "service": service, "severity": "critical"},
            summary=f"More than 10 requests to {service} answered 5xx in 5 minutes",
            values={"A": float(len(failures))},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(20, 90), "database": "up"},
            "metrics": {"error_rate": draw.real(0.12, 0.3), "requests": draw.between(200, 900)},
        },
        expected={
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": "bug",
            "known_issue": "",
            "error_contains": f"reading '{name}'",
            "culprit_contains": file,
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def order_without_address_in_spring(draw: Draw) -> Scenario:
    """Orders to be fetched in the shop have no address, and the Java service did not expect that."""
    made = scene(draw, ("order-service", "shipping-service"), spring, json_lines)
    made.traffic("GET /api/orders/{n}", "POST /api/orders", count=(150, 260))
    owner = draw.pick(("OrderService", "AddressFormatter", "LabelPrinter"))
    for seconds in draw.times(draw.between(12, 30), -285, 100):
        trace = java(
            draw,
            [
                f"com.example.orders.{owner}.format({owner}.java)",
                "com.example.orders.OrderController.create(OrderController.java)",
            ],
        )
        made.log.line(
            seconds,
            "error",
            'java.lang.NullPointerException: Cannot invoke "com.example.orders.Address.street()" because "address" is null',
            below=trace,
            logger="o.a.c.c.C.[.[.[/].[dispatcherServlet]",
        )
        made.log.access(seconds + 0.002, "POST", "/api/orders", 500, draw.real(5, 30))
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=19),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "NullPointerException",
            "culprit_contains": owner,
        },
        world={"health": up(draw), "metrics": rates(draw, 0.015, 0.08)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def go_handler_panics(draw: Draw) -> Scenario:
    """A Go handler reads past the end of a list; net/http recovers, and the caller sees a closed connection."""
    made = scene(draw, ("routes", "fleet-api", "geo"), go_log)
    made.traffic("GET /api/routes/{n}", "POST /api/routes", count=(140, 240))
    function, file = draw.pick(
        (
            ("example.com/fleet/internal/route.Split", "internal/route/split.go"),
            ("example.com/fleet/internal/fleet.Assign", "internal/fleet/assign.go"),
        )
    )
    for seconds in draw.times(draw.between(12, 35), -285, 100):
        length = draw.between(1, 9)
        said = made.log.at(seconds).strftime("%Y/%m/%d %H:%M:%S")
        trace = go(
            draw,
            [
                (function, file),
                ("example.com/fleet/internal/api.(*API).post", "internal/api/api.go"),
            ],
            above=[("panic({0x8c2d40?, 0xc00001e0f0?})", "/usr/local/go/src/runtime/panic.go:770")],
        )
        made.log.raw(
            seconds,
            f"{said} http: panic serving {draw.ip()}:{draw.between(30_000, 60_000)}: runtime error: index out of range [{length}] with length {length}\n{trace}",
        )
        made.log.access(seconds + 0.001, "POST", "/api/routes", 500, 3)
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=24
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "index out of range",
            "culprit_contains": file,
        },
        world={"health": up(draw), "metrics": rates(draw, 0.13, 0.4)},
    )


@family(Kind.HTTP_5XX, is_real=True, red_herring=True)
def invoice_fails_among_deprecations(draw: Draw) -> Scenario:
    """Hundreds of deprecation warnings at error level stand around the few failing invoices."""
    made = scene(draw, ("invoices", "billing-web"), python_logging)
    for seconds in draw.times(draw.between(90, 160), -900, 100):
        made.log.line(
            seconds,
            "info",
            f'"GET /api/invoices/{draw.between(1, 900)} HTTP/1.1" 200',
            logger="uvicorn.access",
        )
        made.log.line(
            seconds + 0.002,
            "error",
            "PydanticDeprecatedSince20: The `dict` method is deprecated; use `model_dump` instead.",
            logger="py.warnings",
        )
    error = draw.pick(("KeyError: 'vat_rate'", "KeyError: 'due_date'", "KeyError: 'iban'"))
    for seconds in draw.times(draw.between(11, 20), -285, 100):
        trace = python(
            draw,
            [("create_invoice", "billing/routes.py"), ("build", "billing/build.py")],
            error,
            above=(
                "uvicorn/protocols/http/httptools_impl.py:399 run_asgi",
                "fastapi/routing.py:212 run_endpoint_function",
            ),
        )
        made.log.line(seconds, "error", "Exception in ASGI application", below=trace, logger="uvicorn.error")
        made.log.line(seconds + 0.01, "info", '"POST /api/invoices HTTP/1.1" 500', logger="uvicorn.access")
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=13),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": error,
            "culprit_contains": "billing/build.py",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.02, 0.08)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def most_requests_of_most_people_fail(draw: Draw) -> Scenario:
    """A template was deleted: most pages of most people are 500, though the health check says that all is well."""
    made = scene(draw, ("portal", "members-web"), python_logging)
    for seconds in draw.times(draw.between(40, 80), -900, 100):
        made.log.line(seconds, "info", '"GET /healthz HTTP/1.1" 200', logger="gunicorn.access")
    name = draw.pick(("base.html", "layout/main.html"))
    for seconds in draw.times(draw.between(80, 180), -285, 105):
        trace = python(
            draw,
            [("home", "portal/views.py")],
            f"django.template.exceptions.TemplateDoesNotExist: {name}",
            below=("django/shortcuts.py:25 render", "django/template/loader.py:19 get_template"),
        )
        made.log.line(
            seconds,
            "error",
            f"Internal Server Error: /home user_id={draw.between(1000, 9999)}",
            below=trace,
            logger="django.request",
        )
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: most requests fail", severity="critical", value=2100),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "critical",
            "type": "bug",
            "known_issue": "",
            "error_contains": "TemplateDoesNotExist",
            "culprit_contains": "portal/views.py",
        },
        world={"health": up(draw), "metrics": rates(draw, 0.6, 0.9)},
    )
