"""Makes text from outside harmless in Markdown: it reads the same, and it does nothing.

GitHub looks for mentions and references in the rendered text, so an entity such as `&#64;` does not
hide them. A zero-width space behind the sign does, and code spans and fences do.
"""

import re
from urllib.parse import quote, urlsplit

ZERO_WIDTH_SPACE = "\u200b"
CUT_MARK = "…"

# A run of backticks in the text makes the fence longer still; beyond this the run is broken instead.
_MAX_RUN = 16

# Terminal colours and titles. Each part stops at the next escape, so a scan of any text stays linear.
_TERMINAL_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\))")
_LINE_ENDS = ("\u2028", "\u2029", "\x85", "\x0b", "\x0c")
# Direction overrides, invisible signs and Unicode tags let a text show something other than it says.
_INVISIBLE = (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_CLEANING: dict[int, str | None] = {
    **{code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"},
    **dict.fromkeys((*_INVISIBLE, *range(0xE0000, 0xE0080))),
    **{ord(end): "\n" for end in _LINE_ENDS},
    # A lone surrogate cannot be written as UTF-8.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}

# A bracket does something only before a destination, a label or a colon; elsewhere it may stay readable.
_SPECIAL = re.compile(
    r"[\\`*~$]|\](?=[(\[:])|\[(?=\^)|<(?=[A-Za-z/!?])|&(?=[#A-Za-z0-9])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)
_REFERENCE = re.compile(r"@(?=\S)|#(?=\d)|\bGH-(?=\d)", re.IGNORECASE)
_BLOCK_START = re.compile(r"(?=[#>=]|[+-](?:[ +-]|$)|\[[ xX]\])|\d{1,9}(?=[.)](?: |$))")
_URL_SIGNS = ":/?#@!$&'*+,;=%~-._"
_BACKTICKS = re.compile(r"`+")
_LONG_RUN = re.compile(f"`{{{_MAX_RUN}}}(?=`)")


def clean(text: str) -> str:
    """Remove what is invisible or steers a terminal; lines end in "\\n"."""
    text = _TERMINAL_SEQUENCE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(_CLEANING)


def one_line(text: str, max_chars: int) -> str:
    """Give the text cleaned, on one line and within `max_chars`, with a mark where it was cut."""
    # A hundred times the limit is room enough for the white space that falls away.
    line = " ".join(clean(text[: max_chars * 100]).split())
    return line if len(line) <= max_chars else line[: max_chars - 1].rstrip() + CUT_MARK


def inline(text: str, max_chars: int = 500) -> str:
    """Give text from outside as prose on one line; web addresses become code, which nothing follows.

    The result is at most about twice `max_chars` long.
    """
    words = one_line(text, max_chars).split(" ")
    prose = " ".join(code_span(word) if _is_address(word) else _escape(word) for word in words)
    return (
        _BLOCK_START.sub(lambda match: match.group() + "\\", prose, count=1)
        if _starts_block(prose)
        else prose
    )


def _is_address(word: str) -> bool:
    lowered = word.lower()
    return "://" in lowered or "www." in lowered or "mailto:" in lowered


def _escape(word: str) -> str:
    escaped = _SPECIAL.sub(lambda match: "\\" + match.group(), word)
    return _REFERENCE.sub(lambda match: match.group() + ZERO_WIDTH_SPACE, escaped)


def _starts_block(prose: str) -> bool:
    return _BLOCK_START.match(prose) is not None


def code_span(text: str, max_chars: int = 300) -> str:
    """Give text from outside as inline code."""
    line = _break_long_runs(one_line(text, max_chars))
    if not line:
        return "(empty)"
    ticks = "`" * (_longest_run(line) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{padding}{line}{padding}{ticks}"


def fence(text: str, language: str = "") -> str:
    """Give text from outside as a code block whose fence is longer than any run of backticks in it.

    `language` is ours, never from outside.
    """
    body = _break_long_runs(clean(text)).strip("\n")
    ticks = "`" * max(3, _longest_run(body) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _break_long_runs(text: str) -> str:
    return _LONG_RUN.sub(lambda match: match.group() + ZERO_WIDTH_SPACE, text)


def cut_middle(text: str, max_chars: int) -> str:
    """Keep the beginning and the end of a long text and say between them how much is missing."""
    if len(text) <= max_chars:
        return text
    head = text[: max_chars * 2 // 3].rpartition("\n")[0] or text[: max_chars * 2 // 3]
    tail = text[len(text) - max_chars // 3 :].partition("\n")[2] or text[len(text) - max_chars // 3 :]
    missing = len(text) - len(head) - len(tail)
    return f"{head}\n[{missing:,} characters left out here]\n{tail}"


def web_address(url: str) -> str:
    """Give a complete http(s) address in which nothing ends a link; "" when it is none, or too long."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(url) > 2000:
        return ""
    # Brackets and white space would end the link; the rest of a web address is left as it is.
    return quote(clean(url.strip()), safe=_URL_SIGNS)


def link(label: str, url: str) -> str:
    """Give a link with a label of ours; "" when the address is no complete http(s) address."""
    destination = web_address(url)
    return f"[{label}]({destination})" if destination else ""
