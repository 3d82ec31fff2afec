"""Whether a pattern that people made of a false positive still excuses an incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.model.ignore_pattern import Cause, IgnorePattern, PatternState
from issue_intelligence.core.model.incident import Incident

# More than this many times the errors are something else than what was called harmless.
MUCH_WORSE = 5
_MAX_TEXT = 160


class IgnoreReason(StrEnum):
    # The only one that excuses.
    HOLDS = "holds"
    # These say that it was never about this incident.
    OTHER_SERVICE = "other_service"
    OTHER_ALERT = "other_alert"
    OTHER_CAUSE = "other_cause"
    REVOKED = "revoked"
    EXPIRED = "expired"
    # These say that the incident has outlived it.
    MORE_ERRORS = "more_errors"
    HEALTH_FAILED = "health_failed"
    NEW_ERROR = "new_error"
    LOGS_UNREAD = "logs_unread"


_OUTLIVED = (
    IgnoreReason.MORE_ERRORS,
    IgnoreReason.HEALTH_FAILED,
    IgnoreReason.NEW_ERROR,
    IgnoreReason.LOGS_UNREAD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignoring:
    """What the patterns say of an incident."""

    # The one that holds; None for none.
    pattern: IgnorePattern | None = None
    # Why one that was meant for it does not hold, a sentence; "" for none.
    outlived: str = ""

    @property
    def suppression(self) -> ActiveSuppression | None:
        if self.pattern is None:
            return None
        text = f"called a false positive by {self.pattern.created_by}: {_short(self.pattern.cause_text)}"
        return ActiveSuppression(kind=ExcuseKind.IGNORED, text=text, until=self.pattern.expires_at)


def pattern_state(pattern: IgnorePattern, now: datetime) -> PatternState:
    if pattern.revoked_at is not None:
        return PatternState.REVOKED
    return PatternState.EXPIRED if now >= pattern.expires_at else PatternState.ACTIVE


def judge_pattern(
    pattern: IgnorePattern, incident: Incident, cause: Cause, now: datetime
) -> tuple[IgnoreReason, str]:
    """Tell whether it excuses the incident now; the text says why one that was meant for it does not.

    It is meant for a cause, and holds while that stays what it was: no new error before it, at most
    five times the errors, and no health check that fails.
    """
    reason = _why_not_meant(pattern, incident, cause, now)
    if reason is not None:
        return reason, ""
    if cause.failed_health:
        return IgnoreReason.HEALTH_FAILED, f"a health check failed ({'; '.join(cause.failed_health)})"
    if cause.logs_unread:
        return IgnoreReason.LOGS_UNREAD, "its logs could not be read"
    if cause.key != pattern.cause:
        return IgnoreReason.NEW_ERROR, f"another error comes first now, {_short(cause.text)}"
    before, count = pattern.error_count, cause.error_count
    if count is not None and count > MUCH_WORSE * max(1, before or 0):
        then = "nobody had counted them" if before is None else f"there were {before}"
        text = f"{count} errors within five minutes, and {then} when it was ignored"
        return IgnoreReason.MORE_ERRORS, text
    return IgnoreReason.HOLDS, ""


def _why_not_meant(
    pattern: IgnorePattern, incident: Incident, cause: Cause, now: datetime
) -> IgnoreReason | None:
    state = pattern_state(pattern, now)
    if state is not PatternState.ACTIVE:
        return IgnoreReason.REVOKED if state is PatternState.REVOKED else IgnoreReason.EXPIRED
    if (pattern.service, pattern.environment) != (incident.service, incident.environment):
        return IgnoreReason.OTHER_SERVICE
    if pattern.alert_name and pattern.alert_name != incident.alert_name:
        return IgnoreReason.OTHER_ALERT
    # One without any error was told by its alert's name, and an error is news.
    still_there = pattern.error in cause.errors if pattern.error else bool(cause.errors)
    same = cause.key == pattern.cause or still_there or cause.logs_unread
    return None if same else IgnoreReason.OTHER_CAUSE


def judge_patterns(
    patterns: Sequence[IgnorePattern], incident: Incident, cause: Cause, now: datetime
) -> Ignoring:
    """Find the pattern that holds, of several the one that ends last; else say why one does not."""
    judged = [(pattern, *judge_pattern(pattern, incident, cause, now)) for pattern in patterns]
    holding = [pattern for pattern, reason, _ in judged if reason is IgnoreReason.HOLDS]
    if holding:
        return Ignoring(pattern=max(holding, key=lambda each: (each.expires_at, each.id)))
    for pattern, reason, text in judged:
        if reason in _OUTLIVED:
            what = f"{pattern.created_by} called {_short(pattern.cause_text)} a false positive"
            if reason is IgnoreReason.LOGS_UNREAD:
                return Ignoring(outlived=f"{what}, and nobody knows whether this is one: {text}.")
            return Ignoring(outlived=f"{what}, and that does not hold: {text}.")
    return Ignoring()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TEXT else f"{line[: _MAX_TEXT - 1]}…"
