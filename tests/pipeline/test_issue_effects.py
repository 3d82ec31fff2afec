"""A step that was cut off runs again, and looks before it acts."""

from datetime import datetime

from issue_intelligence.core.model.issue import IssueText, TrackedIssue
from issue_intelligence.pipeline.issue_effects import IssueEffects
from issue_intelligence.ports.incident_store import Run
from tests.fakes.stopped_clock import StoppedClock
from tests.fakes.tracker import FakeTracker
from tests.pipeline.journey_parts import Stage

RUN = Run(incident_id="a" * 32, revision=1)
KEY = "c" * 32
TEXT = IssueText(title="It fails", body="It fails.", labels=())


class SlowlySearched(FakeTracker):
    """Its search does not know new issues yet, as GitHub's for minutes."""

    async def find_by_marker(self, marker: str, *, since: datetime | None = None) -> TrackedIssue | None:
        return None


async def test_issue_that_is_noted_as_created_is_looked_up_by_its_number(stage: Stage) -> None:
    clock = StoppedClock()
    tracker = SlowlySearched(clock=clock)
    effects = IssueEffects(ledger=stage.ledger, tracker=tracker, clock=clock)
    first = await effects.create(RUN, TEXT, issue_key=KEY, generation=0)
    # The process ended before the engine had noted that this step was done.
    second = await effects.create(RUN, TEXT, issue_key=KEY, generation=0)
    assert first == second
    assert list(tracker.issues) == [1]
