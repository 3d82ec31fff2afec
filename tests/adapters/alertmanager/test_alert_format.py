from datetime import UTC, datetime

import pytest

from issue_intelligence.adapters.alertmanager.alert_format import AlertmanagerFormat
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.model.alert import AlertSeverity, AlertSource, AlertStatus
from issue_intelligence.ports.alert_format import WrongShapeError
from tests.factories.webhooks import PAYLOADS, body_of, captured_body, grafana_example, raw_alert

CAPTURES = sorted(path.name for path in PAYLOADS.glob("alertmanager-*.json"))


def test_every_capture_is_at_hand() -> None:
    assert len(CAPTURES) == 7


@pytest.mark.parametrize("file_name", CAPTURES)
def test_what_a_real_alertmanager_sent_is_read_whole(file_name: str) -> None:
    # The file's name says the status and the number of alerts.
    status, count = file_name.removesuffix("alerts.json").rsplit("-", 2)[1:]
    notification = AlertmanagerFormat().parse(captured_body(file_name))
    assert len(notification.alerts) == int(count)
    assert notification.rejected == ()
    # A notification is called firing as soon as one of its alerts fires.
    fires = AlertStatus.FIRING in {alert.status for alert in notification.alerts}
    assert fires == (status == "firing")
    for alert in notification.alerts:
        assert (alert.ends_at is None) == (alert.status is AlertStatus.FIRING)
    assert notification.envelope.receiver.startswith("sink-")
    assert len({alert.id for alert in notification.alerts}) == int(count)


def test_a_resolve_has_the_id_of_its_firing() -> None:
    read = AlertmanagerFormat()
    firing = read.parse(captured_body("alertmanager-10-hook_loki-firing-1alerts.json")).alerts[0]
    resolved = read.parse(captured_body("alertmanager-12-hook_loki-resolved-1alerts.json")).alerts[0]
    assert firing.id == resolved.id
    assert resolved.ends_at is not None


def test_an_alert_of_lokis_ruler_is_understood() -> None:
    body = captured_body("alertmanager-10-hook_loki-firing-1alerts.json")
    notification = AlertmanagerFormat().parse(body)
    alert = notification.alerts[0]
    assert alert.source is AlertSource.ALERTMANAGER
    assert alert.starts_at == datetime(2026, 11, 23, 11, 26, 40, 62_000, tzinfo=UTC)
    assert notification.envelope.group_key.startswith('{}/{source="loki"}')
    context = alert_context(alert, ())
    assert (context.affected_service, context.severity) == ("payments", AlertSeverity.CRITICAL)
    # From the query in the rule's link.
    assert context.metrics.time_window == "20s"
    assert context.log_query == '{service_name="payments"}'


def test_alertmanagers_example_is_read() -> None:
    notification = AlertmanagerFormat().parse(grafana_example("alertmanager-v4-firing"))
    assert [alert.fingerprint for alert in notification.alerts] == ["6e8f019f1d0c2a4b"]


def test_grafanas_notification_is_sent_to_its_own_path() -> None:
    with pytest.raises(WrongShapeError, match="/alerts/grafana") as caught:
        AlertmanagerFormat().parse(grafana_example("grafana-v1-firing-two"))
    assert caught.value.field_path == "version"


def test_alerts_of_both_sources_never_share_an_id() -> None:
    body = body_of(raw_alert(orgId=None), orgId="")
    assert AlertmanagerFormat().parse(body).alerts[0].id != GrafanaFormat().parse(body).alerts[0].id
