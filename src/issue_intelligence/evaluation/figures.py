"""The figures of an evaluation: shares with their bounds, and whether the confidence means what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from issue_intelligence.evaluation.bounds import wilson_interval
from issue_intelligence.evaluation.judging import Actual, Case, within_one_step

# Keys of expected.toml, under the names of the figures.
_ACCURACIES = {
    "type": "type",
    "component": "component",
    "known_issue": "known_issue",
    "error": "error_contains",
    "culprit": "culprit_contains",
    "remediation": "remediation",
    "should_create_issue": "should_create_issue",
    "should_update_existing": "should_update_existing",
    "incidents": "incidents",
}
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    successes: int
    trials: int

    @property
    def value(self) -> float | None:
        """None when there was nothing to count."""
        return self.successes / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson_interval(self.successes, self.trials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The decisions of one span of confidence, and how many of them were right."""

    # 0 to 1; the last bin holds its upper end too.
    lower: float
    upper: float
    right: Share
    mean_confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    # None when no decision about real or not is judged.
    brier: float | None
    # Without the empty ones, the least sure first.
    bins: tuple[Bin, ...]


def shares(cases: Sequence[Case]) -> dict[str, Share]:
    """Compute every share by its name; a scenario counts only where its key is judged.

    precision: of those decided real, the share that is. recall: of the real, the share decided real.
    false_suppression: of the real, the share that nobody would hear of: decided not real, suppressed, still
    unconfirmed, or left without the issue that was expected. severity, type and so on: the share that is as
    expected; severity_within_one_step: the share at most one step from what is acceptable.
    """
    judged = [case for case in cases if case.expects_real is not None]
    real = [case for case in judged if case.expects_real]
    called_real = [case for case in judged if case.actual is not None and case.actual.is_real]
    graded = [case for case in cases if case.expected.severity is not None]
    return {
        "precision": _share(called_real, [case for case in called_real if case.expects_real]),
        "recall": _share(real, [case for case in real if case.actual is not None and case.actual.is_real]),
        "false_suppression": _share(real, [case for case in real if is_falsely_suppressed(case)]),
        "severity": _share(graded, [case for case in graded if case.judged["severity"]]),
        "severity_within_one_step": _share(graded, [case for case in graded if _is_near(case)]),
        **{name: _accuracy(cases, key) for name, key in _ACCURACIES.items()},
    }


def is_falsely_suppressed(case: Case) -> bool:
    """Tell whether a real incident would have stayed without notice."""
    if not case.expects_real:
        return False
    if case.actual is None or not case.actual.is_real:
        return True
    return set(case.expected.should_create_issue or ()) == {True} and not case.judged["should_create_issue"]


def calibration(cases: Sequence[Case]) -> Calibration:
    """Hold the confidence against how often the decision between real and not real was right.

    A decision of confidence 80 says: right in 80 of 100 cases. The Brier score is the mean squared
    difference between that and what was; 0 is perfect, and 0.25 is what "50" for everything gives.
    """
    forecasts = [
        (case.actual.confidence / 100, case.actual.is_real is case.expects_real)
        for case in cases
        if case.actual is not None and case.expects_real is not None
    ]
    if not forecasts:
        return Calibration(brier=None, bins=())
    brier = sum((sure - right) ** 2 for sure, right in forecasts) / len(forecasts)
    bins = []
    for index in range(_BINS):
        inside = [each for each in forecasts if min(int(each[0] * _BINS), _BINS - 1) == index]
        if inside:
            right = Share(successes=sum(right for _, right in inside), trials=len(inside))
            mean = sum(sure for sure, _ in inside) / len(inside)
            bins.append(
                Bin(lower=index / _BINS, upper=(index + 1) / _BINS, right=right, mean_confidence=mean)
            )
    return Calibration(brier=brier, bins=tuple(bins))


def _share(all_of_them: Sequence[Case], those: Sequence[Case]) -> Share:
    return Share(successes=len(those), trials=len(all_of_them))


def _accuracy(cases: Sequence[Case], key: str) -> Share:
    judged = [case.judged[key] for case in cases if key in case.judged]
    return Share(successes=sum(judged), trials=len(judged))


def _is_near(case: Case) -> bool:
    actual: Actual | None = case.actual
    return actual is not None and within_one_step(case.expected.severity or (), actual.severity)
