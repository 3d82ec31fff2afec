"""The product's own parts: scraper, pages in the browser, webhooks; and an alert that is wrong."""

from datetime import timedelta
from typing import Any

from tests.scenarios.alerts import grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import NOT_REAL, REAL, begin, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, json_lines, pino, plain
from tests.scenarios.scenario import Scenario


@family(Kind.OTHER, is_real=True, variants=12)
def the_site_we_read_has_a_new_layout(draw: Draw) -> Scenario:
    """A site was redesigned; the scraper waits for elements that no longer exist and stores nothing."""
    start = begin(draw)
    selector = draw.pick((".restaurant-card", "div.card__menu", "[data-restaurant-id]"))
    log = Log(start, plain)
    for seconds in draw.times(draw.between(30, 90), -880, -300):
        log.line(seconds, "info", f"page {draw.between(1, 200)} parsed", items=draw.between(10, 20))
    trace = (
        f"    at Listing.cards (/app/src/pages/listing.ts:{draw.between(10, 80)}:24)\n"
        "    at async crawl (/app/src/crawl.ts:57:19)\n"
        "    at async Worker.run (/app/node_modules/bullmq/dist/cjs/classes/worker.js:512:28)"
    )
    for seconds in draw.times(draw.between(6, 20), -290, 80):
        error = f"TimeoutError: Waiting for selector `{selector}` failed: Waiting failed: 30000ms exceeded"
        log.line(seconds, "error", error, below=trace)
        log.line(seconds + 1, "warn", f"page {draw.between(1, 200)} skipped", items=0)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "ScraperErrors", "service": "scraper", "severity": "warning"},
            summary="The scraper stored nothing for 5 minutes",
        ),
        now=start + timedelta(minutes=draw.between(2, 5)),
        log=log,
        world={"health": {"api": "up"}},
        expected={
            **REAL,
            "component": "scraper",
            "type": ["bug", "performance"],
            "known_issue": "",
            "error_contains": "Waiting for selector",
            "culprit_contains": "src/pages/listing.ts",
        },
    )


@family(Kind.OTHER, is_real=True, variants=12)
def a_page_of_react_stays_white(draw: Draw) -> Scenario:
    """The API sends an object where a page of React expects a list; only browsers see it."""
    start = begin(draw)
    service = draw.pick(("frontend", "web", "storefront"))
    view, file = draw.pick((("GuideList", "src/guides/GuideList.tsx"), ("MapView", "src/map/MapView.tsx")))
    name = draw.pick(("items", "places", "t.results"))
    log = Log(start, json_lines)
    for seconds in draw.times(draw.between(50, 140), -880, 90):
        log.line(seconds, "info", "page view", path=draw.pick(("/", "/guides", "/map")), source="web")
    error = f"TypeError: {name}.map is not a function"
    trace = (
        f"{error}\n"
        f"    at {view} (webpack:///./{file}:{draw.between(10, 90)}:31)\n"
        "    at renderWithHooks (webpack:///./node_modules/react-dom/cjs/react-dom.production.js:4206:24)\n"
        "    at beginWork (webpack:///./node_modules/react-dom/cjs/react-dom.production.js:5412:20)"
    )
    for seconds in draw.times(draw.between(9, 40), -290, 90):
        told: dict[str, Any] = {
            "source": "React",
            "user_id": draw.between(1, 9_999),
            "component_stack": f"at {view} at App",
        }
        log.line(seconds, "error", error, stack=trace, **told)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "BrowserErrors", "service": service, "severity": "warning", "source": "React"},
            summary="Errors reported by browsers are ten times the usual",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={"health": {"api": "up", "response_ms": draw.between(10, 60), "database": "up"}},
        expected={
            **REAL,
            "component": "frontend",
            "type": "bug",
            "known_issue": "",
            "error_contains": ".map is not a function",
            "culprit_contains": file,
        },
    )


@family(Kind.HTTP_5XX, is_real=True, red_herring=True, variants=12)
def webhooks_are_lost_beside_expired_tokens(draw: Draw) -> Scenario:
    """Apps with expired tokens fill the log as always; quietly, each webhook of one kind is lost."""
    start = begin(draw)
    service = draw.pick(("billing", "subscriptions", "orders"))
    event = draw.pick(("charge.dispute.created", "payout.failed", "invoice.voided"))
    file = draw.pick(("src/webhooks/dispatch.ts", "src/stripe/receive.ts"))
    log = Log(start, pino)
    traffic(log, draw, ("/api/orders/{id}", "/api/plans", "/api/me"), count=draw.between(60, 140))
    for seconds in draw.times(draw.between(120, 240), -880, 110):
        told: dict[str, Any] = {"userId": draw.between(1, 9_999), "path": "/api/me", "status": 401}
        log.line(seconds, "warn", "TokenExpiredError: jwt expired", **told)
    error = f"TypeError: handlers['{event}'] is not a function"
    stack = (
        f"{error}\n"
        f"    at dispatch (/app/{file}:{draw.between(10, 90)}:22)\n"
        f"    at /app/src/routes/webhooks.ts:{draw.between(10, 60)}:11\n"
        "    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)"
    )
    for seconds in draw.times(draw.between(11, 16), -285, 70):
        log.line(seconds, "error", error, stack=stack, eventType=event)
        log.access(seconds + 0.003, "POST", "/api/webhooks/stripe", 500, draw.real(2, 9))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "Http5xxHigh", "service": service, "severity": "warning"},
            summary=f"More than 10 responses of {service} with 5xx in 5 minutes",
        ),
        now=start + timedelta(minutes=2),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(8, 40), "database": "up"},
            "metrics": {"error_rate": draw.real(0.015, 0.05), "requests": draw.between(300, 900)},
        },
        expected={
            **REAL,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "is not a function",
            "culprit_contains": file,
        },
    )


@family(Kind.HTTP_5XX, is_real=False, variants=12)
def a_rule_divides_by_the_wrong_series(draw: Draw) -> Scenario:
    """A new recording rule divides by one replica's requests and claims 300 % of errors; nothing fails."""
    start = begin(draw)
    service = draw.pick(("menus", "opening-hours", "photos"))
    claimed = draw.real(1.4, 4.8, 2)
    log = Log(start, plain)
    traffic(log, draw, (f"/api/{service}" + "/{id}", "/healthz", "/api/search"), count=draw.between(150, 350))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "ErrorRatioHigh", "service": service, "severity": "critical"},
            summary=f"{claimed * 100:.0f} % of the requests to {service} fail",
            values={"A": claimed},
        ),
        now=start + timedelta(minutes=draw.between(2, 4)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(5, 30), "database": "up"},
            "metrics": {
                "error_rate": 0.0,
                "requests": draw.between(2_000, 9_000),
                "baseline_error_rate": 0.0003,
                "response_ms": draw.between(20, 60),
                "baseline_response_ms": draw.between(20, 60),
                "memory_percent": draw.between(30, 60),
            },
            "log_source": {"state": "up"},
        },
        expected={**NOT_REAL, "remediation": ""},
    )


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def the_clock_of_the_sender_is_hours_ahead(draw: Draw) -> Scenario:
    """A broken template fails for many; the alerting's clock is hours ahead, its alert of the future."""
    start = begin(draw)
    service = draw.pick(("letters", "certificates", "badges"))
    ahead = timedelta(hours=draw.between(2, 9), minutes=draw.between(0, 59))
    log = Log(start, plain)
    traffic(log, draw, ("/api/letters/{id}", "/api/templates"), count=draw.between(60, 150))
    trace = (
        f"    at Context.fill (/app/src/templates/fill.js:{draw.between(10, 90)}:13)\n"
        "    at /app/node_modules/express-async-handler/index.js:11:5"
    )
    failures = draw.times(draw.between(18, 50), -290, 80)
    for seconds in failures:
        log.line(seconds, "error", "ReferenceError: signature is not defined", below=trace)
        log.access(seconds + 0.01, "POST", "/api/letters", 500, draw.real(5, 40))
    return Scenario(
        alert=grafana(
            start + ahead,
            {"alertname": "Http5xxHigh", "service": service, "severity": "warning"},
            summary=f"{len(failures)} responses of {service} with 5xx in 5 minutes",
            values={"A": float(len(failures))},
        ),
        now=start + timedelta(minutes=2),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(10, 50), "database": "up"},
            "metrics": {
                "error_rate": draw.real(0.12, 0.3),
                "requests": draw.between(120, 300),
                "baseline_error_rate": 0.002,
            },
        },
        expected={**REAL, "severity": "high", "type": "bug", "known_issue": ""},
    )
