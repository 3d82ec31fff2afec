"""Several alerts: of one cause, and of two causes under one rule."""

from datetime import timedelta

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import REAL, begin, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, json_lines, logfmt
from tests.scenarios.scenario import Scenario, Step


@family(Kind.DATABASE, is_real=True, variants=12)
def the_database_stops_and_then_its_api(draw: Draw) -> Scenario:
    """A managed database stops; its API alerts for connections first and for 5xx soon after."""
    start = begin(draw)
    service = draw.pick(("reviews", "reservations", "favourites"))
    host = f"{service}-pg.internal"
    log = Log(start, logfmt)
    stop = -draw.between(60, 120)
    paths = (f"/api/{service}" + "/{id}", f"/api/{service}")
    traffic(log, draw, paths, count=draw.between(60, 140), high=stop)
    text = f"Can't reach database server at `{host}:5432`"
    trace = (
        "    at Sn.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7339)\n"
        f"    at Store.list (/app/src/{service}/store.ts:{draw.between(12, 60)}:12)\n"
        f"    at /app/src/{service}/routes.ts:20:18"
    )
    for seconds in draw.times(draw.between(25, 70), stop, 200):
        log.line(seconds, "error", f"PrismaClientInitializationError: {text}", below=trace)
        log.access(seconds + 0.01, "GET", f"/api/{service}", 500, draw.real(2_000, 5_000))
    later = start + timedelta(seconds=draw.between(60, 110))
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "DatabaseConnectionFailures", "service": service, "severity": "critical"},
            summary=f"{service} cannot connect to its database",
        ),
        now=start + timedelta(seconds=30),
        log=log,
        world={
            "health": {"api": "down", "database": "down"},
            "metrics": {"error_rate": draw.real(0.8, 1.0), "requests": draw.between(100, 300)},
        },
        expected={
            **REAL,
            "severity": "critical",
            "type": "database",
            "known_issue": "database-unreachable",
            "error_contains": "Can't reach database server",
            "incidents": {"count": 1},
        },
        steps=[
            Step(
                after_seconds=120.0,
                body=grafana(
                    later,
                    {"alertname": "Http5xxHigh", "service": service, "severity": "critical"},
                    summary=f"Nearly all requests to {service} answer 5xx",
                ),
            )
        ],
    )


@family(Kind.MEMORY_CPU, is_real=True, variants=12)
def a_heap_fills_and_the_process_ends(draw: Draw) -> Scenario:
    """A Node process fills its heap: memory alerts, then its restart, then requests without an answer."""
    start = begin(draw)
    service = draw.pick(("pdf-renderer", "guide-export", "itinerary"))
    log = Log(start, json_lines)
    traffic(log, draw, ("/api/render/{id}", "/healthz"), count=draw.between(60, 150), high=180)
    for number in range(8):
        used = 70 + 3 * number
        log.line(-800 + 100 * number, "warn", f"heap used {used} %", rss_mb=400 + 14 * number)
    for seconds in (-150.0, -20.0, draw.real(20, 40, 1)):
        text = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"
        log.line(seconds, "fatal", text, pid=draw.between(2, 60))
        log.line(seconds + 2, "info", f"{service} started", port=3000)
    labels = {"service": service, "severity": "warning"}
    return Scenario(
        alert=grafana(
            start,
            {**labels, "alertname": "MemoryHigh"},
            summary=f"Memory of {service} over 90 %",
            values={"A": draw.real(91, 99, 1)},
        ),
        now=start + timedelta(seconds=45),
        log=log,
        log_is_json=True,
        world={
            "health": {"api": "up", "response_ms": draw.between(200, 900)},
            "metrics": {"memory_percent": draw.real(91, 99, 1)},
        },
        expected={
            **REAL,
            "type": ["infrastructure", "performance", "bug"],
            "known_issue": "memory-leak-high-memory-usage",
            "error_contains": "heap out of memory",
            "incidents": {"count": 1},
        },
        steps=[
            Step(
                after_seconds=after,
                body=grafana(
                    start + timedelta(seconds=after - 5),
                    {**labels, "alertname": name},
                    summary=f"{name}: {service}",
                ),
            )
            for after, name in ((60.0, "ContainerRestarts"), (150.0, "Http5xx"))
        ],
    )


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def one_rule_fires_for_two_unrelated_faults(draw: Draw) -> Scenario:
    """One rule fires for two services that know nothing of each other, hours apart, for other reasons."""
    start = begin(draw)
    first, second = draw.sample(("invoices", "street-map", "lost-and-found", "job-board"), 2)
    apart = draw.between(7_500, 15_000)
    log = Log(start, json_lines)
    for service, from_second in ((first, 0), (second, apart)):
        for seconds in draw.times(draw.between(40, 90), from_second - 800, from_second + 80):
            log.line(seconds, "info", f"GET /api/{service}/{draw.between(1, 999)} 200", service=service)
    for seconds in draw.times(draw.between(12, 30), -280, 60):
        text = "550 5.7.1 Relaying denied: sender address rejected"
        log.line(seconds, "error", f"POST /api/{first}/send 500: smtp: {text}", service=first)
    for seconds in draw.times(draw.between(12, 30), apart - 280, apart + 60):
        text = "IndexOutOfBoundsException: Index 7 out of bounds for length 7"
        log.line(seconds, "error", f"GET /api/{second}/nearby 500: java.lang.{text}", service=second)

    def body(service: str, after: int) -> dict[str, object]:
        return alertmanager(
            start + timedelta(seconds=after),
            {"alertname": "High5xx", "service": service, "severity": "warning"},
            summary=f"More than 10 responses of {service} with 5xx in 5 minutes",
        )

    return Scenario(
        alert=body(first, 0),
        now=start + timedelta(seconds=90),
        log=log,
        log_is_json=True,
        world={"health": {"api": "up", "response_ms": draw.between(10, 60)}},
        expected={"is_real": True, "known_issue": "", "incidents": {"count": 2}},
        steps=[Step(after_seconds=apart + 90.0, body=body(second, apart))],
    )
