"""What an investigation knows of an alert before it looks anywhere."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from issue_intelligence.core.intake.alert_metrics import alert_metrics
from issue_intelligence.core.intake.log_selector import log_query
from issue_intelligence.core.intake.monitoring_fault import monitoring_fault
from issue_intelligence.core.intake.service_labels import (
    environment_name,
    find_service,
    service_name,
)
from issue_intelligence.core.model.alert import Alert, AlertContext, AlertSeverity, MonitoringFault
from issue_intelligence.core.model.service import Service

UNNAMED = "unnamed alert"

# Words that teams and paging services use. P1 to P5 are Opsgenie's critical, high, moderate, low
# and informational; SEV counts likewise.
_WORDS = {
    AlertSeverity.CRITICAL: "critical crit page fatal emergency emerg alert disaster blocker urgent high "
    "major error p0 p1 p2 sev0 sev1 sev2 sev-0 sev-1 sev-2",
    AlertSeverity.WARNING: "warning warn medium moderate average minor ticket p3 sev3 sev-3",
    AlertSeverity.INFO: "info information informational notice low none debug ok p4 p5 sev4 sev5 sev-4 sev-5",
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words.split()}


def alert_context(alert: Alert, catalogue: Sequence[Service]) -> AlertContext:
    """Read the alert against the service catalogue; never fails, whatever the labels say."""
    service = find_service(alert.labels, catalogue)
    fault = monitoring_fault(alert)
    affected = service_name(alert.labels, service)
    return AlertContext(
        timestamp=alert.starts_at,
        alert_name=alert_name(alert.labels),
        severity=alert_severity(alert.labels),
        affected_service=affected,
        environment=environment_name(alert.labels, service),
        log_query=log_query(affected, service),
        metrics=alert_metrics(alert, fault),
        summary=_first(alert.annotations, ("summary", "title", "message")),
        description=_description(alert.annotations, fault),
        monitoring_fault=fault,
        links=links(alert),
    )


def alert_name(labels: Mapping[str, str]) -> str:
    """Name the alert rule; under DatasourceNoData and DatasourceError it stands in `rulename`."""
    name = labels.get("alertname", "").strip()
    rule = labels.get("rulename", "").strip()
    if rule and name in {"", "DatasourceNoData", "DatasourceError"}:
        return rule
    return name or UNNAMED


def alert_severity(labels: Mapping[str, str]) -> AlertSeverity:
    """Translate the label `severity`, else `priority`; an unknown word is a warning."""
    for name in ("severity", "priority"):
        severity = _SEVERITIES.get(labels.get(name, "").strip().casefold())
        if severity is not None:
            return severity
    return AlertSeverity.WARNING


def links(alert: Alert) -> dict[str, str]:
    """Collect where a person can look on; only http and https, so that no link runs anything."""
    candidates = {
        "dashboard": alert.dashboard_url,
        "panel": alert.panel_url,
        "rule": alert.generator_url,
        "silence": alert.silence_url,
        "runbook": _first(alert.annotations, ("runbook_url", "runbook")),
    }
    return {name: url for name, url in candidates.items() if is_web_address(url)}


def is_web_address(url: str) -> bool:
    """Say whether this is an http or https address with a host, and without blanks or control characters."""
    if not url.startswith(("http://", "https://")) or not url.isprintable() or " " in url:
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _description(annotations: Mapping[str, str], fault: MonitoringFault | None) -> str:
    described = _first(annotations, ("description", "message"))
    # Grafana says in this annotation what the data source answered.
    cause = annotations.get("Error", "").strip() if fault is MonitoringFault.ERROR else ""
    return "\n\n".join(text for text in (described, cause) if text)


def _first(texts: Mapping[str, str], names: Sequence[str]) -> str:
    return next((text for name in names if (text := texts.get(name, "").strip())), "")
