"""Stack traces of PHP (https://www.php.net/manual/en/exception.tostring.php), Laravel and Symfony."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.model.logs import StackFrame

_FRAME = re.compile(
    r"\s{0,8}#\d{1,4} (?:(?P<file>\{main\}|\[internal function\]"
    r"|[^\n]{1,400}?\.\w{1,8}(?: : eval\(\)'d code)?)(?:\((?P<line>\d{1,9})\))?)(?:: (?P<function>[^\n]"
    r"{1,2000}))?\s{0,8}$"
)
# Xdebug: "PHP   2. total() /srv/shop/cart.php:12".
_NUMBERED = re.compile(
    r"(?:PHP )?\s{1,8}\d{1,4}\. (?P<function>[^\n]{1,400}?) (?P<file>(?:/"
    r"|[A-Za-z]:\\)[^\n]{1,300}):(?P<line>\d{1,9})\s{0,8}$"
)
# Each part but the first begins with its separator: without that a long word is cut in endless ways.
_CLASS = r"\\{0,2}[A-Za-z_]\w{0,250}(?:\\{1,2}[A-Za-z_]\w{0,80}){0,11}(?:@anonymous)?"
_HEADS = tuple(
    re.compile(form, re.DOTALL)
    for form in (
        (
            rf"exception '(?P<name>{_CLASS})' with message '(?P<message>.{{0,2000}}?)' in (?P<file>\S[^\n:"
            rf"]{{0,400}}):(?P<line>\d{{1,9}})\s{{0,4}}$"
        ),
        rf"exception '(?P<name>{_CLASS})' with message '(?P<message>.{{0,2000}})(?P<file>)(?P<line>)",
        (
            rf"\[object\] \((?P<name>{_CLASS})\(code: [^)]{{1,20}}\): (?P<message>.{{0,4000}}?) at (?P<file"
            rf">/[^\n]{{1,400}}|[A-Z]:[^\n]{{1,400}}):(?P<line>\d{{1,9}})\)"
        ),
        (
            rf"Uncaught PHP Exception (?P<name>{_CLASS}): \"(?P<message>.{{0,2000}}?)\" at (?P<file>\S{{1,4"
            rf"00}}) line (?P<line>\d{{1,9}})"
        ),
        (
            rf"(?:Uncaught |^\s{{0,4}}Next |^\s{{0,4}}"
            rf"|[\]:] )(?P<name>{_CLASS})(?:: (?P<message>.{{0,2000}}?))?(?: in (?P<file>(?:/"
            rf"|[A-Za-z]:[\\/]|phar:|\w)[^\n:]{{0,400}}):(?P<line>\d{{1,9}})\s{{0,8}})$"
        ),
        rf"Uncaught (?P<name>{_CLASS})(?:: (?P<message>.{{0,2000}}))?(?P<file>)(?P<line>)$",
        (
            r"PHP (?P<name>Fatal error|Warning|Notice|Parse error"
            r"|Deprecated):  (?P<message>.{0,2000}?)"
            r"(?: in (?P<file>/[^\n]{1,400}) on line (?P<line>\d{1,9}))$"
        ),
    )
)
_PLACE_AT_END = re.compile(
    r"(?s:(?P<message>.{0,4000}?)) in (?P<file>(?:/|[A-Za-z]:[\\/])[^\n:]{0,400}):(?P<line>\d{1,9})\s{0,8}$"
)
_NEXT = re.compile(r"\s{0,4}Next (?=[A-Z\\])")
_PREVIOUS = re.compile(r"\s{0,4}\[previous exception\] ")
_FILLER = re.compile(
    r"\s{0,8}(?:(?:PHP )?Stack trace:|\[stacktrace\]|\"\}(?: \[\])?|thrown in \S.{0,400} on line \d{1,9}"
    r"|thrown in \S.{0,400}:\d{1,9})\s{0,8}$"
)
_LIBRARY = re.compile(
    r".{0,400}?(?:[/\\]vendor[/\\]|/usr/share/php|[/\\]pear[/\\]|[/\\]wp-includes[/\\]"
    r"|[/\\]wp-admin[/\\])|phar:|\[internal|\{main\}|/opt/cpanel/"
)
_ARGUMENTS = re.compile(r"\([^\n]{0,2000}\)$")


class PhpTraces(HeadedTraces):
    language = "php"

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        text = rows[position].text
        return ("#" in text[:9] or ". " in text[:16]) and self.frame(text) is not None

    def frame(self, text: str) -> StackFrame | None:
        match = _FRAME.match(text) or _NUMBERED.match(text)
        if match is None:
            return None
        file, function = (
            match["file"],
            _ARGUMENTS.sub("", (match["function"] or "").split("(", 1)[0].replace("\\\\", "\\")),
        )
        if match["line"] is None and file not in ("{main}", "[internal function]"):
            return None
        line = None if match["line"] is None else int(match["line"])
        return StackFrame(function=function, file=file, line=line, in_app=_LIBRARY.match(file) is None)

    def head(self, text: str) -> tuple[str, str] | None:
        match = _head(text)
        # The whole row, for its place is read when the trace is.
        return None if match is None else (_class_name(match), text)

    def cause(self, text: str) -> Link | None:
        if _NEXT.match(text) or _PREVIOUS.match(text):
            match = _head(text)
            if match is not None:
                return Link(exception=_class_name(match), message=text)
        return None

    def filler(self, text: str) -> bool:
        return _FILLER.match(text) is not None

    def finish(self, links: list[Link], taken: list[int], _rows: Sequence[TraceRow]) -> ParsedTrace:
        is_reversed = any(_NEXT.match(link.message) for link in links[1:])
        for link in links:
            _place(link)
        return conclude(self.language, links[::-1] if is_reversed else links, taken)


def _head(text: str) -> re.Match[str] | None:
    if "xception" not in text and "rror" not in text and "PHP " not in text and " in " not in text:
        return None
    return next((match for form in _HEADS if (match := form.search(text, 0, 6_000))), None)


def _place(link: Link) -> None:
    """Put the place of the throw first, and each call's name to the place where it runs."""
    first, _, more = link.message.partition("\n")
    match = _head(first)
    place = None
    if match is not None:
        link.message = match["message"] or ""
        place = match if match["file"] else None
    if place is None and (ended := _PLACE_AT_END.match(f"{link.message}\n{more}".strip())):
        link.message, place = ended["message"], ended
    link.message = link.message.strip()
    calls = link.frames
    frames = [(place["file"], int(place["line"]))] if place is not None else []
    places = frames + [(frame.file, frame.line) for frame in calls]
    if place is None:
        return
    names = [frame.function for frame in calls] + [""]
    link.frames = [
        StackFrame(function=name, file=file, line=line, in_app=_LIBRARY.match(file) is None)
        for (file, line), name in zip(places, names, strict=True)
    ]


def _class_name(match: re.Match[str]) -> str:
    # Within JSON the separator is written twice.
    return match["name"].replace("\\\\", "\\").lstrip("\\")
