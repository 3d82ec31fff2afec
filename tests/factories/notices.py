"""A notice, and a way to vary it."""

from datetime import UTC, datetime
from typing import Any

from issue_intelligence.core.model.notice import IncidentNotice, NoticeLinks, NoticeStatus
from issue_intelligence.core.model.verdict import Conclusion, Severity

ISSUE_URL = "https://github.example/shop/backend/issues/12"


def a_notice(**changes: Any) -> IncidentNotice:
    """The shop's checkout fails; an issue was just created."""
    values: dict[str, Any] = {
        "incident_id": "3b24110153",
        "service": "shop",
        "alert_name": "CheckoutErrors",
        "conclusion": Conclusion.REAL,
        "confidence": 90,
        "severity": Severity.HIGH,
        "headline": "TypeError: Cannot read properties of undefined (reading 'price')",
        "result": "issue created",
        "details": ("Why: 21 errors", "firing for 60 s"),
        "issue_url": ISSUE_URL,
        "status": NoticeStatus.ISSUE,
        "environment": "production",
        "component": "checkout",
        "affected_users": 7,
        "error_rate": 0.042,
        "started_at": datetime(2026, 11, 24, 11, 2, tzinfo=UTC),
        "issue_number": 12,
        "reasons": ("21 errors within five minutes, at least 3 are needed",),
        "advice": ("Look at src/cart.ts:10 in total",),
        "excerpt": "TypeError: Cannot read properties\n    at total (/app/src/cart.ts:10:31)",
        "acted": True,
        "links": NoticeLinks(issue=ISSUE_URL, dashboard="https://grafana.example/d/shop"),
    }
    return IncidentNotice(**(values | changes))


def announced(**changes: Any) -> IncidentNotice:
    """The same before anything was done."""
    return a_notice(
        **{
            "status": NoticeStatus.INVESTIGATING,
            "result": "an issue, or why there is none, follows.",
            "issue_url": "",
            "issue_number": None,
            "acted": False,
            "links": NoticeLinks(dashboard="https://grafana.example/d/shop"),
        }
        | changes
    )


def remediating(**changes: Any) -> IncidentNotice:
    return announced(**{"status": NoticeStatus.REMEDIATING, "remediation": "restart"} | changes)


def repaired(**changes: Any) -> IncidentNotice:
    return announced(
        **{
            "status": NoticeStatus.REPAIRED,
            "remediation": "restart",
            "remediation_result": "The health check answers again and no request fails",
            "remediation_helped": True,
            "result": "no issue: our own remediation helped.",
        }
        | changes
    )
