"""What is known without logs, and alerts about the monitoring itself."""

from datetime import timedelta

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.families.held_out.common import REAL, begin, traffic
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import Log, logfmt
from tests.scenarios.scenario import Scenario


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def no_logs_and_no_health_answer(draw: Draw) -> Scenario:
    """The node that holds both the service and Loki is gone: no log can be read and health is down."""
    start = begin(draw)
    service = draw.pick(("backend", "orders", "reservations-api"))
    world_health = {"api": draw.pick(("down", "timeout"))}
    if draw.chance(0.5):
        world_health["database"] = "up"
    return Scenario(
        alert=grafana(
            start,
            {
                "alertname": "HighErrorRate",
                "service": service,
                "severity": draw.pick(("critical", "warning")),
            },
            summary="High error rate detected",
            values={"A": draw.real(0.4, 1.0)},
        ),
        now=start + timedelta(minutes=draw.between(2, 6)),
        world={"health": world_health, "log_source": {"state": "down"}},
        expected={**REAL, "severity": "critical", "known_issue": ""},
    )


@family(Kind.HTTP_5XX, is_real=True, variants=12)
def nothing_can_be_asked(draw: Draw) -> Scenario:
    """The alert tells of many 5xx; Loki is down and nothing else was gathered. No reason to dismiss it."""
    start = begin(draw)
    service = draw.pick(("media-api", "shipping", "tenant-portal"))
    count = draw.between(30, 400)
    return Scenario(
        alert=grafana(
            start,
            {"alertname": "5xx responses", "service": service, "severity": "critical"},
            summary=f"{count} responses with 5xx in the last 5 minutes (limit 10)",
            values={"B": float(count), "C": 1.0},
        ),
        now=start + timedelta(minutes=draw.between(2, 4)),
        world={"log_source": {"state": "down"}},
        # Nobody restarts a service of which nothing is known.
        expected={**REAL, "known_issue": "", "remediation": ""},
    )


@family(Kind.MONITORING, is_real=True, variants=12)
def no_data_after_a_renamed_metric(draw: Draw) -> Scenario:
    """An exporter renamed its metric, so the rule finds no series; the service itself is well."""
    start = begin(draw)
    service = draw.pick(("warehouse", "notifications", "ledger"))
    rule = draw.pick(("Request latency p95", "Queue depth", "5xx ratio"))
    log = Log(start, logfmt)
    traffic(log, draw, ("/api/stock/{id}", "/healthz", "/metrics"), count=draw.between(40, 120))
    return Scenario(
        alert=grafana(
            start,
            {
                "alertname": "DatasourceNoData",
                "rulename": rule,
                "datasource_uid": draw.hex(10),
                "ref_id": "A",
                "grafana_folder": "Production",
                "service": service,
            },
            summary=f"No data for {rule} of {service}",
        ),
        now=start + timedelta(minutes=draw.between(2, 8)),
        log=log,
        world={
            "health": {"api": "up", "response_ms": draw.between(8, 50), "database": "up"},
            "metrics": {"error_rate": draw.real(0, 0.001), "baseline_error_rate": 0.001},
        },
        expected={"type": "monitoring", "remediation": "", "known_issue": ""},
    )


@family(Kind.MONITORING, is_real=True, variants=12)
def no_data_because_nothing_runs(draw: Draw) -> Scenario:
    """The series ended because the service did: its last container is gone and health fails."""
    start = begin(draw)
    service = draw.pick(("geo", "export-api", "voucher"))
    log = Log(start, logfmt)
    stop = -draw.between(280, 420)
    traffic(log, draw, ("/api/export/{id}", "/api/status"), count=draw.between(50, 130), high=stop)
    log.line(stop + 1, "error", "liveness probe failed: context deadline exceeded", component="kubelet")
    log.line(stop + 31, "error", "liveness probe failed: context deadline exceeded", component="kubelet")
    log.line(stop + 61, "warn", f"Stopping container {service}", component="kubelet", reason="Killing")
    log.line(
        stop + 92, "error", "Back-off pulling image: manifest unknown", component="kubelet", image=service
    )
    labels = {"alertname": "TargetMissing", "service": service, "severity": "warning", "job": service}
    if draw.chance(0.5):
        alert = alertmanager(start, labels, summary=f"No series of up{{job={service}}} for 5 minutes")
    else:
        labels = {**labels, "alertname": "DatasourceNoData", "rulename": "TargetMissing", "ref_id": "A"}
        alert = grafana(start, labels, summary=f"No data: {service}")
    return Scenario(
        alert=alert,
        now=start + timedelta(minutes=draw.between(2, 5)),
        log=log,
        world={"health": {"api": "down"}},
        expected={**REAL, "severity": "critical", "known_issue": ""},
    )
