"""Tells people: intent before effect, and one who cannot be told keeps nobody else from hearing it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.report.effects import run_marker
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.dead_letters import DeadLetter, DeadLetters
from issue_intelligence.ports.errors import OutsideError, PermanentError, RateLimitedError, StorageError
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.notice_log import NoticeLog
from issue_intelligence.ports.notifier import Notifier

log = structlog.get_logger()

# A remediation must not wait for a channel that is slow; the end of the look tells all the same.
ANNOUNCE_SECONDS = 15.0
# Who asks for more patience is told by the next look: until this run ends, nobody looks at the incident.
PATIENCE_SECONDS = 300.0
STEP = "notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    log: NoticeLog
    notifiers: Sequence[Notifier]
    dead_letters: DeadLetters
    clock: Clock
    announce_seconds: float = ANNOUNCE_SECONDS

    @property
    def has_current(self) -> bool:
        """Tell whether any notifier keeps a message up to date, so that announcing means something."""
        return any(notifier.keeps_current for notifier in self.notifiers)

    async def announce(self, run: Run, notice: IncidentNotice) -> int:
        """Tell those who keep a message up to date; `tell` makes up for what fails. Give how many told."""
        told = 0
        for notifier in self.notifiers:
            if not notifier.keeps_current:
                continue
            try:
                async with asyncio.timeout(self.announce_seconds):
                    told += await self._deliver(notifier, notice, run, what="announce")
            except StorageError:
                raise
            except (OutsideError, TimeoutError) as error:
                reason = redact(str(error)) or "it took too long"
                log.warning("announcement_failed", notifier=notifier.description, reason=reason)
        return told

    async def tell(self, run: Run, notice: IncidentNotice, *, deserved: bool) -> int:
        """Tell everybody; give how many told people. `deserved`: worth a line to those who only ever add.

        What cannot succeed goes on the dead-letter list, and the others are told all the same. What may
        pass is raised when everybody has had a turn.
        """
        told, waiting = 0, None
        for notifier in self.notifiers:
            if not (deserved or notifier.keeps_current):
                continue
            try:
                told += await self._deliver(notifier, notice, run, what="notify")
            except PermanentError as error:
                await self.note_untold(run, f"{notifier.description} was not told: {error}")
            except OutsideError as error:
                if _asks_for_too_much(error):
                    await self.note_untold(run, f"{notifier.description} was not told: {error}")
                else:
                    waiting = error
        if waiting is not None:
            raise waiting
        return told

    async def note_untold(self, run: Run, reason: str) -> None:
        """Keep what could not be told where people see it; the run goes on."""
        # Errors repeat what they failed on.
        reason = redact(reason)
        log.warning("notice_failed", incident_id=run.incident_id, reason=reason)
        await self.dead_letters.add(
            DeadLetter(
                step=STEP,
                incident_id=run.incident_id,
                revision=run.revision,
                reason=reason,
                at=self.clock.now(),
            )
        )

    async def _deliver(self, notifier: Notifier, notice: IncidentNotice, run: Run, *, what: str) -> int:
        """Deliver one notice, unless it was; give 1 when people were told something, else 0."""
        name = notifier.description
        marker = run_marker(run.incident_id, run.revision, f"{what} {name}")
        intent = await self.log.intend(notice, marker=marker, channel=name, now=self.clock.now())
        if intent.is_sent:
            return 0
        told = await notifier.notify(notice, marker=marker, unknown_since=intent.unknown_since)
        await self.log.sent(marker, self.clock.now())
        return int(told)


def _asks_for_too_much(error: OutsideError) -> bool:
    return isinstance(error, RateLimitedError) and (error.retry_after_seconds or 0) > PATIENCE_SECONDS
