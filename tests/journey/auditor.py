"""Compares what a sender was promised with what the tracker and the HTTP API show.

It never looks into our tables: a fault there must not hide itself.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journey.http_json import HttpJson
from tests.journey.sender import Record

_SERVICE = re.compile(r"^- \*\*Service\*\*: (\S+) \(", re.MULTILINE)
_ISSUE_MARK = re.compile(r"^<!-- issue-intelligence:issue (\S+) -->$", re.MULTILINE)
_COMMENT_MARK = re.compile(r"^<!-- issue-intelligence:comment (\S+) -->$", re.MULTILINE)
_POLL_SECONDS = 0.1
_CONNECTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOnFile:
    path: Path
    service: str
    mark: str
    comment_marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    acknowledged: int
    # Ids that a 200 promised and GET /alerts/{id} does not know.
    missing: tuple[str, ...]
    not_investigated: tuple[str, ...]
    issues_expected: int
    issues_found: int
    # Services with acknowledged alerts and no issue.
    without_issue: tuple[str, ...]
    # Services, issue marks and comment marks that occur more than once.
    twice: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not (self.missing or self.not_investigated or self.without_issue or self.twice)


def read_issues(paths: Sequence[Path]) -> list[IssueOnFile]:
    """Read the tracker's own records: the Markdown files."""
    issues = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        service, mark = _SERVICE.search(text), _ISSUE_MARK.search(text)
        assert service, f"{path.name} names no service"
        assert mark, f"{path.name} bears no mark"
        issues.append(
            IssueOnFile(
                path=path,
                service=service.group(1),
                mark=mark.group(1),
                comment_marks=tuple(_COMMENT_MARK.findall(text)),
            )
        )
    return issues


def issue_of(service: str, paths: Sequence[Path]) -> IssueOnFile:
    """Give the only issue of a service."""
    (issue,) = [issue for issue in read_issues(paths) if issue.service == service]
    return issue


async def wait_investigated(url: str, *, timeout_seconds: float) -> None:
    """Wait until the service says that no alert waits any more."""
    http = HttpJson(url)
    deadline = time.monotonic() + timeout_seconds
    health: Any = None
    try:
        while time.monotonic() < deadline:
            _, health = await http.get("/health")
            _, open_page = await http.get("/alerts/history?status=received&limit=1")
            if health.get("queue_depth") == 0 and not open_page["alerts"]:
                return
            await asyncio.sleep(_POLL_SECONDS)
    finally:
        await http.close()
    raise AssertionError(f"alerts still wait after {timeout_seconds:g} s: {health}")


async def audit(
    url: str, record: Record, issue_files: Sequence[Path], *, look_up_at_most: int = 5_000
) -> Audit:
    """Look every acknowledged alert up, and every issue.

    Beyond `look_up_at_most` alerts, those that GET /alerts/history lists count as found, and
    GET /alerts/{id} is asked for the others and for that many spread over all.
    """
    alert_ids = list(record.acknowledged)
    step = -(-len(alert_ids) // look_up_at_most) or 1
    listed = await _listed(url) if step > 1 else {}
    singly = {*alert_ids[::step], *(alert_id for alert_id in alert_ids if alert_id not in listed)}
    statuses = {alert_id: listed.get(alert_id) for alert_id in alert_ids}
    statuses |= await _look_up(url, sorted(singly))
    issues = read_issues(issue_files)
    expected = record.causes()
    by_service = Counter(issue.service for issue in issues)
    marks = Counter(mark for issue in issues for mark in (issue.mark, *issue.comment_marks))
    return Audit(
        acknowledged=len(record.acknowledged),
        missing=tuple(alert_id for alert_id, status in statuses.items() if status is None),
        not_investigated=tuple(
            alert_id for alert_id, status in statuses.items() if status not in (None, "investigated")
        ),
        issues_expected=len(expected),
        issues_found=len(issues),
        without_issue=tuple(sorted(expected - by_service.keys())),
        twice=tuple(sorted(name for name, count in (by_service + marks).items() if count > 1)),
    )


async def _listed(url: str) -> dict[str, str | None]:
    """Give the status of every alert in the history, page by page."""
    http = HttpJson(url)
    statuses: dict[str, str | None] = {}
    before: str | None = ""
    try:
        while before is not None:
            _, page = await http.get(f"/alerts/history?limit=500&before={before}")
            statuses |= {alert["id"]: alert["status"] for alert in page["alerts"]}
            before = page["next_before"]
    finally:
        await http.close()
    return statuses


async def _look_up(url: str, alert_ids: list[str]) -> dict[str, str | None]:
    """Give each alert's status; None for one that is not found."""
    statuses: dict[str, str | None] = {}
    waiting = iter(alert_ids)

    async def work() -> None:
        http = HttpJson(url)
        try:
            for alert_id in waiting:
                status, answer = await http.get(f"/alerts/{alert_id}")
                assert status in (200, 404), f"GET /alerts/{alert_id} answered {status}: {answer}"
                assert status == 404 or answer["id"] == alert_id
                statuses[alert_id] = answer["status"] if status == 200 else None
        finally:
            await http.close()

    await asyncio.gather(*(work() for _ in range(_CONNECTIONS)))
    return statuses
