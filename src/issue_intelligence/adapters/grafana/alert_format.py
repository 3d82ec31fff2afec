"""Reads the webhook body of Grafana's unified alerting (`version: "1"`; integrations.md 1.1)."""

from functools import partial

import msgspec

from issue_intelligence.adapters import webhook_alert as wire
from issue_intelligence.adapters.webhook_json import EnvelopeFields, FieldRule, OrgId, open_envelope
from issue_intelligence.adapters.webhook_summary import WholeEnvelope, summarize
from issue_intelligence.core.intake.identity import alert_id
from issue_intelligence.core.model.alert import Alert, AlertSource, NotificationEnvelope
from issue_intelligence.ports.alert_format import NotificationSummary, ParsedNotification, WrongShapeError

_ALERTMANAGER_VERSION = "4"

_RULES = (
    *wire.ALERT_RULES,
    FieldRule("silenceURL", ("text", "null")),
    FieldRule("dashboardURL", ("text", "null")),
    FieldRule("panelURL", ("text", "null")),
    FieldRule("ruleUID", ("text", "null")),
    FieldRule("orgId", ("number", "text", "null")),
)


class _GrafanaAlert(wire.WireAlert, gc=False):
    silence_url: str | None = msgspec.field(default=None, name="silenceURL")
    dashboard_url: str | None = msgspec.field(default=None, name="dashboardURL")
    panel_url: str | None = msgspec.field(default=None, name="panelURL")
    rule_uid: str | None = msgspec.field(default=None, name="ruleUID")
    org_id: OrgId = msgspec.field(default=None, name="orgId")
    # Read apart, since it may hold anything; empty when it was not sent.
    values: msgspec.Raw = msgspec.Raw()


_decoder = msgspec.json.Decoder(_GrafanaAlert)
_whole_decoder = msgspec.json.Decoder(WholeEnvelope[_GrafanaAlert])


class GrafanaFormat:
    """The alert format of Grafana's webhook contact point with its default payload."""

    @property
    def source(self) -> AlertSource:
        return AlertSource.GRAFANA

    def parse(self, body: bytes) -> ParsedNotification:
        envelope, raws = open_envelope(body)
        if str(envelope.version) == _ALERTMANAGER_VERSION:
            raise WrongShapeError(
                "version", 'is "4": this is a notification of Alertmanager; send it to /alerts/alertmanager'
            )
        org_id = _org_text(envelope.org_id)
        alerts, rejected = wire.read_each(raws, partial(_read_alert, org_id=org_id), _RULES)
        return ParsedNotification(
            envelope=NotificationEnvelope(
                source=AlertSource.GRAFANA,
                receiver=wire.read_short_text(envelope.receiver),
                org_id=org_id,
                group_key=wire.replace_nul((envelope.group_key or "")[: wire.MAX_URL_CHARACTERS]),
                external_url=wire.read_url(envelope.external_url),
                truncated_alerts=max(envelope.truncated_alerts or 0, 0),
            ),
            alerts=alerts,
            rejected=rejected,
        )

    def summarize(self, body: bytes) -> NotificationSummary | None:
        return summarize(body, _whole_decoder, not_version=_ALERTMANAGER_VERSION, name_alert=_name_alert)


def _name_alert(envelope: EnvelopeFields, sent: _GrafanaAlert, *, careful: bool) -> str:
    identity = wire.read_identity(sent, careful=careful)
    org = _org_of(sent, _org_text(envelope.org_id))
    return alert_id(AlertSource.GRAFANA, org, identity.fingerprint, identity.starts_at)


def _read_alert(raw: msgspec.Raw, *, org_id: str) -> Alert:
    sent = _decoder.decode(raw)
    careful = wire.needs_care(bytes(raw))
    identity = wire.read_identity(sent, careful=careful)
    org = _org_of(sent, org_id)
    return Alert(
        id=alert_id(AlertSource.GRAFANA, org, identity.fingerprint, identity.starts_at),
        source=AlertSource.GRAFANA,
        org_id=org,
        fingerprint=identity.fingerprint,
        status=identity.status,
        labels=sent.labels,
        annotations=wire.read_annotations(sent.annotations, careful=careful),
        starts_at=identity.starts_at,
        ends_at=identity.ends_at,
        generator_url=wire.read_url(sent.generator_url),
        silence_url=wire.read_url(sent.silence_url),
        dashboard_url=wire.read_url(sent.dashboard_url),
        panel_url=wire.read_url(sent.panel_url),
        rule_uid=wire.read_short_text(sent.rule_uid),
        values=wire.read_values(sent.values),
    )


def _org_of(sent: _GrafanaAlert, envelope_org: str) -> str:
    # Newer versions say the organisation beside each alert; a custom payload may mix several.
    return _org_text(sent.org_id) or envelope_org


def _org_text(org_id: int | str | None) -> str:
    return "" if org_id is None else wire.read_short_text(str(org_id))
