"""Answers of the API and issue files as the demo meets them, for tests that spoil one thing at a time."""

from pathlib import Path
from typing import Any

from issue_intelligence.cli.demo.issue_files import IssueFile

POOL_SOLUTION = "See who holds the connections.\nThen restart."
RESTARTED = {
    "attempted": True,
    "success": True,
    "action": "restart",
    "outcome": "helped",
    "reason": "It helped: health is good again.",
    "after": {"healthy": True},
}


def alert(**changes: Any) -> dict[str, Any]:
    """A new error, investigated, with issue 1."""
    return {
        "id": "a" * 32,
        "status": "investigated",
        "investigated_at": "2026-11-24T11:00:01Z",
        "repeat_count": 0,
        "validation": {"conclusion": "real", "confidence": 93, "reason": "Fourteen errors."},
        "categorization": {"severity": "high", "type": "bug", "component": "checkout"},
        "known_issue": None,
        "log_analysis": {
            "lines": 54,
            "error_lines": 14,
            "affected_users": 14,
            "stack_traces": [{"culprit": "shop/teashop/pricing.py:22 in discount_of"}],
            "patterns": [],
        },
        "health_check": {"api_responsive": True, "database_connected": True},
        "history": {"is_recurring": False, "open_github_issue": None},
        "evidence": {"logs": {"status": "collected"}},
        "issue": {"number": 1},
    } | changes


def pool_alert(**changes: Any) -> dict[str, Any]:
    return alert(
        known_issue={
            "id": "database-connection-pool-exhausted",
            "title": "Database Connection Pool Exhausted",
            "solution": POOL_SOLUTION,
        },
        health_check={"api_responsive": False, "database_connected": False},
        remediation=RESTARTED,
        issue=None,
    ) | dict(changes)


def unrepaired_alert(**changes: Any) -> dict[str, Any]:
    """The same known issue, and a restart that changed nothing."""
    tried = RESTARTED | {"outcome": "no_change", "success": False, "after": {"healthy": False}}
    return pool_alert(remediation=tried, issue={"number": 2}) | dict(changes)


def slow_alert(**changes: Any) -> dict[str, Any]:
    return alert(
        categorization={"severity": "high", "type": "performance", "component": "delivery"},
        health_check={
            "api_responsive": True,
            "database_connected": None,
            "external_services": {"carrier": "degraded"},
        },
        issue={"number": 3},
    ) | dict(changes)


def deployment_alert(**changes: Any) -> dict[str, Any]:
    excuse = "An excuse holds until 11:15 UTC: deployment of accounts 2.4.0 in progress since 11:00 UTC."
    return alert(
        validation={"conclusion": "suppressed", "confidence": 95, "reason": excuse},
        changes=[{"service": "accounts", "version": "2.4.0"}],
        alert_status="firing",
        issue=None,
    ) | dict(changes)


def token_alert(**changes: Any) -> dict[str, Any]:
    return alert(
        validation={"conclusion": "not_real", "confidence": 90, "reason": "Known."},
        known_issue={"id": "jwt-token-expired", "title": "JWT Token Expired", "solution": "Sign in again."},
        issue=None,
    ) | dict(changes)


def issue_file(number: int, body: str, *, comments: tuple[str, ...] = (), state: str = "open") -> IssueFile:
    text = f'---\nnumber: {number}\ntitle: "It broke"\nstate: {state}\n---\n{body}\n'
    text += "".join(
        f"\n---\n\n### Comment of 2026-11-24 11:00:0{at} UTC\n\n{said}\n" for at, said in enumerate(comments)
    )
    return IssueFile(number=number, path=Path(f"issues/{number:04d}-it-broke.md"), text=text)


NEW_ERROR = issue_file(1, "TypeError at pricing.py:22 in discount_of")
POOL = issue_file(
    2,
    f"connection pool exhausted\n{POOL_SOLUTION}\n### Auto-Remediation Attempted\nNo change\n"
    "**Before**: health failing\n**After**: health failing",
)
SLOW = issue_file(3, "TimeoutError: timed out\ndependency carrier: calls itself degraded")
