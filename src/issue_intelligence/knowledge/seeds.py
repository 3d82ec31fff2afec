"""The known issues that every installation begins with: seeds.json, in the format of an export."""

from importlib import resources

from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.knowledge.known_issue_format import parse_entries


def seed_entries() -> tuple[KnownIssue, ...]:
    text = resources.files("issue_intelligence.knowledge").joinpath("seeds.json").read_text(encoding="utf-8")
    return parse_entries(text)
