"""What people do with the knowledge base: list, import, export, match."""

from collections.abc import Sequence
from dataclasses import dataclass

from issue_intelligence.core.investigate.known_issues import KnownIssueMatcher, RefusedPattern
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.knowledge.known_issue_format import parse_entries, render_entries
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.ports.known_issue_store import KnownIssueStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    added: int
    # Entries of the same id that were replaced.
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLine:
    # From 1.
    line: int
    known_issue: KnownIssue
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLines:
    matches: tuple[MatchedLine, ...]
    refused: tuple[RefusedPattern, ...]


async def plant_seeds(store: KnownIssueStore) -> int:
    """Add the seeds that are not there yet; give how many. What people changed stays."""
    return await store.add_missing(seed_entries())


async def list_known_issues(store: KnownIssueStore) -> tuple[KnownIssue, ...]:
    return await store.all()


async def import_known_issues(store: KnownIssueStore, document: str) -> Imported:
    """Take all entries of a document or none; raises UnreadableEntriesError with every problem."""
    entries = parse_entries(document)
    there = {entry.id for entry in await store.all()}
    await store.put(entries)
    replaced = sum(entry.id in there for entry in entries)
    return Imported(added=len(entries) - replaced, replaced=replaced)


async def export_known_issues(store: KnownIssueStore) -> tuple[str, int]:
    """Give the document, which import reads back to the same, and its number of entries."""
    entries = await store.all()
    return render_entries(entries), len(entries)


async def match_lines(store: KnownIssueStore, lines: Sequence[str]) -> MatchedLines:
    """Tell which entries match which lines; entries that cannot be searched for are in `refused`."""
    entries = {entry.id: entry for entry in await store.all()}
    matcher = KnownIssueMatcher(tuple(entries.values()))
    return MatchedLines(
        matches=tuple(
            MatchedLine(line=hit.line, known_issue=entries[hit.known_issue_id], text=lines[hit.line - 1])
            for hit in matcher.match_lines(lines)
        ),
        refused=matcher.refused,
    )
