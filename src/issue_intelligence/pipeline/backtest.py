"""Adds up what deciding again came to."""

from dataclasses import dataclass, field

from issue_intelligence.core.decide.comparison import Accuracy, accuracy_of
from issue_intelligence.pipeline.decide_again import DecidedAgain, PackResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    # Alerts and incidents that were decided again.
    alerts: int
    incidents: int
    # Alerts that have no decision yet, and those whose decision is of another release.
    undecided: int
    unreadable: int
    # The incidents that are decided otherwise now, by the time of their decision.
    changed: tuple[DecidedAgain, ...]
    before: Accuracy
    after: Accuracy


@dataclass(slots=True)
class Tally:
    """Pieces come in any order."""

    _results: list[PackResult] = field(default_factory=list)
    # Alerts, decided or not.
    seen: int = 0

    def add(self, result: PackResult) -> None:
        self._results.append(result)
        self.seen += result.alerts + result.undecided + result.unreadable

    def result(self) -> Backtest:
        changed = [each for result in self._results for each in result.changed]
        return Backtest(
            alerts=sum(each.alerts for each in self._results),
            incidents=sum(each.incidents for each in self._results),
            undecided=sum(each.undecided for each in self._results),
            unreadable=sum(each.unreadable for each in self._results),
            changed=tuple(sorted(changed, key=lambda each: (each.decided_at, each.incident_id))),
            before=accuracy_of([each for result in self._results for each in result.before]),
            after=accuracy_of([each for result in self._results for each in result.after]),
        )
