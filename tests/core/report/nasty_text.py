"""Text that tries to be more than text."""

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PIECES = (
    *"`~*_[]()<>!#+-=|\\&@.:$^{}\"' \t\n\r1ax/",
    *(
        "```",
        "~~~",
        "    ",
        "---",
        "===",
        "<!--",
        "-->",
        "<details>",
        "</details>",
        "<img src=x>",
        "![a](http://e.example)",
    ),
    *(
        "[a](http://e.example)",
        "[a]: http://e.example",
        "http://e.example/x",
        "www.e.example",
        "@octocat",
        "a@e.example",
    ),
    *(
        "#12",
        "GH-12",
        "o/r#1",
        "fixes #1",
        "&lt;",
        "&#64;",
        "1. ",
        "- ",
        "- [ ] ",
        "> ",
        "# ",
        "**b**",
        "`c`",
        "[^1]",
        "|-|",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\x1b]0;t\x07",
        "\x1b",
        "\u202e",
        "\u2028",
        "\x85",
        "\ud800",
        "é",
        "漢",
        "_a_",
        "~~s~~",
    ),
)

nasty_text = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join) | st.text(max_size=200)

_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(markdown: str) -> list[Token]:
    """Read Markdown as a reader of issues would; blocks in order, and what stands within them after each."""
    return [token for block in _READER.parse(markdown) for token in (block, *(block.children or ()))]


def kinds(markdown: str) -> set[str]:
    return {token.type for token in read(markdown)}
