"""What people do with maintenance windows: those of the configuration are listed beside their own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from issue_intelligence.core.intake.window_text import WindowText, read_window
from issue_intelligence.core.model.maintenance import MaintenanceWindow, WindowOrigin
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.knowledge.silences import check_each
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.maintenance_store import MaintenanceStore


class WindowOfFileError(ValueError):
    """The window stands in the configuration, and only there can it be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceCalendar:
    store: MaintenanceStore
    of_file: Sequence[MaintenanceWindow]
    clock: Clock

    async def all(self) -> tuple[MaintenanceWindow, ...]:
        """Give those of the configuration first."""
        return (*self.of_file, *await self.store.all())

    async def one(self, window_id: str) -> MaintenanceWindow | None:
        return next((window for window in await self.all() if window.id == window_id), None)

    async def add(self, text: WindowText, *, by: str) -> MaintenanceWindow:
        """Make a window. Raises WindowError, InvalidSilenceError for a matcher, and OutsideError."""
        check_each(text.matchers)
        clean = replace(text, name=redact(text.name), comment=redact(text.comment))
        window = read_window(clean, window_id=uuid4().hex, by=redact(by), origin=WindowOrigin.API)
        await self.store.add(window, self.clock.now())
        return window

    async def remove(self, window_id: str, *, by: str) -> bool:
        """Remove a window, and have what it kept quiet looked at; False when there is no such window.

        Raises WindowOfFileError and OutsideError.
        """
        if any(window.id == window_id for window in self.of_file):
            raise WindowOfFileError("it stands in the configuration file; remove it there")
        return await self.store.remove(window_id, self.clock.now(), redact(by))
