"""Durable steps in memory: finished ones are skipped, and a test may pull the plug after any of them."""

import json
from collections.abc import Mapping

from issue_intelligence.ports.durable import Action, T
from issue_intelligence.ports.errors import PermanentError, TransientError

_ATTEMPTS = 3


class PowerCutError(Exception):
    """The process ended here."""


class FakeDurableRun:
    """`results` outlives the run, as the engine's tables do; it holds what the engine could store."""

    def __init__(self, results: dict[str, str], *, cut_after: str = "") -> None:
        """`cut_after` names the step that acts and is not recorded any more."""
        self._results = results
        self._cut_after = cut_after

    async def step(self, name: str, action: Action[T]) -> T:
        if name not in self._results:
            value = await _tried(action)
            if name == self._cut_after:
                raise PowerCutError(name)
            self._results[name] = json.dumps(value)
        stored: T = json.loads(self._results[name])
        return stored

    async def side_by_side(self, actions: Mapping[str, Action[T]]) -> dict[str, T]:
        return {name: await self.step(name, actions[name]) for name in sorted(actions)}


async def _tried(action: Action[T]) -> T:
    for _ in range(_ATTEMPTS - 1):
        try:
            return await action()
        except TransientError:
            continue
    try:
        return await action()
    except TransientError as error:
        raise PermanentError(str(error)) from error
