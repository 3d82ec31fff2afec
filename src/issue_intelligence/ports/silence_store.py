"""Keeps silences."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.silence import Silence


class SilenceStore(Protocol):
    async def add(self, silence: Silence) -> None: ...

    async def in_force(self, now: datetime) -> tuple[Silence, ...]: ...
