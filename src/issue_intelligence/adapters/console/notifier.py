"""Prints notices, two to six lines each, in colour on a terminal."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.text import Text

from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.ports.errors import PermanentError

MAX_DETAILS = 3
_MAX_LINE_CHARS = 400
# A workflow that runs again after a crash in the same process says nothing twice; a new process cannot know.
_REMEMBERED = 1_000

_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
_VERDICTS = {
    Conclusion.REAL: "real",
    Conclusion.POSSIBLE: "possibly real",
    Conclusion.NOT_REAL: "not a service problem",
    Conclusion.SUPPRESSED: "expected for now",
    Conclusion.MONITORING: "monitoring problem",
    Conclusion.UNCONFIRMED: "not confirmed",
}
_CALM = {Conclusion.NOT_REAL, Conclusion.SUPPRESSED}


class ConsoleNotifier:
    """Writes to a rich Console, or hands each notice as plain text to a function."""

    keeps_current = False

    def __init__(self, write: Callable[[str], None] | Console) -> None:
        self._write = write
        self._told: deque[str] = deque(maxlen=_REMEMBERED)
        # Notices of several incidents must not run into each other.
        self._lock = asyncio.Lock()

    @property
    def description(self) -> str:
        return "the terminal"

    async def notify(
        self,
        notice: IncidentNotice,
        *,
        marker: str,
        unknown_since: datetime | None = None,  # noqa: ARG002 - nobody can look at what a terminal has shown
    ) -> bool:
        async with self._lock:
            if marker in self._told:
                return False
            text = compose_text(notice)
            try:
                # A terminal that a person has stopped would otherwise stop the whole service.
                await asyncio.to_thread(self._print, text)
            except (OSError, ValueError) as error:
                raise PermanentError(f"the terminal cannot be written to: {error}") from error
            self._told.append(marker)
            return True

    def _print(self, text: Text) -> None:
        if isinstance(self._write, Console):
            self._write.print(text, soft_wrap=True)
        else:
            self._write(text.plain)


def compose_text(notice: IncidentNotice) -> Text:
    """Lay a notice out, the fact first; text from outside cannot steer the terminal."""
    label, style = _label(notice)
    # How sure we are of not knowing helps nobody.
    sure = "" if notice.conclusion is Conclusion.UNCONFIRMED else f", {notice.confidence} % sure"
    text = Text.assemble(
        (f" {label} ", style),
        (f" {_line(notice.service)}", "bold"),
        f" · {_line(notice.alert_name)}: {_VERDICTS[notice.conclusion]}{sure}",
    )
    address = f": {_line(notice.issue_url)}" if notice.issue_url else ""
    text.append(f"\n    {_line(notice.headline)}")
    text.append(f"\n    → {_line(notice.result)}{address}", "bold")
    for detail in notice.details[:MAX_DETAILS]:
        text.append(f"\n    {_line(detail)}", "dim")
    return text


def _label(notice: IncidentNotice) -> tuple[str, str]:
    if notice.conclusion in _CALM:
        return "OK", "green"
    if notice.conclusion is Conclusion.UNCONFIRMED:
        return "UNCLEAR", "yellow"
    return notice.severity.value.upper(), _STYLES[notice.severity]


def _line(text: str) -> str:
    return one_line(text, _MAX_LINE_CHARS)
