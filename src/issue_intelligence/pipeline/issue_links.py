"""Tells whether a link from a cause to an issue holds in the tracker that issues go to now."""

from issue_intelligence.core.report.effects import create_marker
from issue_intelligence.ports.issue_ledger import IssueLink
from issue_intelligence.ports.tracker import Tracker


async def link_in(tracker: Tracker, link: IssueLink | None) -> IssueLink | None:
    """Give the link; None for none, or for one of another tracker, where its number is another issue.

    A repository that was renamed has another name and the same issues: there the issue's mark proves it.
    """
    if link is None or link.place == tracker.place:
        return link
    marker = create_marker(link.issue_key, link.generation)
    return link if await tracker.carries(link.number, marker=marker) else None
