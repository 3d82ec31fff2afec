"""Reads the webhook body of Grafana's unified alerting (`version: "1"`; integrations.md 1.1)."""

from functools import partial

import msgspec

from issue_intelligence.adapters import webhook_alert as wire
from issue_intelligence.adapters.webhook_json import FieldRule, OrgId, open_envelope
from issue_intelligence.core.intake.identity import alert_id
from issue_intelligence.core.model.alert import Alert, AlertSource, NotificationEnvelope
from issue_intelligence.ports.alert_format import ParsedNotification, WrongShapeError

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


def _read_alert(raw: msgspec.Raw, *, org_id: str) -> Alert:
    sent = _decoder.decode(raw)
    careful = wire.needs_care(bytes(raw))
    status = wire.read_status(sent.status)
    labels = wire.read_labels(sent.labels, careful=careful)
    starts_at = wire.read_starts_at(sent.starts_at)
    annotations = wire.read_annotations(sent.annotations, careful=careful)
    fingerprint = wire.read_fingerprint(sent.fingerprint, labels)
    # Newer versions say the organisation beside each alert; a custom payload may mix several.
    org = _org_text(sent.org_id) or org_id
    return Alert(
        id=alert_id(AlertSource.GRAFANA, org, fingerprint, starts_at),
        source=AlertSource.GRAFANA,
        org_id=org,
        fingerprint=fingerprint,
        status=status,
        labels=labels,
        annotations=annotations,
        starts_at=starts_at,
        ends_at=wire.read_ends_at(sent.ends_at, status),
        generator_url=wire.read_url(sent.generator_url),
        silence_url=wire.read_url(sent.silence_url),
        dashboard_url=wire.read_url(sent.dashboard_url),
        panel_url=wire.read_url(sent.panel_url),
        rule_uid=wire.read_short_text(sent.rule_uid),
        values=wire.read_values(sent.values),
    )


def _org_text(org_id: int | str | None) -> str:
    return "" if org_id is None else wire.read_short_text(str(org_id))
