"""What the terminal shows fits its width and can be copied."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from issue_intelligence.cli.demo.issue_files import read_issues
from issue_intelligence.cli.demo.story import SceneEnd, Story, shown
from issue_intelligence.cli.demo.telling import evidence_words, repeat_words, verdict_words
from tests.cli.demo.answers import NEW_ERROR, alert, issue_file, pool_alert, slow_alert, token_alert

BASE = Path("/home/ada")
ISSUE = BASE / "data" / "demo" / "20261124-110000" / "issues" / f"0001-{'a-very-long-title' * 4}.md"


def _end(*, faults: tuple[str, ...] = (), issue: Path | None = ISSUE) -> SceneEnd:
    verdict = f"real, 93 % sure. {'The log has many stack traces. ' * 9}"
    return SceneEnd(
        title="A new error",
        happened="orders fail",
        verdict=verdict,
        result="issue 1 written",
        issue=issue,
        faults=faults,
    )


def _told(width: int, *ends: SceneEnd) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    story = Story(console)
    story.opening([("shop", "http://127.0.0.1:40001")])
    story.scene(1, "A new error")
    story.step("result", "written [bold]as issue 1[/bold] " * 6, after_seconds=0.62)
    story.ending(ends, base=BASE)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_story_fits_the_terminal(width: int) -> None:
    text = _told(width, _end(), _end(issue=None))
    # Paths are whole however long, since they are there to be copied.
    lines = [line for line in text.splitlines() if "data/demo" not in line]
    assert max(len(line) for line in lines) <= width
    assert f"data/demo/20261124-110000/issues/{ISSUE.name}\n" in text
    # Text from outside is text, and there is no colour where there is no terminal.
    assert "[bold]" in text
    assert "\x1b" not in text
    assert "0.6\u00a0s after the alert" in text


def test_table_says_which_scene_went_wrong() -> None:
    assert "Went wrong" in _told(100, _end(faults=("the conclusion is 'possible'",)))
    assert "Went wrong" not in _told(100, _end())


def test_path_elsewhere_is_told_in_full() -> None:
    assert shown(Path("/srv/issues/0001-x.md"), BASE) == "/srv/issues/0001-x.md"


def test_evidence_is_told_source_by_source() -> None:
    words = dict(evidence_words(alert()))
    assert words["logs"] == (
        "54 lines read, 14 errors, 14 users affected;"
        " stack trace at shop/teashop/pricing.py:22 in discount_of"
    )
    assert words["history"] == "not seen before"
    pool = dict(evidence_words(pool_alert()))
    assert pool["health"] == "the API fails, the database is down"
    assert pool["remedy"] == "restart, once. It helped: health is good again."
    # A service without a database has none to speak of.
    assert dict(evidence_words(slow_alert()))["health"] == (
        "the API answers, its dependency carrier is degraded"
    )
    warned = {
        "lines": 90, "error_lines": 0, "affected_users": None, "stack_traces": [],
        "patterns": [{"level": "warning", "count": 30, "sample": "jwt expired"}],
    }  # fmt: skip
    assert dict(evidence_words(token_alert(log_analysis=warned)))["logs"] == (
        '90 lines read, 0 errors, 30 warnings: "jwt expired"'
    )


def test_missing_evidence_is_told_as_missing() -> None:
    # An alert that was only received.
    words = dict(evidence_words({"status": "received"}))
    assert (words["logs"], words["health"]) == ("not read", "not asked")
    assert words["remedy"] == "nothing was tried"
    assert verdict_words({"status": "received"}).startswith("None")


def test_repeat_is_told_as_it_was() -> None:
    assert (
        repeat_words(alert(repeat_count=1), changed=False) == "1 repeat counted; no comment, no second issue."
    )
    assert "the issue changed" in repeat_words(alert(repeat_count=1), changed=True)


def test_issue_files_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    said = issue_file(12, "It broke.", comments=("**Resolved** at 11:00.",), state="closed")
    (tmp_path / "0012-it-broke.md").write_text(said.text, encoding="utf-8")
    (tmp_path / "0001-first.md").write_text(NEW_ERROR.text, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    first, twelfth = read_issues(tmp_path)
    assert (first.number, first.state, first.comments) == (1, "open", ())
    assert (twelfth.number, twelfth.state, twelfth.title) == (12, "closed", "It broke")
    assert twelfth.comments == ("**Resolved** at 11:00.",)
    assert read_issues(tmp_path / "nowhere") == ()
