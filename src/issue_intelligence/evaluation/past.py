"""What a scenario says of earlier incidents: which of them had the cause that is found now."""

from collections.abc import Sequence
from datetime import datetime

from issue_intelligence.core.investigate.known_issues import KnownIssueMatcher, best_match
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.masking import mask
from issue_intelligence.core.investigate.rank_against import ranked
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText, TrackedIssue
from issue_intelligence.core.model.logs import LogAnalysis, RankedError, StackTrace
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.evaluation.model import PastEntry
from issue_intelligence.ports.errors import PermanentError

PLACE = "scenario"
# A shorter text stands in many others.
_SHORTEST_PART = 12


def had_the_cause(entry: PastEntry, found: Investigation, starts_at: datetime) -> bool:
    """Tell whether an earlier incident had the cause that this investigation names.

    It had if its error is the same but for its variables, or the same known issue speaks of it. An entry
    without an error is of the same cause.
    """
    if not entry.error:
        return True
    # What was found is redacted, so the same words are to be compared.
    error = redact(entry.error)
    evidence = ranked(found, starts_at).logs
    logs = evidence.data if evidence else None
    if logs is not None and logs.errors and _is_same_error(error, logs):
        return True
    return _same_known_issue(error, found)


def _is_same_error(error: str, logs: LogAnalysis) -> bool:
    earlier = analyze_log([read_log_line(*each) for each in enumerate(error.splitlines(), start=1)])
    now, then = _names(logs.errors[0], logs), _names_of_error(error, earlier)
    if now & then:
        return True
    first_line = mask(error.splitlines()[0]).casefold()
    return len(first_line) >= _SHORTEST_PART and any(
        first_line in name or name in first_line for name in now if len(name) >= _SHORTEST_PART
    )


def _names(top: RankedError, analysis: LogAnalysis) -> set[str]:
    trace = next((each for each in analysis.stack_traces if each.fingerprint == top.fingerprint), None)
    texts = (top.message, top.announcement, *(_heads(trace) if trace else ()))
    own = {top.fingerprint, *top.members, top.pattern.casefold()}
    return own | {mask(text).casefold() for text in texts if text}


def _names_of_error(text: str, analysis: LogAnalysis) -> set[str]:
    names = {mask(text.splitlines()[0]).casefold()}
    return names.union(*(_names(each, analysis) for each in analysis.errors))


def _heads(trace: StackTrace) -> tuple[str, ...]:
    return (
        f"{trace.exception}: {trace.message}",
        trace.message,
        *(f"{cause.exception}: {cause.message}" for cause in trace.causes),
        *(cause.message for cause in trace.causes),
    )


def _same_known_issue(error: str, found: Investigation) -> bool:
    matches = found.known_issues.data if found.known_issues else None
    best = best_match(matches or ())
    return best is not None and bool(KnownIssueMatcher([best.known_issue]).match([(error, 1)], ()))


class PastIssues:
    """Implements ports.tracker.Tracker over the issues of a scenario's history; it takes no writes."""

    def __init__(self, history: Sequence[PastEntry]) -> None:
        # Of one number the newest entry tells how it stands.
        ordered = sorted(history, key=lambda entry: entry.started_at)
        self._states = {each.issue_number: each.issue_state for each in ordered if each.issue_number}

    @property
    def description(self) -> str:
        return "the scenario's issues"

    @property
    def place(self) -> str:
        return PLACE

    async def get(self, number: int) -> TrackedIssue | None:
        if number not in self._states:
            return None
        return TrackedIssue(
            number=number,
            url=f"scenario:issues/{number}",
            state=self._states[number],
            close_reason=None,
            closed_at=None,
            title=f"issue {number}",
        )

    async def carries(self, number: int, *, marker: str) -> bool:  # noqa: ARG002
        return False

    async def find_by_marker(self, marker: str, *, since: datetime | None = None) -> TrackedIssue | None:  # noqa: ARG002
        return None

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue:  # noqa: ARG002
        raise _nothing_is_written()

    async def has_comment(self, number: int, *, marker: str, since: datetime | None = None) -> bool:  # noqa: ARG002
        return False

    async def comment(self, number: int, body: str, *, marker: str) -> None:  # noqa: ARG002
        raise _nothing_is_written()

    async def reopen(self, number: int) -> None:  # noqa: ARG002
        raise _nothing_is_written()

    async def close(self, number: int, reason: CloseReason) -> None:  # noqa: ARG002
        raise _nothing_is_written()


def _nothing_is_written() -> PermanentError:
    return PermanentError("an evaluation writes nothing outside")


def issue_of(entries: Sequence[PastEntry]) -> int | None:
    """Give the issue that stands for a cause: the newest open one of its incidents, else the newest."""
    numbered = sorted((each for each in entries if each.issue_number), key=lambda each: each.started_at)
    opened = [each for each in numbered if each.issue_state is IssueState.OPEN]
    newest = (opened or numbered)[-1:]
    return newest[0].issue_number if newest else None
