"""Reads expected.toml: a list of values means any of them, "" means none, an absent key is not judged."""

from issue_intelligence.core.model.verdict import IssueType, Severity
from issue_intelligence.evaluation import tables
from issue_intelligence.evaluation.model import Expected
from issue_intelligence.evaluation.tables import Table, any_of, or_none


def read_expected(table: Table, beside: Table) -> Expected:
    """Read the expectations; `beside` is `[expected]` of world.toml, for the count of incidents."""
    counts = [_count(each.table("incidents")) for each in (table, table.table("expected"), beside)]
    expected = Expected(
        is_real=table.get("is_real", any_of(tables.flag)),
        should_create_issue=table.get("should_create_issue", any_of(tables.flag)),
        should_update_existing=table.get("should_update_existing", any_of(or_none(tables.whole_number(1)))),
        severity=table.get("severity", any_of(tables.word(Severity))),
        type=table.get("type", any_of(tables.word(IssueType))),
        component=_texts(table, "component"),
        known_issue=_texts(table, "known_issue"),
        remediation=_texts(table, "remediation"),
        error_contains=_texts(table, "error_contains"),
        culprit_contains=_texts(table, "culprit_contains"),
        incidents=next((count for count in counts if count is not None), None),
    )
    table.close()
    return expected


def _texts(table: Table, key: str) -> tuple[str, ...] | None:
    return table.get(key, any_of(tables.text))


def _count(table: Table) -> tuple[int, ...] | None:
    count = table.get("count", any_of(tables.whole_number(0)))
    table.close()
    return count
