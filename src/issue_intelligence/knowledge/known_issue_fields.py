"""The rules of a known issue's fields, for entries that people write."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from issue_intelligence.core.investigate.known_issues import check_pattern
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.verdict import Severity

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_KNOWN_FIELDS = {field.name for field in fields(KnownIssue)}
# Neither database stores these in text.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_MAX_COUNT = 2**31 - 1
T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    # In snake_case; "" for the entry as a whole.
    field: str
    message: str


def read_entry(given: Mapping[str, object], problems: list[FieldProblem]) -> KnownIssue | None:
    """Read one entry, keys in snake_case; what is wrong is added to `problems`, None when anything is.

    Required are title, error_pattern and solution. Without an id, the title's slug is the id; without
    a disposition, an entry that may be repaired automatically is `remediate`, else `issue`.
    """
    before = len(problems)
    reader = _Reader(given, problems)
    problems += [
        FieldProblem(field=key, message="is not a field of a known issue")
        for key in given
        if key not in _KNOWN_FIELDS
    ]
    title = reader.text("title", most=200, required=True)
    auto = reader.flag("auto_remediable")
    script = reader.optional_text("remediation_script", most=100)
    if auto and script is None:
        reader.refuse("remediation_script", "must name a runbook, since auto_remediable is true")
    entry = KnownIssue(
        id=reader.slug("id", default=slug_of(title)),
        title=title,
        error_pattern=reader.pattern("error_pattern"),
        description=reader.text("description", most=5_000),
        solution=reader.text("solution", most=20_000, required=True),
        disposition=reader.choice(
            "disposition", Disposition, Disposition.REMEDIATE if auto else Disposition.ISSUE
        ),
        category=reader.text("category", most=50, default="bug"),
        component=reader.text("component", most=100, default="unknown"),
        severity=reader.choice("severity", Severity, Severity.MEDIUM).value,
        auto_remediable=auto,
        remediation_script=script,
        tags=reader.texts("tags"),
        created_by=reader.text("created_by", most=200, default="system"),
        occurrences=reader.count("occurrences") or 0,
        last_seen=reader.moment("last_seen"),
        github_issue_number=reader.count("github_issue_number"),
        github_issue_url=reader.url("github_issue_url"),
        auto_fix_success_count=reader.count("auto_fix_success_count") or 0,
        auto_fix_fail_count=reader.count("auto_fix_fail_count") or 0,
    )
    return entry if len(problems) == before else None


def slug_of(title: str) -> str:
    """Turn a title into an id: "Database Deadlock" into "database-deadlock"; "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return _NO_SLUG.sub("-", plain).strip("-")[:100].strip("-")


class _Reader:
    """Reads fields one by one and notes what is wrong, so that all problems are told at once."""

    def __init__(self, given: Mapping[str, object], problems: list[FieldProblem]) -> None:
        self._given = given
        self._problems = problems

    def refuse(self, field: str, message: str) -> None:
        self._problems.append(FieldProblem(field=field, message=message))

    def _typed(self, field: str, kind: type[T], name: str) -> T | None:
        value = self._given.get(field)
        # bool is an int to Python, and never a number to people.
        if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
            return value
        self.refuse(field, f"must be {name}")
        return None

    def text(self, field: str, *, most: int, required: bool = False, default: str = "") -> str:
        value = self._typed(field, str, "text")
        if value is None:
            if required and self._given.get(field) is None:
                self.refuse(field, "is required")
            return default
        if required and not value.strip():
            self.refuse(field, "must not be empty")
        if len(value) > most:
            self.refuse(field, f"has {len(value)} characters; at most {most} are allowed")
        if _UNSTORABLE.search(value):
            self.refuse(field, "must not hold the character NUL or halves of surrogate pairs")
        return value

    def optional_text(self, field: str, *, most: int) -> str | None:
        return self.text(field, most=most) or None

    def flag(self, field: str) -> bool:
        return self._typed(field, bool, "true or false") or False

    def count(self, field: str) -> int | None:
        value = self._typed(field, int, "a whole number")
        if value is not None and not 0 <= value <= _MAX_COUNT:
            self.refuse(field, f"must be from 0 to {_MAX_COUNT}")
        return value

    def slug(self, field: str, *, default: str) -> str:
        value = self.text(field, most=100) or default
        if value and not _SLUG.fullmatch(value):
            self.refuse(field, "must be lower-case words joined by hyphens, like database-deadlock")
        if not value and default == "" and self._given.get("title"):
            self.refuse(field, "is required, since the title has no letters to make one from")
        return value

    def pattern(self, field: str) -> str:
        value = self.text(field, most=1_000, required=True)
        message = check_pattern(value) if value.strip() else None
        if message is not None:
            self.refuse(field, message)
        return value

    def choice(self, field: str, kind: type[Choice], default: Choice) -> Choice:
        value = self._typed(field, str, "text")
        if value is None:
            return default
        allowed = {str(member): member for member in kind}
        if value not in allowed:
            self.refuse(field, f"must be one of {', '.join(allowed)}")
        return allowed.get(value, default)

    def texts(self, field: str) -> tuple[str, ...]:
        value: list[object] | None = self._typed(field, list, "a list of texts")
        texts = tuple(each for each in value or () if isinstance(each, str))
        if value is not None and (
            len(texts) < len(value) or len(value) > 50 or any(len(t) > 100 for t in texts)
        ):
            self.refuse(field, "must be at most 50 texts of at most 100 characters")
        return texts

    def moment(self, field: str) -> datetime | None:
        value = self._typed(field, str, "a time like 2026-11-24T12:00:00Z")
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.refuse(field, "must be a time like 2026-11-24T12:00:00Z")
            return None

    def url(self, field: str) -> str | None:
        value = self.optional_text(field, most=2_000)
        if value is not None and not value.startswith(("https://", "http://")):
            self.refuse(field, "must begin with https:// or http://")
        return value
