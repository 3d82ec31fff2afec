"""Whether an alert speaks of the monitoring itself and not of the service."""

from issue_intelligence.core.model.alert import Alert, AlertStatus, MonitoringFault

# Grafana gives alerts of a rule without data or with a failing query these names, and puts the
# rule's own name into the label `rulename` (integrations.md 1.6).
_BY_NAME = {"DatasourceNoData": MonitoringFault.NO_DATA, "DatasourceError": MonitoringFault.ERROR}
_BY_REASON = {"NoData": MonitoringFault.NO_DATA, "Error": MonitoringFault.ERROR}


def monitoring_fault(alert: Alert) -> MonitoringFault | None:
    """Say what the monitoring itself suffers from, None when the alert speaks of the service.

    A rule may map missing data to an ordinary alert; then only `grafana_state_reason` tells. It
    may join several reasons with commas. MissingSeries counts on a resolved alert only: the
    series vanished, which is no proof of recovery (integrations.md 1.5).
    """
    by_name = _BY_NAME.get(alert.labels.get("alertname", ""))
    if by_name is not None:
        return by_name
    reasons = [reason.strip() for reason in alert.annotations.get("grafana_state_reason", "").split(",")]
    for reason in reasons:
        if reason in _BY_REASON:
            return _BY_REASON[reason]
    if "MissingSeries" in reasons and alert.status is AlertStatus.RESOLVED:
        return MonitoringFault.MISSING_SERIES
    return None
