"""Reads windows of log from Loki: page by page from the newest line back, and says what it did not read."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from issue_intelligence.adapters.loki.answers import Streams
from issue_intelligence.adapters.loki.client import LokiClient
from issue_intelligence.adapters.loki.failures import (
    AnswerTooLargeError,
    LimitTooHighError,
    TooMuchAskedError,
)
from issue_intelligence.adapters.loki.pages import Pages
from issue_intelligence.core.investigate.log_lines import MAX_LINE_CHARS
from issue_intelligence.core.investigate.shipped_lines import read_shipped_lines
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError
from issue_intelligence.ports.log_source import LogBatch, LogQuery

# What Loki allows unless it was told otherwise (max_entries_limit_per_query).
MAX_PAGE_LINES = 5_000
# A Loki of very small pages is asked so often and no more.
MAX_PAGES = 60
# Of all pages of one fetch; three of them share the child's memory.
MAX_CHARS = 32 * 1024 * 1024
DEFAULT_TIMEOUT_SECONDS = 45.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LokiLogSource:
    """Implements ports.log_source.LogSource.

    `timeout_seconds` bounds one fetch with all of its pages. `page_lines` is asked for at most at once; what
    Loki turns out to allow is kept for the next fetch.
    """

    def __init__(
        self,
        client: LokiClient,
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        page_lines: int = MAX_PAGE_LINES,
    ) -> None:
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._page_lines = page_lines

    @property
    def description(self) -> str:
        return self._client.description

    async def fetch(self, query: LogQuery) -> LogBatch:
        if not query.selector:
            raise PermanentError(
                "the alert names no service, so Loki was not asked: give the alert rule a label `service`,"
                " or describe the service in [[services]]"
            )
        look = _Look(
            query=query,
            page_lines=self._page_lines,
            start_ns=_ns(query.from_at),
            # Loki's end is exclusive, ours is not.
            end_ns=_ns(query.until_at) + 1,
        )
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._read_window(look)
        except TimeoutError as error:
            if not look.pages.count:
                raise TransientError(
                    f"no complete answer from {self.description} within {self._timeout_seconds:g} s"
                ) from error
            look.leave_out(f"only the newest part was read: Loki took over {self._timeout_seconds:g} s")
        return await asyncio.to_thread(_batch, look)

    async def _read_window(self, look: "_Look") -> None:
        for _ in range(MAX_PAGES):
            end_ns = look.end_of_next_page
            if look.is_done or end_ns <= look.start_ns:
                return
            limit = min(look.page_lines, look.still_wanted)
            streams = await self._read_page(look, end_ns, limit)
            if streams is not None:
                look.take(streams, limit)
        if not look.is_done:
            look.leave_out(f"only the newest {look.pages.count:,} lines were read, in {MAX_PAGES} pages")

    async def _read_page(self, look: "_Look", end_ns: int, limit: int) -> Streams | None:
        """Read one page; None when it is to be asked for differently, or not any more."""
        try:
            return await self._client.query_range(
                look.query.selector, start_ns=look.start_ns, end_ns=end_ns, limit=limit
            )
        except LimitTooHighError as error:
            if error.limit >= limit:
                raise
            self._page_lines = look.page_lines = error.limit
        except AnswerTooLargeError as error:
            if limit == 1:
                look.leave_out(f"{error}, although only one line was asked for", is_done=True)
            look.page_lines = max(1, limit // 4)
        except OutsideError as error:
            if look.pages.count:
                look.leave_out(f"only the newest {look.pages.count:,} lines were read: {error}", is_done=True)
            elif isinstance(error, TooMuchAskedError) and not look.is_halved:
                look.halve(end_ns, error)
            else:
                raise
        return None


@dataclass(slots=True, kw_only=True)
class _Look:
    """One fetch under way."""

    query: LogQuery
    start_ns: int
    end_ns: int
    page_lines: int
    pages: Pages = field(default_factory=Pages)
    is_halved: bool = False
    is_done: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def end_of_next_page(self) -> int:
        border_ns = self.pages.border_ns
        if border_ns is None:
            return self.end_ns
        # The border's nanosecond is asked for again, since more may have happened in it.
        return border_ns + (1 if self.pages.at_border else 0)

    @property
    def still_wanted(self) -> int:
        # One line more than the limit tells that there are more.
        return self.query.limit + 1 - self.pages.count + self.pages.at_border

    def take(self, streams: Streams, limit: int) -> None:
        received = sum(len(stream) for stream in streams)
        new = self.pages.add(streams)
        if received < limit or self.pages.count > self.query.limit:
            self.is_done = True
        elif self.pages.chars > MAX_CHARS:
            self.leave_out(
                f"only the newest {self.pages.count:,} lines were read: they fill {MAX_CHARS >> 20} MiB",
                is_done=True,
            )
        elif not new:
            self.leave_out(f"more than {limit:,} lines have the same time, and not all of those were read")
            self.pages.step_over_border()

    def halve(self, end_ns: int, error: OutsideError) -> None:
        """Go on with the newer half."""
        self.is_halved = True
        self.start_ns += (end_ns - self.start_ns) // 2
        self.leave_out(f"the part before {_time(self.start_ns):%H:%M:%S} UTC was not read: {error}")

    def leave_out(self, note: str, *, is_done: bool = False) -> None:
        self.notes.append(note)
        self.is_done = self.is_done or is_done


def _batch(look: _Look) -> LogBatch:
    limit = look.query.limit
    notes = list(look.notes)
    lines = read_shipped_lines(look.pages.newest(limit))
    if look.pages.count > limit:
        since = f" since {lines[0].at:%H:%M:%S} UTC" if lines[0].at else ""
        notes.append(f"there are more than {limit:,} lines, and only the newest {limit:,}{since} were read")
    cut = sum(len(line.message) >= MAX_LINE_CHARS for line in lines)
    if cut:
        notes.append(
            f"{'1 line is' if cut == 1 else f'{cut:,} lines are'} longer than"
            f" {MAX_LINE_CHARS:,} characters, and what follows them was cut off"
        )
    is_incomplete = bool(look.notes) or look.pages.count > limit
    if not lines and not is_incomplete:
        notes.append(_NOTHING)
    return LogBatch(lines=lines, truncated=is_incomplete, notes=tuple(notes))


# Loki gives the same answer for a silent service, a selector that fits nothing and a wrong tenant.
_NOTHING = (
    "Loki has no line for this query: if the service does log, check its `selector`, and LOKI_TENANT_ID if"
    " Loki has tenants"
)


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000


def _time(ns: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ns // 1_000)
