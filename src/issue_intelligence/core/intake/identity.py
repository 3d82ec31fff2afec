"""Which alert is which: the id of an episode, and a fingerprint for senders that give none."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.kit.stable_hash import stable_hash

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Named in what is hashed, so that a later way of hashing can never give an id of this one.
_ID_VERSION = "alert-1"
_FINGERPRINT_VERSION = "labels-1"


def alert_id(source: AlertSource, org_id: str, fingerprint: str, starts_at: datetime) -> str:
    """Name one episode: 32 hex digits that a resend of the same alert gives again.

    The same fingerprint with a later `starts_at` is another episode (integrations.md 1.5).
    Raises TypeError when `starts_at` is naive.
    """
    microseconds = (starts_at - _EPOCH) // _MICROSECOND
    return stable_hash(_ID_VERSION, source, org_id, fingerprint, str(microseconds))[:32]


def label_fingerprint(labels: Mapping[str, str]) -> str:
    """Hash the labels, in whatever order they came: 16 hex digits.

    A label with an empty value is the same as none, as in Prometheus.
    """
    parts = [part for name in sorted(labels) if labels[name] for part in (name, labels[name])]
    return stable_hash(_FINGERPRINT_VERSION, *parts)[:16]
