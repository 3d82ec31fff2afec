"""What is left of a run that failed for good."""

from types import SimpleNamespace
from typing import Any

from issue_intelligence.bootstrap.background import Background
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.ports.incident_store import Run
from tests.fakes.stopped_clock import StoppedClock

RUN = Run(incident_id="a" * 32, revision=2)


class FakeStores:
    """Keeps the letters and the reasons that are written."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []
        self.reasons: list[str] = []
        self.dead_letters = self.ledger = self.incidents = self

    async def add(self, letter: DeadLetter) -> None:
        self.letters.append(letter)

    async def give_up(self, _incident_id: str, _revision: int, reason: str) -> None:
        self.reasons.append(reason)

    async def finish_run(self, _run: Run, *_args: Any, **_kwargs: Any) -> None:
        """No reason is written here."""


async def give_up(stores: FakeStores, reason: str) -> None:
    background = SimpleNamespace(_stores=stores, _clock=StoppedClock())
    await Background._give_up(background, RUN, "report_issue", reason)  # type: ignore[arg-type]


async def test_secret_in_an_error_is_kept_nowhere() -> None:
    stores = FakeStores()
    await give_up(stores, "GET https://bot:hunter2secret@git.example/api answered 500")
    assert "hunter2secret" not in f"{stores.letters} {stores.reasons}"
    assert "answered 500" in stores.letters[0].reason
