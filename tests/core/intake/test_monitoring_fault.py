import pytest

from issue_intelligence.core.intake.monitoring_fault import monitoring_fault
from issue_intelligence.core.model.alert import AlertStatus, MonitoringFault
from tests.factories.alerts import an_alert

FIRING, RESOLVED = AlertStatus.FIRING, AlertStatus.RESOLVED


@pytest.mark.parametrize(
    ("name", "reason", "status", "fault"),
    [
        ("HighErrorRate", "", FIRING, None),
        ("DatasourceNoData", "NoData", FIRING, MonitoringFault.NO_DATA),
        ("DatasourceError", "", RESOLVED, MonitoringFault.ERROR),
        # The rule maps missing data to an ordinary alert; only the annotation tells.
        ("HighErrorRate", "NoData", FIRING, MonitoringFault.NO_DATA),
        ("HighErrorRate", "Error", FIRING, MonitoringFault.ERROR),
        ("HighErrorRate", "Error, KeepLast", FIRING, MonitoringFault.ERROR),
        # The series vanished: no proof of recovery, and no fault while it fires.
        ("HighErrorRate", "MissingSeries", RESOLVED, MonitoringFault.MISSING_SERIES),
        ("HighErrorRate", "MissingSeries", FIRING, None),
        # Somebody paused or changed the rule.
        ("HighErrorRate", "Paused", RESOLVED, None),
    ],
)
def test_fault_of_the_monitoring(
    name: str, reason: str, status: AlertStatus, fault: MonitoringFault | None
) -> None:
    annotations = {"grafana_state_reason": reason} if reason else {}
    assert (
        monitoring_fault(an_alert(labels={"alertname": name}, annotations=annotations, status=status))
        is fault
    )
