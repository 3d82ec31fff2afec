"""How a row names an exception: "TypeError: text", "java.io.IOException", "App\\Errors\\NotFound"."""

import re

# A head stands near the start of its row; what comes later is its message.
_HEAD_WITHIN = 1_000
_ENDING = r"(?:Error|Exception|Throwable|Rejection|Failure|Fault|Timeout|Interrupt|Panic|Violation)"
_SEPARATED = r"(?:[A-Za-z_$][\w$]{0,80}(?:\.|::|\\|/)){0,12}"
# By its ending, anywhere near the start.
_BY_ENDING = re.compile(
    rf"(?<![\w$.\\:/])(?P<name>{_SEPARATED}[A-Za-z_$][\w$]{{0,80}}?{_ENDING}|{_SEPARATED}{_ENDING})(?![\w$])"
    r"(?: \[[\w.]{1,80}\]| \((?:0x)?[0-9A-Fa-f]{1,8}\))?(?: ?: ?(?P<message>.*)|\s{0,8}$)",
    re.DOTALL,
)
# By its shape, at the start only: a class with its package, or a class alone.
_BY_SHAPE = re.compile(
    r"(?:Uncaught |Unhandled |Exception in thread \"[^\"\n]{0,200}\" )?"
    r"(?P<name>\s{0,8}(?:[A-Za-z_][\w$]{0,80}(?:\.|::|\\)){1,12}[A-Z][\w$]{0,120}|[A-Z][\w$]{1,80})"
    r"(?: \[[\w.]{1,80}\])?(?: ?: (?P<message>.*)|:?\s{0,8}$)",
    re.DOTALL,
)


def named_by_ending(text: str) -> tuple[str, str] | None:
    """Read class and message where the class is called an error; the row may begin with something else."""
    match = _BY_ENDING.search(text, 0, _HEAD_WITHIN)
    return None if match is None else _named(match, text)


def named_by_shape(text: str) -> tuple[str, str] | None:
    """Read class and message from a row that starts with what may be any class."""
    match = _BY_SHAPE.match(text, 0, _HEAD_WITHIN)
    return None if match is None else _named(match, text)


def _named(match: re.Match[str], text: str) -> tuple[str, str]:
    message = "" if match["message"] is None else text[match.start("message") :]
    return match["name"].strip(), message.strip()
