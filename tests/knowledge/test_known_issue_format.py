"""Documents of known issues: what is taken, and how every problem is named."""

import json
from datetime import UTC, datetime

import pytest

from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.knowledge.known_issue_format import (
    UnreadableEntriesError,
    parse_entries,
    render_entries,
)
from issue_intelligence.knowledge.seeds import seed_entries

MISSION_EXAMPLE = {
    "title": "Database Connection Pool Exhausted",
    "errorPattern": ".*connection pool timeout.*|.*too many clients.*",
    "solution": "**Root Cause**: Prisma connection pool exhausted...",
    "autoRemediable": True,
    "remediationScript": "reconnect-db",
}
FULL = KnownIssue(
    id="full",
    title="Full \u2013 with an accent: caf\u00e9",
    error_pattern=r"a\d+",
    description="d",
    solution="1. s\n2. t",
    disposition=Disposition.REMEDIATE,
    category="database",
    component="database",
    severity="critical",
    auto_remediable=True,
    remediation_script="restart",
    tags=("a", "b"),
    created_by="ana",
    occurrences=7,
    last_seen=datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC),
    github_issue_number=12,
    github_issue_url="https://github.com/o/r/issues/12",
    auto_fix_success_count=3,
    auto_fix_fail_count=1,
)


def entry(**changes: object) -> dict[str, object]:
    return {"title": "Boom", "error_pattern": "boom", "solution": "Mend it.", **changes}


def test_missions_example_is_taken_as_it_stands() -> None:
    (read,) = parse_entries(json.dumps([MISSION_EXAMPLE]))
    assert read.id == "database-connection-pool-exhausted"
    assert read.disposition is Disposition.REMEDIATE
    assert (read.auto_remediable, read.remediation_script) == (True, "reconnect-db")
    assert read.severity == "medium"


def test_both_spellings_mean_the_same() -> None:
    camel = {"title": "Boom", "errorPattern": "boom", "solution": "Mend it.", "gitHubIssueNumber": 4}
    snake = entry(github_issue_number=4)
    assert parse_entries(json.dumps([camel])) == parse_entries(json.dumps([snake]))


def test_what_the_mission_keeps_elsewhere_is_passed_over() -> None:
    extra = entry(autoFixSuccessRate=0.5, createdAt="2026-01-01", updatedAt="2026-01-01")
    assert len(parse_entries(json.dumps([extra]))) == 1


def test_export_is_read_back_to_the_same() -> None:
    everything = (FULL, *seed_entries())
    assert parse_entries(render_entries(everything)) == everything


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("boom", "[1]: must be an object"),
        (entry(title=None), "[1].title: is required"),
        (entry(title=" "), "[1].title: must not be empty"),
        (entry(title="x" * 201), "[1].title: has 201 characters; at most 200 are allowed"),
        (entry(title=5), "[1].title: must be text"),
        (entry(title="a\x00"), "[1].title: must not hold the character NUL"),
        (entry(title="a\ud800"), "[1].title: must not hold the character NUL or halves of surrogate pairs"),
        # Letters of which no id can be made.
        (entry(title="\u8b66\u5831"), "[1].id: is required"),
        (entry(id="No Slug"), "[1].id: must be lower-case words joined by hyphens"),
        # The same id as the good entry before it.
        (entry(), '[1].id: the id "boom" is already that of entry 0'),
        (entry(id="b", error_pattern="(?=x)"), "[1].error_pattern: RE2 has no look-ahead"),
        (entry(id="b", error_pattern=".*"), "[1].error_pattern: The pattern matches an empty line"),
        (entry(id="b", solution=""), "[1].solution: must not be empty"),
        (entry(id="b", severity="urgent"), "[1].severity: must be one of critical, high, medium, low"),
        (
            entry(id="b", disposition="ignore"),
            "[1].disposition: must be one of remediate, issue, not_an_issue",
        ),
        # A number where true or false belongs, and the reverse.
        (entry(id="b", autoRemediable=1), "[1].autoRemediable: must be true or false"),
        (entry(id="b", occurrences=True), "[1].occurrences: must be a whole number"),
        (entry(id="b", occurrences=-1), "[1].occurrences: must be from 0"),
        (entry(id="b", auto_remediable=True), "[1].remediation_script: must name a runbook"),
        (entry(id="b", tags="a"), "[1].tags: must be a list of texts"),
        (entry(id="b", tags=["a", 1]), "[1].tags: must be at most 50 texts"),
        (entry(id="b", lastSeen="yesterday"), "[1].lastSeen: must be a time"),
        (entry(id="b", github_issue_url="javascript:x"), "[1].github_issue_url: must begin with https://"),
        # A misspelt field would be lost in silence.
        (entry(id="b", sevrity="high"), "[1].sevrity: is not a field of a known issue"),
        (entry(id="b", errorPattern="x"), "[1]: has a field twice"),
    ],
)
def test_problem_names_index_field_and_rule(bad: object, problem: str) -> None:
    with pytest.raises(UnreadableEntriesError) as refused:
        parse_entries(json.dumps([entry(), bad]))
    assert any(str(each).startswith(problem) for each in refused.value.problems), str(refused.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(UnreadableEntriesError) as refused:
        parse_entries(json.dumps([{}, entry(severity="urgent", tags=1)]))
    assert [(each.index, each.field) for each in refused.value.problems] == [
        (0, "title"),
        (0, "error_pattern"),
        (0, "solution"),
        (1, "severity"),
        (1, "tags"),
    ]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("{}", "must hold a JSON list"),
        ("[" * 100_000, "nests too deeply"),
        ("[" + "1," * 10_000 + "1]", "at most 10000"),
    ],
)
def test_document_that_is_no_list_is_refused(document: str, problem: str) -> None:
    with pytest.raises(UnreadableEntriesError, match=problem):
        parse_entries(document)
