"""The knowledge base as people use it."""

import json
from dataclasses import replace

import pytest

from issue_intelligence.knowledge.catalogue import (
    Imported,
    export_known_issues,
    import_known_issues,
    list_known_issues,
    match_lines,
    plant_seeds,
)
from issue_intelligence.knowledge.known_issue_format import UnreadableEntriesError
from issue_intelligence.knowledge.seeds import seed_entries
from tests.core.decide.factories import known
from tests.knowledge.fakes import FakeKnownIssueStore


async def test_seeds_are_planted_once_and_changes_stay() -> None:
    store = FakeKnownIssueStore()
    assert await plant_seeds(store) == len(seed_entries())
    changed = replace(seed_entries()[0], title="Ours")
    await store.put([changed])
    assert await plant_seeds(store) == 0
    assert store.entries[changed.id].title == "Ours"


async def test_import_adds_and_replaces() -> None:
    store = FakeKnownIssueStore([known("old")])
    document = json.dumps(
        [
            {"id": "old", "title": "Newer", "errorPattern": "x+", "solution": "s"},
            {"id": "new", "title": "New", "errorPattern": "y+", "solution": "s"},
        ]
    )
    assert await import_known_issues(store, document) == Imported(added=1, replaced=1)
    assert [entry.title for entry in await list_known_issues(store)] == ["New", "Newer"]


async def test_one_bad_entry_keeps_all_out() -> None:
    store = FakeKnownIssueStore()
    document = json.dumps([{"title": "Good", "errorPattern": "x", "solution": "s"}, {"title": "Bad"}])
    with pytest.raises(UnreadableEntriesError):
        await import_known_issues(store, document)
    assert store.entries == {}


async def test_export_then_import_gives_the_same_knowledge_base() -> None:
    store, other = FakeKnownIssueStore(seed_entries()), FakeKnownIssueStore()
    document, count = await export_known_issues(store)
    await import_known_issues(other, document)
    assert other.entries == store.entries
    assert count == len(seed_entries())


async def test_match_names_line_and_entry_and_what_was_left_out() -> None:
    store = FakeKnownIssueStore([known("pool", "too many clients"), known("bad", "(?=x)")])
    found = await match_lines(store, ["fine", "too many clients"])
    assert [(each.line, each.known_issue.id, each.text) for each in found.matches] == [
        (2, "pool", "too many clients")
    ]
    assert [each.known_issue_id for each in found.refused] == ["bad"]
