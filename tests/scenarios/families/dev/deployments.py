"""Deployments: as an excuse, as a cause, and as neither."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import go_log, json_lines, pino, plain, spring
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import java, node


@family(Kind.HTTP_5XX, is_real=False)
def gateway_waits_for_new_version(draw: Draw) -> Scenario:
    """A version is being rolled out; for some seconds the proxy finds no upstream, as at each release."""
    made = scene(draw, ("api", "web", "orders"), plain, json_lines)
    made.traffic("GET /api/orders/{n}", "GET /api/menu", count=(100, 180))
    for seconds in draw.times(draw.between(11, 22), -60, -20):
        made.log.line(seconds, "error", f"502 Bad Gateway: upstream {draw.ip()}:8080 refused the connection")
    made.log.line(-15, "info", f"server listening version=2.{draw.between(1, 80)}")
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=15),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.005, 0.009),
            "deployments": [{"service": made.service, "started_at": made.ago(minutes=draw.between(2, 4))}],
        },
    )


@family(Kind.HTTP_5XX, is_real=True, red_herring=True)
def another_service_is_being_deployed(draw: Draw) -> Scenario:
    """A deployment of the mailer goes on, but the checkout fails for a reason of its own."""
    made = scene(draw, ("checkout", "orders-api"), spring)
    made.traffic("POST /api/checkout", "GET /api/checkout/{n}", count=(100, 180))
    for seconds in draw.times(draw.between(15, 40), -285, 100):
        trace = java(
            draw,
            [
                "com.example.checkout.TaxRules.rateFor(TaxRules.java)",
                "com.example.checkout.CheckoutController.post(CheckoutController.java)",
            ],
        )
        made.log.line(
            seconds,
            "error",
            "java.lang.ArithmeticException: Non-terminating decimal expansion; no exact representable decimal result.",
            below=f"\tat java.base/java.math.BigDecimal.divide(BigDecimal.java:1783)\n{trace}",
        )
        made.log.access(seconds + 0.002, "POST", "/api/checkout", 500, 9)
    return made.scenario(
        made.alert(
            "High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="critical", value=28
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "high",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "Non-terminating decimal",
            "culprit_contains": "TaxRules",
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.13, 0.4),
            "deployments": [{"service": "mailer", "started_at": made.ago(minutes=3)}],
        },
    )


@family(Kind.HTTP_5XX, is_real=True)
def release_breaks_one_endpoint(draw: Draw) -> Scenario:
    """A release that finished some minutes ago calls a function the library no longer has."""
    made = scene(draw, ("reviews", "ratings-api"), pino, plain)
    made.traffic("GET /api/reviews/{n}", "POST /api/reviews", count=(120, 200))
    file = draw.pick(("src/reviews/format.js", "src/reviews/render.js"))
    function = draw.pick(("sanitize.clean", "moment.tz.guess", "marked.parseInline"))
    for seconds in draw.times(draw.between(14, 40), -270, 100):
        made.log.line(
            seconds,
            "error",
            f"TypeError: {function} is not a function",
            below=node(draw, [("format", file), ("list", "src/reviews/routes.js")]),
        )
        made.log.access(seconds + 0.003, "GET", "/api/reviews/latest", 500, 5)
    return made.scenario(
        made.alert("High5xxRate", f"{made.service}: 5xx above 10 in 5 minutes", severity="warning", value=22),
        {
            "is_real": True,
            "should_create_issue": True,
            "severity": "medium",
            "type": "bug",
            "component": "backend-api",
            "known_issue": "",
            "error_contains": "is not a function",
            "culprit_contains": file,
        },
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.02, 0.08),
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=9),
                    "finished_at": made.ago(minutes=6),
                }
            ],
        },
    )


@family(Kind.CRASH, is_real=False)
def operator_restarts_service_by_a_deployment(draw: Draw) -> Scenario:
    """A redeployment gives the service new settings; it ends, begins again, and its health check was away for seconds."""
    made = scene(draw, ("bot", "scheduler", "mailer"), go_log, plain)
    made.traffic("GET /healthz", "POST /v1/mails", count=(80, 140))
    made.log.line(-40, "info", "signal: terminated; waiting for 3 jobs")
    made.log.line(-33, "warn", "http: Server closed")
    made.log.line(-20, "info", f"config loaded: workers={draw.between(2, 16)}")
    made.log.line(-19, "info", "started")
    return made.scenario(
        made.alert("ServiceRestarted", f"{made.service} restarted", severity="warning", value=1),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "metrics": calm(draw),
            "deployments": [{"service": made.service, "started_at": made.ago(minutes=1)}],
        },
    )
