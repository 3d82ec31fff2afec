"""A described fault with a matcher and, maybe, a runbook."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Disposition(StrEnum):
    """What a match means for the alert."""

    # Try the runbook first; file an issue only if that does not help.
    REMEDIATE = "remediate"
    # File an issue that carries the solution.
    ISSUE = "issue"
    # Not a problem of the service: say so, file nothing.
    NOT_AN_ISSUE = "not_an_issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssue:
    """An entry of the knowledge base (mission.md, KnownIssue and KnownIssueEntry)."""

    # A slug: "database-connection-pool-exhausted".
    id: str
    title: str
    # RE2 syntax, searched anywhere in a line, without regard to case.
    error_pattern: str
    description: str
    # Markdown.
    solution: str
    disposition: Disposition
    category: str
    component: str
    severity: str
    auto_remediable: bool = False
    # Names a runbook of typed steps; never a script (architecture.md 6.6).
    remediation_script: str | None = None
    tags: tuple[str, ...] = ()
    created_by: str = "system"
    occurrences: int = 0
    last_seen: datetime | None = None
    github_issue_number: int | None = None
    github_issue_url: str | None = None
    auto_fix_success_count: int = 0
    auto_fix_fail_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssueMatch:
    """A known issue that speaks of this incident, and the text that says so."""

    # As it stood when it matched, so that the decision can be explained later.
    known_issue: KnownIssue
    # The line or annotation that matched.
    matched_text: str
    # How many log lines it speaks for; 0 when only the alert's own text matched.
    count: int
