"""Text from outside reads the same and does nothing."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from issue_intelligence.core.report.markdown import (
    ZERO_WIDTH_SPACE,
    clean,
    code_span,
    cut_middle,
    fence,
    inline,
    link,
    one_line,
)
from tests.core.report.nasty_text import kinds, nasty_text, read

PLAIN = {"paragraph_open", "inline", "paragraph_close", "text", "text_special", "code_inline"}
STARTS_SOMETHING = re.compile(r"@[^\s\u200b]|#\d|\bGH-\d|://|www\.", re.IGNORECASE)


@given(nasty_text)
@example("````\n</details>")
@example("`" * 5000)
@example("~~~")
def test_fence_holds_whatever_the_text(text: str) -> None:
    tokens = [token for token in read(f"{fence(text)}\n\nafter") if token.type != "text"]
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    shown = tokens[0].content.replace(ZERO_WIDTH_SPACE, "")
    assert shown.strip("\n") == clean(text).strip("\n")


@given(nasty_text)
def test_inline_text_stays_text_wherever_it_stands(text: str) -> None:
    for markdown in (inline(text), f"- {inline(text)}\n", f"**Fact**: {inline(text)}"):
        assert kinds(markdown) - {
            "bullet_list_open",
            "bullet_list_close",
            "list_item_open",
            "list_item_close",
        } <= (PLAIN | {"strong_open", "strong_close"} if markdown.startswith("**Fact") else PLAIN)


@given(nasty_text)
def test_inline_text_mentions_nobody_and_refers_to_nothing(text: str) -> None:
    # GitHub looks at the rendered text outside of code.
    rendered = "".join(
        token.content for token in read(inline(text)) if token.type in {"text", "text_special"}
    )
    assert not STARTS_SOMETHING.search(rendered)


@given(st.text(alphabet=st.characters(categories=("L", "N")), max_size=50))
def test_plain_words_are_left_alone(text: str) -> None:
    assert inline(f"The word {text} stays") == " ".join(f"The word {clean(text)} stays".split())


@given(nasty_text)
def test_code_span_holds_whatever_the_text(text: str) -> None:
    children = [token for token in read(f"a {code_span(text)} b") if token.type in {"code_inline", "text"}]
    if one_line(text, 300):
        assert [token.type for token in children] == ["text", "code_inline", "text"]
        assert children[1].content.replace(ZERO_WIDTH_SPACE, "") == one_line(text, 300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Names with underscores are everywhere in logs and need no escape.
        ("connection_pool of log_source", "connection_pool of log_source"),
        # What redaction left behind stays readable.
        ("mail [REDACTED:email] bounced", "mail [REDACTED:email] bounced"),
        ("ping @octocat", f"ping @{ZERO_WIDTH_SPACE}octocat"),
        ("fixes #12", f"fixes #{ZERO_WIDTH_SPACE}12"),
        ("see owner/repo#1", f"see owner/repo#{ZERO_WIDTH_SPACE}1"),
        ("see https://e.example/a_b_c now", "see `https://e.example/a_b_c` now"),
        ("# not a heading", "\\# not a heading"),
        ("1. not a list", "1\\. not a list"),
        ("3.4 % of requests", "3.4 % of requests"),
        ("-5 degrees", "-5 degrees"),
        ("a <b>bold</b> claim", "a \\<b>bold\\</b> claim"),
        ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
        ("two\nlines\ttabbed", "two lines tabbed"),
        ("", ""),
    ],
)
def test_inline(text: str, expected: str) -> None:
    assert inline(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Terminal colours and titles leave nothing behind.
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07text", "red text"),
        # An escape that never ends does not swallow the line.
        ("\x1b]0;title without end", "]0;title without end"),
        # Direction overrides make `gpj.exe` out of `exe.jpg`.
        ("a\u202egpj.exe\u2066b", "agpj.exeb"),
        ("nul\x00 bell\x07", "nul bell"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        # A lone surrogate cannot be encoded.
        ("\ud800", "\ufffd"),
        ("tab\tstays, 漢字 and é too", "tab\tstays, 漢字 and é too"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected
    assert clean(text).encode("utf-8")


def test_long_text_says_what_was_left_out() -> None:
    text = "\n".join(f"line {number}" for number in range(1000))
    short = cut_middle(text, 500)
    assert short.startswith("line 0\n")
    assert short.endswith("\nline 999")
    assert len(short) < 560
    left_out = re.search(r"\[([\d,]+) characters left out here\]", short)
    assert left_out
    assert int(left_out.group(1).replace(",", "")) > 8000


def test_short_text_is_not_cut() -> None:
    assert cut_middle("a\nb", 3) == "a\nb"
    assert one_line("abc", 3) == "abc"
    assert one_line("abcd", 3) == "ab…"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://grafana.example.com/d/x?orgId=1", "[go](https://grafana.example.com/d/x?orgId=1)"),
        # A bracket would end the link early.
        ("https://e.example/a)b (c)", "[go](https://e.example/a%29b%20%28c%29)"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("/relative", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_link_leads_to_complete_web_addresses_only(url: str, expected: str) -> None:
    assert link("go", url) == expected


@given(nasty_text)
def test_link_is_one_link(text: str) -> None:
    markdown = link("go", f"https://e.example/{text}")
    assert kinds(f"a {markdown} b") <= PLAIN | {"link_open", "link_close"}
