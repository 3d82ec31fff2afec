"""Counts what the pipeline does, for those who watch the watcher."""

from typing import Protocol

from issue_intelligence.core.model.evidence import CollectorName, EvidenceStatus
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.core.model.verdict import Conclusion


class Meter(Protocol):
    def collected(self, collector: CollectorName, status: EvidenceStatus, seconds: float) -> None: ...

    def decided(self, conclusion: Conclusion) -> None: ...

    def reported(self, action: str) -> None:
        """Count one run's effect on an issue: an action of core/report/plan.py."""
        ...

    def dropped_by_tracker(self, what: str) -> None:
        """Count an issue whose "labels" or "assignees" the tracker left out without a word."""
        ...

    def remediated(self, outcome: Outcome) -> None:
        """Count one remediation that was tried or refused."""
        ...

    def run_ended(self, seconds: float, *, failed_step: str = "") -> None:
        """Count one run; `failed_step` is "" when it reached its end."""
        ...
