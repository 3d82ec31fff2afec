"""Whether an action helped: what was wrong before it, against what is seen after it."""

from dataclasses import dataclass
from enum import StrEnum

from issue_intelligence.core.model.remediation import ActionReport, Outcome, ServiceLook

# With so many errors to be expected at the old rate, none at all is chance in one case of twenty
# (Poisson: e^-3 = 0.05).
ENOUGH_EXPECTED = 3.0
# Errors have stopped when at most this share of the expected ones came.
STOPPED_SHARE = 0.1
WORSE_FACTOR = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    outcome: Outcome
    # One sentence for people.
    reason: str


class _Errors(StrEnum):
    STOPPED = "stopped"
    GO_ON = "go_on"
    ROSE = "rose"
    # There were none, and there are none.
    NONE = "none"
    # None has come yet, and at the old rate none need have.
    TOO_EARLY = "too_early"
    UNKNOWN = "unknown"


def judge_outcome(command: ActionReport, before: ServiceLook, after: ServiceLook) -> Judgement:
    """Judge by what is seen, not by what the command says of itself.

    It helped only if something was wrong before (health or errors), and now health is not bad and
    the errors have stopped. A command that says it failed has never helped, whatever is seen.
    """
    errors = _errors(before, after)
    seen = f"{_health_words(before, after)}; {_error_words(errors, before, after)}"
    outcome = _outcome(command, errors, before, after)
    return Judgement(outcome=outcome, reason=_sentence(command, outcome, seen))


def _outcome(command: ActionReport, errors: _Errors, before: ServiceLook, after: ServiceLook) -> Outcome:
    bad_health = after.healthy is False
    if errors is _Errors.ROSE or (bad_health and before.healthy is True):
        return Outcome.WORSE
    if bad_health or errors is _Errors.GO_ON:
        return Outcome.FAILED if command.failed else Outcome.NO_CHANGE
    if _recovered(errors, before, after):
        # It works again, and not by what we did: a person should see to the command.
        return Outcome.UNKNOWN if command.failed else Outcome.HELPED
    return Outcome.FAILED if command.failed else Outcome.UNKNOWN


def _recovered(errors: _Errors, before: ServiceLook, after: ServiceLook) -> bool:
    if before.healthy is False and after.healthy is True:
        return errors in (_Errors.STOPPED, _Errors.NONE, _Errors.TOO_EARLY) or (
            # Without any log, health is all there is to see.
            errors is _Errors.UNKNOWN and not after.errors
        )
    return errors is _Errors.STOPPED


def _errors(before: ServiceLook, after: ServiceLook) -> _Errors:
    if before.errors is None or after.errors is None:
        return _Errors.UNKNOWN
    expected = before.errors / before.span_seconds * after.span_seconds
    if after.errors > WORSE_FACTOR * max(expected, ENOUGH_EXPECTED):
        return _Errors.ROSE
    if before.errors == 0 and after.errors == 0:
        return _Errors.NONE
    if expected < ENOUGH_EXPECTED:
        return _Errors.TOO_EARLY if after.errors == 0 else _Errors.GO_ON
    return _Errors.STOPPED if after.errors <= STOPPED_SHARE * expected else _Errors.GO_ON


def _sentence(command: ActionReport, outcome: Outcome, seen: str) -> str:
    how = _how_it_ended(command)
    if outcome is Outcome.UNKNOWN and command.failed:
        return f"{how}, and the service has recovered all the same, so the action is not what did it: {seen}."
    told = {
        Outcome.HELPED: "It helped",
        Outcome.NO_CHANGE: "It did not help",
        Outcome.WORSE: "It became worse",
        Outcome.FAILED: "It failed",
        Outcome.UNKNOWN: "Whether it helped cannot be told",
    }[outcome]
    ended = f" {how}." if how else ""
    return f"{told}: {seen}.{ended}"


def _how_it_ended(command: ActionReport) -> str:
    """Say what is special about how the command ended; "" for exit code 0."""
    if command.lost:
        return "This service was cut off while the command ran, so how it ended is not known"
    if command.timed_out:
        return f"The command did not end within {command.seconds:.0f} s and was ended"
    if command.problem:
        return f"The command could not be run ({command.problem})"
    if command.exit_code:
        return f"The command failed with exit code {command.exit_code}"
    return ""


def _health_words(before: ServiceLook, after: ServiceLook) -> str:
    detail = f" ({after.health_detail})" if after.health_detail else ""
    if after.healthy is None:
        return "health is not known"
    if after.healthy:
        again = "again" if before.healthy is False else "as before"
        return f"health is good {again}{detail}" if before.healthy is not None else f"health is good{detail}"
    if before.healthy:
        return f"health was good and fails now{detail}"
    return f"health still fails{detail}" if before.healthy is False else f"health fails{detail}"


def _error_words(errors: _Errors, before: ServiceLook, after: ServiceLook) -> str:
    if before.errors is None or after.errors is None:
        note = after.log_note or before.log_note
        return f"errors are not known ({note})" if note else "errors are not known"
    counted = (
        f"{after.errors} errors in the last {after.span_seconds:.0f} s,"
        f" {before.errors} in the {before.span_seconds:.0f} s before it"
    )
    if errors is _Errors.TOO_EARLY:
        return f"{counted}, which is too few to tell"
    return counted
