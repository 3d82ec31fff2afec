"""The whole issue: complete, bounded, and nothing in it does anything."""

from pathlib import Path

import pytest
from hypothesis import example as with_example
from hypothesis import given, settings

from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.core.report.issue_text import MAX_BODY_CHARS, compose_issue
from tests.core.report import example
from tests.core.report.hostile import hostile_report
from tests.core.report.nasty_text import nasty_text, read
from tests.core.report.rich_reports import RICH_REPORTS

GOLDEN = Path(__file__).parent / "golden"

SECTIONS = [
    "Problem Summary",
    "Impact",
    "Error Details",
    "Investigation Results",
    "Related Logs",
    "Historical Context",
    "Auto-Remediation Attempted",
    "Known Issue Match",
    "Recommended Actions",
    "Why this is an issue",
    "What is not known",
]


@pytest.mark.parametrize("name", RICH_REPORTS)
def test_issue_reads_as_it_was_approved(name: str) -> None:
    """Write the files anew with `python -m tests.core.report.write_golden`, and read them."""
    issue = compose_issue(RICH_REPORTS[name], now=example.NOW)
    assert f"{issue.title}\n\n{issue.body}\n" == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def _headings(body: str) -> list[str]:
    tokens = read(body)
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]


@pytest.mark.parametrize("name", RICH_REPORTS)
def test_issue_has_every_section(name: str) -> None:
    assert _headings(compose_issue(RICH_REPORTS[name], now=example.NOW).body)[1:] == SECTIONS


@settings(max_examples=50, deadline=None)
@given(nasty_text)
@with_example("```\n</details>\n# Heading\n")
@with_example("```")
def test_hostile_text_changes_nothing_around_it(text: str) -> None:
    body = compose_issue(hostile_report(text), now=example.NOW).body
    assert _headings(body)[1:] == SECTIONS
    tokens = read(body)
    assert not {"image", "table_open"} & {token.type for token in tokens}
    html = [token.content for token in tokens if token.type in {"html_block", "html_inline"}]
    assert [part.split("\n")[0].strip() for part in html] == ["<details>", "</details>"]


@pytest.mark.parametrize("conclusion", [Conclusion.REAL, Conclusion.MONITORING])
@pytest.mark.parametrize("with_logs", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "word " * 30_000,
        # Each sign needs an escape.
        "*" * 100_000,
        "<a" * 50_000,
        "@a " * 50_000,
        # Each run of backticks makes a fence longer.
        "`" * 100_000,
        ("`" * 16 + " ") * 5_000,
        # Lines without an end, and an end without lines.
        "\n" * 100_000,
        "x\n" * 50_000,
        # Every sign takes six in JSON.
        "\x01" * 50_000,
        '"' * 50_000,
        "`a` **b** " * 5_000,
        "# h\n" * 20_000,
        "```\n" * 20_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_issue_is_bounded(text: str, *, conclusion: Conclusion, with_logs: bool) -> None:
    issue = compose_issue(hostile_report(text, conclusion=conclusion, with_logs=with_logs), now=example.NOW)
    assert len(issue.title) <= 200
    assert "\n" not in issue.title
    assert len(issue.body) <= MAX_BODY_CHARS
    assert issue.body.endswith("UTC*")


def test_error_with_a_stack_trace_is_said_once() -> None:
    second = example.trace(
        fingerprint="ffff", exception="RangeError", message="too far", culprit="src/x.ts:1 in f"
    )
    logs = example.log_analysis(
        stack_traces=(example.trace(), second),
        error_messages=(
            "RangeError: too far",
            "TypeError: Cannot read properties of undefined (reading 'price')",
        ),
    )
    evidence = example.evidence(CollectorName.LOGS, logs, "log files")
    report = example.report(investigation=example.investigation(logs=evidence))
    body = compose_issue(report, now=example.NOW).body
    others = body.partition("**Other errors")[2].partition("###")[0].strip().split("\n")
    assert others[1:] == ["- `RangeError: too far`, 12 times, at `src/x.ts:1 in f`"]


def test_same_report_gives_the_same_issue() -> None:
    assert compose_issue(example.report(), now=example.NOW) == compose_issue(
        example.report(), now=example.NOW
    )


def test_labels_come_from_the_verdict() -> None:
    assert compose_issue(example.report(), now=example.NOW).labels == (
        "bug",
        "severity:high",
        "automated-alert",
    )
