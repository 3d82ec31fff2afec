"""Whether an alert was over before anybody could have looked, and left nothing behind."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from issue_intelligence.core.decide.facts import failed_health_checks
from issue_intelligence.core.decide.flapping import merged
from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.model.alert import Alert, AlertContext, AlertSeverity, AlertStatus
from issue_intelligence.core.model.episode import Episode
from issue_intelligence.core.model.evidence import EvidenceStatus, Investigation
from issue_intelligence.core.model.logs import LogAnalysis, LogLevel

# So many short failures within this time are a fault that comes back, and worth telling of.
RECURRING_TIMES = 3
RECURRING_WITHIN = timedelta(hours=24)
# Clocks of services and of the monitoring differ a little, and a rule resolves at its next evaluation.
_CLOCKS_DIFFER = timedelta(seconds=30)


def suppression_by_self_resolving(
    dated: Sequence[tuple[Alert, AlertContext]], found: Investigation, *, grace: timedelta
) -> ActiveSuppression | None:
    """Give the excuse if all alerts resolved within the grace period of their start, without lasting harm."""
    episode = _last_episode([alert for alert, _ in dated])
    if not grace or episode is None or episode.ended_at is None:
        return None
    lasted = episode.ended_at - episode.started_at
    if lasted > grace or lasting_harm([context for _, context in dated], found, episode.ended_at):
        return None
    text = f"resolved by itself {lasted.total_seconds():.0f} s after its start, and left nothing behind"
    return ActiveSuppression(kind=ExcuseKind.SELF_RESOLVED, text=text, until=None)


def _last_episode(alerts: Sequence[Alert]) -> Episode | None:
    """Give the newest time that any of them fired; None while one does, or where an end is not known."""
    if any(alert.status is AlertStatus.FIRING or alert.ends_at is None for alert in alerts):
        return None
    # An end before its start is a broken clock, and nobody knows how long it lasted.
    if any(alert.ends_at is not None and alert.ends_at < alert.starts_at for alert in alerts):
        return None
    episodes = [
        Episode(series=alert.fingerprint, started_at=alert.starts_at, ended_at=alert.ends_at)
        for alert in alerts
    ]
    return merged(episodes)[-1] if episodes else None


def lasting_harm(contexts: Iterable[AlertContext], found: Investigation, ended_at: datetime) -> str:
    """Say why a short failure is decided as any other; "" for no harm.

    Health that nobody asked for is no harm. A log that could not be read is: nobody knows whether the
    errors stopped.
    """
    if any(context.severity is AlertSeverity.CRITICAL for context in contexts):
        return "the alert is critical"
    if failed := failed_health_checks(found.health.data if found.health else None):
        return f"a health check failed ({failed[0]})"
    logs = found.logs
    if logs is None or logs.status is EvidenceStatus.FAILED:
        return "the log could not be read"
    return _harm_in(logs.data, ended_at) if logs.data else ""


def _harm_in(logs: LogAnalysis, ended_at: datetime) -> str:
    if logs.stack_traces:
        return "the log has a stack trace"
    if any(pattern.level is LogLevel.FATAL for pattern in logs.patterns):
        return "the log has fatal errors"
    last = logs.last_occurrence
    if last is not None and last > ended_at + _CLOCKS_DIFFER:
        return "errors went on after it had resolved"
    return ""


def short_failures(episodes: Iterable[Episode], *, grace: timedelta, now: datetime) -> int:
    """Count the short failures of a day; instances that fail together are one."""
    return sum(
        1
        for each in merged(episodes)
        if each.ended_at is not None
        and now - each.started_at <= RECURRING_WITHIN
        and each.ended_at - each.started_at <= grace
    )
