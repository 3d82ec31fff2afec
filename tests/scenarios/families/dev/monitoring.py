"""Alerts that speak of the monitoring itself, and investigations that find little."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import json_lines, logfmt, plain, python_logging
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import calm, rates, scene, up
from tests.scenarios.traces import python


@family(Kind.MONITORING, is_real=False)
def datasource_does_not_answer_grafana(draw: Draw) -> Scenario:
    """Grafana could not ask its Prometheus; the service itself is well."""
    made = scene(draw, ("backend", "checkout", "search"), plain, json_lines)
    made.traffic("GET /api/search", "GET /api/orders/{n}")
    rule = draw.pick(("High5xxRate", "SlowResponses", "DatabaseConnectionFailures"))
    error = draw.pick(
        (
            "[sse.dataQueryError] failed to execute query [A]: Post http://prometheus:9090/api/v1/query_range: dial tcp: connection refused",
            "failed to build query 'A': data source not found",
            "[sse.dataQueryError] failed to execute query [A]: context deadline exceeded",
        )
    )
    return made.scenario(
        made.alert(
            "DatasourceError",
            f"{rule} could not be evaluated",
            severity=draw.pick(("critical", "warning")),
            labels={"rulename": rule, "datasource_uid": draw.hex(9), "ref_id": "A"},
            description=f"Error: {error}",
        ),
        {"is_real": False, "type": "monitoring", "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.MONITORING, is_real=False)
def query_finds_no_series(draw: Draw) -> Scenario:
    """A metric was renamed, so the rule finds no data; requests are answered as ever."""
    made = scene(draw, ("orders", "profile", "mailer"), logfmt, plain)
    made.traffic("GET /v1/orders/{n}", "POST /v1/orders")
    rule = draw.pick(("Http5xxErrors", "HighLatency", "MemoryThreshold"))
    return made.scenario(
        made.alert(
            "DatasourceNoData",
            f"{rule}: no data",
            severity="critical",
            labels={"rulename": rule, "datasource_uid": draw.hex(9), "ref_id": draw.pick(("A", "B"))},
        ),
        {"is_real": False, "type": "monitoring", "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw)},
    )


@family(Kind.MONITORING, is_real=False)
def scrape_target_was_renamed(draw: Draw) -> Scenario:
    """Prometheus cannot scrape an exporter that moved to another port; people are served."""
    made = scene(draw, ("node-exporter", "app-metrics"), logfmt)
    for seconds in draw.times(draw.between(40, 80), -900, 110):
        made.log.line(
            seconds,
            "debug",
            "Scrape failed",
            target=f"http://{draw.ip()}:9100/metrics",
            err="dial tcp: connect: no route to host",
        )
    return made.scenario(
        made.alert(
            "DatasourceNoData", "TargetMetrics: no data", labels={"rulename": "TargetMetrics", "ref_id": "A"}
        ),
        {"is_real": False, "type": "monitoring", "remediation": ""},
        world={"health": up(draw)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def loki_is_down_while_errors_rise(draw: Draw) -> Scenario:
    """The log source does not answer; the metrics alone say that a third of the requests fail."""
    made = scene(draw, ("checkout", "orders-api", "backend"), plain)
    return made.scenario(
        made.alert(
            "High5xxRate",
            f"{made.service}: 5xx above 10 in 5 minutes",
            severity="critical",
            value=draw.between(60, 400),
        ),
        {"is_real": True, "should_create_issue": True, "severity": "high", "error_contains": ""},
        world={
            "health": up(draw),
            "metrics": rates(draw, 0.2, 0.45),
            "log_source": {"state": "down"},
        },
        with_log=False,
    )


@family(Kind.HTTP_5XX, is_real=True)
def nothing_could_be_gathered(draw: Draw) -> Scenario:
    """Nobody has logs, metrics or health for this service; a critical alert says that it fails."""
    made = scene(draw, ("legacy-soap", "partner-gateway"), plain)
    return made.scenario(
        made.alert(
            "Http5xxErrors",
            f"{draw.between(40, 900)} responses 5xx from {made.service} in 5 minutes",
            severity="critical",
        ),
        {"is_real": True, "should_create_issue": True, "remediation": ""},
        with_log=False,
    )


@family(Kind.HTTP_5XX, is_real=False)
def ratio_of_nothing_is_everything(draw: Draw) -> Scenario:
    """The rule divides by next to nothing and says 100 % errors; logs, metrics and health say that all is well."""
    made = scene(draw, ("invoices", "search-api", "profile"), plain, json_lines, python_logging)
    made.traffic("GET /api/invoices/{n}", "GET /api/profile", count=(120, 220))
    return made.scenario(
        made.alert("ErrorRatioHigh", f"{made.service}: error ratio 100 %", severity="critical", value=1.0),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={"health": up(draw), "metrics": calm(draw, error_rate=0.0)},
    )


@family(Kind.HTTP_5XX, is_real=True)
def alert_names_no_service(draw: Draw) -> Scenario:
    """An alert written in haste has neither service nor severity; the log beside it shows a failing export."""
    made = scene(draw, ("",), python_logging)
    for seconds in draw.times(draw.between(60, 110), -900, 100):
        made.log.line(seconds, "info", f"exported row {draw.between(1, 90_000)}", logger="export")
    for seconds in draw.times(draw.between(12, 30), -285, 100):
        made.log.line(
            seconds,
            "error",
            "export failed",
            below=python(
                draw,
                [("run", "export/run.py"), ("write", "export/sheet.py")],
                "IndexError: list index out of range",
                above=(),
            ),
            logger="export",
        )
    return made.scenario(
        made.alert(draw.pick(("errors", "Errors (5xx)", "test-rule-2")), "", service=""),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "error_contains": "list index out of range",
            "culprit_contains": "export/sheet.py",
        },
        world={"metrics": rates(draw, 0.02, 0.08)},
    )
