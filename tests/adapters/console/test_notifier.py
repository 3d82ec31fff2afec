"""Two to six readable lines a notice."""

import io

import pytest
from rich.console import Console

from issue_intelligence.adapters.console.notifier import ConsoleNotifier
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.notifier import Notifier


def _notice(**changes: object) -> IncidentNotice:
    values: dict[str, object] = {
        "incident_id": "3b24",
        "service": "checkout",
        "alert_name": "HighErrorRate",
        "conclusion": Conclusion.REAL,
        "confidence": 90,
        "severity": Severity.HIGH,
        "headline": "TypeError: x is undefined [REDACTED:email]",
        "result": "issue created",
        "details": ("Why: 21 errors", "firing for 60 s"),
        "issue_url": "file:///data/issues/0001-x.md",
    }
    return IncidentNotice(**(values | changes))  # type: ignore[arg-type]


async def test_notice_reads_well() -> None:
    said: list[str] = []
    notifier: Notifier = ConsoleNotifier(said.append)
    await notifier.notify(_notice(), marker="a")
    assert said == [
        (
            " HIGH  checkout · HighErrorRate: real, 90 % sure\n"
            "    TypeError: x is undefined [REDACTED:email]\n"
            "    → issue created: file:///data/issues/0001-x.md\n"
            "    Why: 21 errors\n"
            "    firing for 60 s"
        )
    ]


async def test_good_news_is_not_shouted() -> None:
    said: list[str] = []
    notice = _notice(
        conclusion=Conclusion.NOT_REAL, severity=Severity.CRITICAL, result="no issue", issue_url=""
    )
    await ConsoleNotifier(said.append).notify(notice, marker="a")
    assert said[0].startswith(" OK  checkout · HighErrorRate: not a service problem, 90 % sure\n")
    assert "→ no issue\n" in said[0]


async def test_what_nothing_confirms_is_not_called_ok() -> None:
    said: list[str] = []
    notice = _notice(conclusion=Conclusion.UNCONFIRMED, confidence=40, severity=Severity.LOW)
    await ConsoleNotifier(said.append).notify(notice, marker="a")
    assert said[0].startswith(" UNCLEAR  checkout · HighErrorRate: not confirmed\n")


@pytest.mark.parametrize("details", [(), ("x",) * 20])
async def test_notice_has_two_to_six_lines(details: tuple[str, ...]) -> None:
    said: list[str] = []
    await ConsoleNotifier(said.append).notify(_notice(details=details), marker="a")
    assert 2 <= len(said[0].splitlines()) <= 6


async def test_same_marker_is_said_once() -> None:
    said: list[str] = []
    notifier = ConsoleNotifier(said.append)
    await notifier.notify(_notice(), marker="a")
    await notifier.notify(_notice(), marker="a")
    await notifier.notify(_notice(), marker="b")
    assert len(said) == 2


async def test_text_from_outside_steers_no_terminal() -> None:
    output = io.StringIO()
    console = Console(file=output, force_terminal=False)
    await ConsoleNotifier(console).notify(
        _notice(headline="\x1b[2Jgone\r\nfake", service="[bold]x[/bold] :boom:"), marker="a"
    )
    assert "gone fake" in output.getvalue()
    assert "\x1b" not in output.getvalue()
    # Rich's own markup is text too.
    assert "[bold]x[/bold] :boom:" in output.getvalue()


async def test_terminal_gets_colours() -> None:
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, color_system="standard", width=40, _environ={})
    await ConsoleNotifier(console).notify(_notice(), marker="a")
    assert "\x1b[1;31m HIGH " in output.getvalue()


async def test_closed_output_is_permanent_and_not_taken_for_said() -> None:
    output = io.StringIO()
    notifier = ConsoleNotifier(Console(file=output))
    output.close()
    with pytest.raises(PermanentError, match="terminal"):
        await notifier.notify(_notice(), marker="a")
    with pytest.raises(PermanentError, match="terminal"):
        await notifier.notify(_notice(), marker="a")
