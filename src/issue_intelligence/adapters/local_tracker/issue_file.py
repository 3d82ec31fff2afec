"""One issue as text: how it is written, and how it is read back after people have edited it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from issue_intelligence.adapters.local_tracker.front_matter import (
    FrontMatter,
    FrontMatterError,
    new_front_matter,
)
from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText

FILE_NAME = re.compile(r"(\d{1,9})-.{0,200}\.md")
_PREFIX = "<!-- issue-intelligence:"
ISSUE_MARK_START = f"{_PREFIX}issue "
_MAX_SLUG_CHARS = 60
_TIME_FORMAT = "%Y-%m-%d %H:%M:%S UTC"
_NOT_PLANNED = {"not planned", "wontfix", "won't fix", "duplicate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueHead:
    title: str
    state: IssueState
    close_reason: CloseReason | None
    # None while open, and when a person closed it without a date.
    closed_at: datetime | None


def file_name(number: int, title: str) -> str:
    """Name a file so that every system takes it: `0001-bug-checkout-typeerror.md`."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", ascii_title[:400])
    slug = "-".join(words)
    if len(slug) > _MAX_SLUG_CHARS:
        # Half a word at the end reads badly, but one endless word has to be cut somewhere.
        slug = slug[:_MAX_SLUG_CHARS].rpartition("-")[0] or slug[:_MAX_SLUG_CHARS]
    return f"{number:04d}-{slug or 'issue'}.md"


def new_issue(number: int, text: IssueText, *, marker: str, now: datetime) -> str:
    values = {
        "number": str(number),
        "title": text.title,
        "state": IssueState.OPEN.value,
        "labels": text.labels,
        "assignees": text.assignees,
        "created": _written(now),
        "updated": _written(now),
        "closed": "",
        "closed reason": "",
    }
    body = f"{issue_mark(marker)}\n\n{_harmless(text.body).strip()}\n"
    return new_front_matter(values, body).text()


def issue_mark(marker: str) -> str:
    return f"{ISSUE_MARK_START}{_encoded(marker)} -->"


def comment_mark(marker: str) -> str:
    return f"{_PREFIX}comment {_encoded(marker)} -->"


def has_mark(text: str, mark: str) -> bool:
    """Tell whether the mark stands on a line of its own."""
    return f"\n{mark}\n" in text


def with_comment(issue: FrontMatter, body: str, *, marker: str, now: datetime) -> FrontMatter:
    """Add a comment as a dated section at the end."""
    section = f"---\n\n{comment_mark(marker)}\n### Comment of {_written(now)}\n\n{_harmless(body).strip()}\n"
    return issue.with_body(f"{issue.body.rstrip()}\n\n{section}").changed({"updated": _written(now)})


def reopened(issue: FrontMatter, *, now: datetime) -> FrontMatter:
    return issue.changed(
        {"state": IssueState.OPEN.value, "updated": _written(now), "closed": "", "closed reason": ""}
    )


def closed(issue: FrontMatter, reason: CloseReason, *, now: datetime) -> FrontMatter:
    return issue.changed(
        {
            "state": IssueState.CLOSED.value,
            "updated": _written(now),
            "closed": _written(now),
            "closed reason": reason.value.replace("_", " "),
        }
    )


def read_head(issue: FrontMatter) -> IssueHead:
    """Read what a person may have changed by hand. Raises FrontMatterError for a state we do not know."""
    state = issue.value("state").lower()
    if state not in {"open", "closed"}:
        raise FrontMatterError(f'state is "{state}" instead of open or closed')
    if state == "open":
        return IssueHead(title=issue.value("title"), state=IssueState.OPEN, close_reason=None, closed_at=None)
    reason = issue.value("closed reason").lower().replace("_", " ").replace("-", " ")
    return IssueHead(
        title=issue.value("title"),
        state=IssueState.CLOSED,
        # Closing without a reason means completed, as on GitHub.
        close_reason=CloseReason.NOT_PLANNED if reason in _NOT_PLANNED else CloseReason.COMPLETED,
        closed_at=_read_time(issue.value("closed")),
    )


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_TIME_FORMAT)


def _read_time(text: str) -> datetime | None:
    """Read our own form or ISO 8601, in UTC unless it says otherwise; None for anything else."""
    try:
        at = datetime.fromisoformat(text.removesuffix("UTC").strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _encoded(marker: str) -> str:
    """Keep a marker on one line and inside its HTML comment."""
    return quote(marker, safe=":=+/,@")


def _harmless(text: str) -> str:
    """Break what looks like one of our marks, so that a log line cannot pass for one."""
    return text.replace(_PREFIX, _PREFIX.replace("<!--", "<!\u200b--"))
