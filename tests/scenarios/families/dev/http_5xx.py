"""Servers that answer 5xx."""

from datetime import UTC, datetime, timedelta

from tests.scenarios.alerts import grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, plain
from tests.scenarios.scenario import Scenario


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
