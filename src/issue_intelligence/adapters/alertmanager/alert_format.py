"""Reads the webhook body of Prometheus Alertmanager (`version: "4"`; integrations.md 1.7)."""

import msgspec

from issue_intelligence.adapters import webhook_alert as wire
from issue_intelligence.adapters.webhook_json import open_envelope
from issue_intelligence.core.intake.identity import alert_id
from issue_intelligence.core.model.alert import Alert, AlertSource, NotificationEnvelope
from issue_intelligence.ports.alert_format import ParsedNotification, WrongShapeError

_GRAFANA_VERSION = "1"

_decoder = msgspec.json.Decoder(wire.WireAlert)


class AlertmanagerFormat:
    """The alert format of Alertmanager's webhook receiver."""

    @property
    def source(self) -> AlertSource:
        return AlertSource.ALERTMANAGER

    def parse(self, body: bytes) -> ParsedNotification:
        envelope, raws = open_envelope(body)
        if str(envelope.version) == _GRAFANA_VERSION:
            raise WrongShapeError(
                "version", 'is "1": this is a notification of Grafana; send it to /alerts/grafana'
            )
        alerts, rejected = wire.read_each(raws, _read_alert, wire.ALERT_RULES)
        return ParsedNotification(
            envelope=NotificationEnvelope(
                source=AlertSource.ALERTMANAGER,
                receiver=wire.read_short_text(envelope.receiver),
                group_key=wire.replace_nul((envelope.group_key or "")[: wire.MAX_URL_CHARACTERS]),
                external_url=wire.read_url(envelope.external_url),
                truncated_alerts=max(envelope.truncated_alerts or 0, 0),
            ),
            alerts=alerts,
            rejected=rejected,
        )


def _read_alert(raw: msgspec.Raw) -> Alert:
    sent = _decoder.decode(raw)
    careful = wire.needs_care(bytes(raw))
    status = wire.read_status(sent.status)
    labels = wire.read_labels(sent.labels, careful=careful)
    starts_at = wire.read_starts_at(sent.starts_at)
    annotations = wire.read_annotations(sent.annotations, careful=careful)
    fingerprint = wire.read_fingerprint(sent.fingerprint, labels)
    return Alert(
        # Alertmanager has no organisations.
        id=alert_id(AlertSource.ALERTMANAGER, "", fingerprint, starts_at),
        source=AlertSource.ALERTMANAGER,
        org_id="",
        fingerprint=fingerprint,
        status=status,
        labels=labels,
        annotations=annotations,
        starts_at=starts_at,
        ends_at=wire.read_ends_at(sent.ends_at, status),
        generator_url=wire.read_url(sent.generator_url),
    )
