"""Durable steps, so that the pipeline need not know the engine."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from issue_intelligence.ports.incident_store import Run

# What a step returns is stored as JSON: text, numbers, booleans, None, and dicts and lists of them.
T = TypeVar("T")
Action = Callable[[], Awaitable[T]]


class DurableRun(Protocol):
    """One run of the workflow. A finished step is skipped after a crash and gives its stored result."""

    async def step(self, name: str, action: Action[T]) -> T:
        """Run `action` once, retrying TransientError with backoff.

        A crash in mid-step runs the action again, so it must look before it acts.
        Raises PermanentError when the action did, or when retries are used up.
        """
        ...

    async def side_by_side(self, actions: Mapping[str, Action[T]]) -> dict[str, T]:
        """Run the steps at once, numbered in the order of their names."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait, and let a process that is asked to end do so.

        Nothing is stored: after a restart the caller computes anew what is left, from a time that a
        step gave. Zero and less is no wait.
        """
        ...


class WorkflowStarter(Protocol):
    async def start(self, run: Run) -> None:
        """Start this run, once: a second call for the same run does nothing."""
        ...


class FinishedRuns(Protocol):
    async def delete_finished(self, before: datetime, limit: int) -> int:
        """Forget the steps of runs that ended before that; give how many, `limit` when there may be more.

        Raises TransientError while the engine's database is away.
        """
        ...
