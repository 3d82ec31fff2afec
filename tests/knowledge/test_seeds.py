"""The seeds recognise what they describe, and nothing beside it."""

import pytest

from issue_intelligence.core.investigate.known_issues import KnownIssueMatcher
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.verdict import IssueType
from issue_intelligence.knowledge.seeds import seed_entries
from tests.knowledge.seed_lines import NEAR_MISSES, SEED_LINES

SEEDS = seed_entries()
BY_ID = {entry.id: entry for entry in SEEDS}
MATCHER = KnownIssueMatcher(SEEDS)


@pytest.mark.parametrize(
    ("seed", "line"), [(seed, line) for seed, lines in SEED_LINES.items() for line in lines]
)
def test_seed_recognises_its_line_and_no_other_seed_does(seed: str, line: str) -> None:
    assert [entry.id for entry in MATCHER.entries_matching(line)] == [seed]


@pytest.mark.parametrize("line", NEAR_MISSES)
def test_near_miss_is_no_known_issue(line: str) -> None:
    assert [entry.id for entry in MATCHER.entries_matching(line)] == []


def test_every_seed_is_proven_by_lines() -> None:
    assert set(SEED_LINES) == set(BY_ID)
    assert not MATCHER.refused


def test_missions_five_are_there_with_their_remedies() -> None:
    remedies = {
        "database-connection-pool-exhausted": "restart",
        "redis-connection-lost": "reconnect-redis",
        "memory-leak-high-memory-usage": "restart",
        "jwt-token-expired": None,
        "external-api-timeout": None,
    }
    assert {id_: BY_ID[id_].remediation_script for id_ in remedies} == remedies
    assert BY_ID["jwt-token-expired"].disposition is Disposition.NOT_AN_ISSUE


@pytest.mark.parametrize("seed", sorted(BY_ID))
def test_seed_tells_a_tired_person_what_to_do(seed: str) -> None:
    entry = BY_ID[seed]
    assert entry.category in set(IssueType)
    assert entry.description.endswith(".")
    steps = [line for line in entry.solution.splitlines() if line[:1].isdigit()]
    assert len(steps) >= 2 or entry.disposition is Disposition.NOT_AN_ISSUE
    assert (entry.disposition is Disposition.REMEDIATE) is entry.auto_remediable
