"""The acknowledgement's reading of a webhook body: who its alerts are, in one pass over the bytes.

A summary is given only for a body without any fault; everything else is for the full reading to
explain. Both must agree on the ids, which a property test holds them to.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from issue_intelligence.adapters.webhook_alert import AlertFaultError, WireAlert, needs_care, read_short_text
from issue_intelligence.adapters.webhook_json import MAX_ALERTS, EnvelopeFields
from issue_intelligence.ports.alert_format import NotificationSummary

AlertT = TypeVar("AlertT", bound=WireAlert)


class WholeEnvelope(EnvelopeFields, Generic[AlertT], gc=False):
    """A notification whose alerts are decoded with it; None for a body that has no list of them."""

    alerts: list[AlertT] | None = None


def summarize(
    body: bytes,
    decoder: msgspec.json.Decoder[WholeEnvelope[AlertT]],
    *,
    not_version: str,
    name_alert: Callable[..., str],
) -> NotificationSummary | None:
    """Decode and name every alert; None when anything at all is out of the ordinary.

    `not_version` is the other sender's `version`; `name_alert` takes the envelope, one of its alerts and, as
    `careful`, whether its texts need a closer look; it gives the id or raises AlertFaultError.
    """
    if b"\0" in body:
        return None
    try:
        # The decoder passes over what it does not keep, whatever bytes are in it.
        body.decode("utf-8")
        envelope = decoder.decode(body)
        alerts = envelope.alerts
        if not alerts or len(alerts) > MAX_ALERTS or str(envelope.version) == not_version:
            return None
        careful = needs_care(body)
        alert_ids = tuple([name_alert(envelope, alert, careful=careful) for alert in alerts])
    except (AlertFaultError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return NotificationSummary(
        alert_ids=alert_ids,
        receiver=read_short_text(envelope.receiver),
        truncated_alerts=max(envelope.truncated_alerts or 0, 0),
    )
