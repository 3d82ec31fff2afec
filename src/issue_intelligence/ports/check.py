"""Whether a system that is configured can be worked with, and what to do when it cannot."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    OK = "ok"
    # It works, but less than one may think.
    WARNING = "warning"
    FAILED = "failed"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    # What was looked at: "Loki", "Slack".
    system: str
    state: CheckState
    # One sentence about what was found.
    sentence: str
    # What to do about it; "" when there is nothing to do.
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look at one system, by calls that change nothing there."""

    system: str
    # Never raises for what the other side does.
    look: Callable[[], Awaitable[Sequence[CheckResult]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsOf:
    """Makes the results of one system."""

    system: str

    def ok(self, sentence: str) -> CheckResult:
        return CheckResult(system=self.system, state=CheckState.OK, sentence=sentence)

    def warning(self, sentence: str, advice: str) -> CheckResult:
        return CheckResult(system=self.system, state=CheckState.WARNING, sentence=sentence, advice=advice)

    def failed(self, sentence: str, advice: str) -> CheckResult:
        return CheckResult(system=self.system, state=CheckState.FAILED, sentence=sentence, advice=advice)

    def not_configured(self, sentence: str, advice: str) -> CheckResult:
        return CheckResult(
            system=self.system, state=CheckState.NOT_CONFIGURED, sentence=sentence, advice=advice
        )
