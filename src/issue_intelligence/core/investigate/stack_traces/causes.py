"""Which exception of a chain names the trace: the outermost, or its cause where it is only a wrapper."""

import re
from collections.abc import Iterable, Sequence

from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace

# Classes that say nothing but that something failed, in several languages.
_GENERIC = frozenset(
    {"Exception", "Error", "RuntimeException", "RuntimeError", "Throwable", "StandardError", "BaseException"}
)
# Classes of run-times and frameworks whose purpose is to carry another exception.
_CARRIER = re.compile(
    r"(?:Execution|Completion|InvocationTarget|TargetInvocation|UndeclaredThrowable|Aggregate"
    r"|TypeInitialization|\w{0,40}Servlet|ExceptionInInitializer|\w{0,60}ExecutionFailed"
    r"|\w{0,20}Wrapp\w{1,20})"
    r"(?:Exception|Error)?"
)


def conclude(
    language: str, links: Sequence[Link], rows: Iterable[int], *, by_root: bool = False
) -> ParsedTrace:
    """Make one trace of a chain, outermost exception first.

    `by_root`: whoever throws the outer exception was handed the cause, so the innermost exception that was
    thrown in own code names the trace.
    """
    chain = [link for link in links if not link.is_aside] or list(links)
    named = 0
    while named + 1 < len(chain) and _is_wrapper(chain[named], chain[named + 1], by_root=by_root):
        named += 1
    if by_root:
        own = (at for at, link in enumerate(chain) if any(frame.in_app for frame in link.frames))
        named = max(own, default=named)
    ordered = [*chain[named:], *reversed(chain[:named]), *(link for link in links if link not in chain)]
    return ParsedTrace(
        language=language,
        exception=chain[named].exception,
        message=chain[named].message,
        frames=tuple(frame for link in ordered for frame in link.frames),
        rows=tuple(sorted(set(rows))),
        chain=tuple(chain) if len(chain) > 1 else (),
    )


def _is_wrapper(outer: Link, inner: Link, *, by_root: bool) -> bool:
    """Say whether the outer exception adds nothing to its cause that a reader needs first."""
    if not inner.exception:
        return False
    simple = re.split(r"[.\\:/]", outer.exception)[-1]
    if simple in _GENERIC or _CARRIER.fullmatch(simple):
        return True
    # Java's Throwable(cause) takes the cause's own text as its message.
    if by_root and outer.message.startswith(inner.exception):
        return True
    return not any(frame.in_app for frame in outer.frames) and any(frame.in_app for frame in inner.frames)
