"""Durable steps, so that the pipeline need not know the engine."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

# What a step may return: it is stored as JSON.
StepResult = str | int | float | bool | None | dict[str, "StepResult"] | list["StepResult"]
T = TypeVar("T", bound=StepResult)


class DurableRun(Protocol):
    """One run of one workflow. A finished step is skipped after a crash and gives its stored result."""

    async def step(self, name: str, action: Callable[[], Awaitable[T]]) -> T:
        """Run `action` once, retrying TransientError with backoff.

        A crash in mid-step runs the action again, so it must look before it acts.
        Raises PermanentError, or TransientError when retries are used up.
        """
        ...

    async def side_by_side(self, actions: dict[str, Callable[[], Awaitable[T]]]) -> dict[str, T]:
        """Run the steps at once, started in the order of their names."""
        ...


class WorkflowStarter(Protocol):
    async def start(self, incident_id: str, revision: int) -> None:
        """Start the run of this revision, once: a second call for the same pair does nothing."""
        ...
