"""Reads the webhook body of Prometheus Alertmanager (`version: "4"`; integrations.md 1.7)."""

import msgspec

from issue_intelligence.adapters import webhook_alert as wire
from issue_intelligence.adapters.webhook_json import EnvelopeFields, open_envelope
from issue_intelligence.adapters.webhook_summary import WholeEnvelope, summarize
from issue_intelligence.core.intake.identity import alert_id
from issue_intelligence.core.model.alert import Alert, AlertSource, NotificationEnvelope
from issue_intelligence.ports.alert_format import NotificationSummary, ParsedNotification, WrongShapeError

_GRAFANA_VERSION = "1"


_decoder = msgspec.json.Decoder(wire.WireAlert)
_whole_decoder = msgspec.json.Decoder(WholeEnvelope[wire.WireAlert])


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

    def summarize(self, body: bytes) -> NotificationSummary | None:
        return summarize(body, _whole_decoder, not_version=_GRAFANA_VERSION, name_alert=_name_alert)


def _name_alert(_envelope: EnvelopeFields, sent: wire.WireAlert, *, careful: bool) -> str:
    identity = wire.read_identity(sent, careful=careful)
    return alert_id(AlertSource.ALERTMANAGER, "", identity.fingerprint, identity.starts_at)


def _read_alert(raw: msgspec.Raw) -> Alert:
    sent = _decoder.decode(raw)
    careful = wire.needs_care(bytes(raw))
    identity = wire.read_identity(sent, careful=careful)
    return Alert(
        # Alertmanager has no organisations.
        id=alert_id(AlertSource.ALERTMANAGER, "", identity.fingerprint, identity.starts_at),
        source=AlertSource.ALERTMANAGER,
        org_id="",
        fingerprint=identity.fingerprint,
        status=identity.status,
        labels=sent.labels,
        annotations=wire.read_annotations(sent.annotations, careful=careful),
        starts_at=identity.starts_at,
        ends_at=identity.ends_at,
        generator_url=wire.read_url(sent.generator_url),
    )
