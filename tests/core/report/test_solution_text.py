"""A solution keeps its shape and reaches nothing around it."""

import pytest
from hypothesis import example, given

from issue_intelligence.core.report.markdown import ZERO_WIDTH_SPACE
from issue_intelligence.core.report.solution_text import MAX_SOLUTION_CHARS, solution_text
from tests.core.report.nasty_text import nasty_text, read


@given(nasty_text)
@example("```\nnever closed")
@example("~~~~\n```\n~~~\nstill code")
@example("<details><summary>")
# A dash alone must not make a heading of the line above it.
@example("`\n- ")
@example("a\n** **\n- ** **")
def test_solution_reaches_nothing_after_it(text: str) -> None:
    tokens = read(f"{solution_text(text)}\n\n### After\n\nend")
    blocks = [token.type for token in tokens if token.level == 0 and token.type.endswith(("_open", "_close"))]
    assert blocks[-4:] == ["heading_open", "heading_close", "paragraph_open", "paragraph_close"]
    assert blocks.count("heading_open") == 1


@given(nasty_text)
# Two runs of backticks must not join.
@example("![a](http://e.example)``~`")
def test_solution_has_no_html_links_or_images(text: str) -> None:
    forbidden = {"html_block", "html_inline", "link_open", "image", "blockquote_open"}
    assert not forbidden & {token.type for token in read(solution_text(text))}


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Restart service to reset connection pool", "Restart service to reset connection pool"),
        ("**Root Cause**: pool exhausted", "**Root Cause**: pool exhausted"),
        ("Run `npm i @sentry/node` now", "Run `npm i @sentry/node` now"),
        ("1. first\n2. second\n   - third", "1. first\n2. second\n   - third"),
        ("# Title\ntext", "**Title**\n\ntext"),
        ("```sh\nls\n```\nafter", "```\nls\n```\nafter"),
        # A fence that never closes ends with the solution.
        ("```\nls", "```\nls\n```"),
        # A longer fence may hold a shorter one.
        ("````\n```\n````", "````\n```\n````"),
        ("Ask @dba", f"Ask @{ZERO_WIDTH_SPACE}dba"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("", ""),
    ],
)
def test_solution_text(markdown: str, expected: str) -> None:
    assert solution_text(markdown) == expected


def test_long_solution_says_what_is_missing() -> None:
    text = solution_text("step\n" * 5_000)
    assert "characters left out here" in text
    assert len(text) < MAX_SOLUTION_CHARS + 100
