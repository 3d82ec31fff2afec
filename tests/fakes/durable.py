"""Durable steps in memory: finished ones are skipped, and a test may pull the plug after any of them."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from issue_intelligence.ports.durable import Action, T
from issue_intelligence.ports.errors import PermanentError, TransientError

_ATTEMPTS = 3


class PowerCutError(Exception):
    """The process ended here."""


class FakeDurableRun:
    """`results` outlives the run, as the engine's tables do; it holds what the engine could store."""

    def __init__(
        self,
        results: dict[str, str],
        *,
        cut_after: str = "",
        on_pause: Callable[[timedelta], None] | None = None,
    ) -> None:
        """`cut_after` names the step that acts and is not recorded any more; "pause" is the first pause.

        A pause takes no time; `on_pause` is told how long it would have been.
        """
        self._results = results
        self._cut_after = cut_after
        self._on_pause = on_pause

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

    async def pause(self, seconds: float) -> None:
        if self._cut_after == "pause":
            raise PowerCutError("pause")
        if seconds > 0 and self._on_pause is not None:
            self._on_pause(timedelta(seconds=seconds))


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
