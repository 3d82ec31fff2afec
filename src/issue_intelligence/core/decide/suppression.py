"""Whether an excuse holds for an incident now."""

from collections.abc import Sequence
from datetime import datetime

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.intake.silencing import active_silence
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.silence import Silence


def suppression_by_silences(
    silences: Sequence[Silence], alerts: Sequence[Alert], now: datetime
) -> ActiveSuppression | None:
    """Give the excuse if every firing alert is silenced; one that is not speaks for all.

    It ends with the first of the silences.
    """
    firing = [alert for alert in alerts if alert.status is AlertStatus.FIRING] or list(alerts)
    found = [active_silence(silences, alert.labels, now) for alert in firing]
    active = [silence for silence in found if silence is not None]
    if not active or len(active) < len(found):
        return None
    first = min(active, key=lambda silence: silence.ends_at)
    text = f"silence by {first.created_by}: {first.comment}"
    return ActiveSuppression(kind=ExcuseKind.SILENCE, text=text, until=first.ends_at)
