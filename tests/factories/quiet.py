"""Silences, maintenance windows and false positives with sensible defaults."""

from datetime import UTC, datetime, timedelta
from typing import Any

from issue_intelligence.core.intake.matcher_text import parse_matcher
from issue_intelligence.core.model.ignore_pattern import Cause, IgnorePattern
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Once, WindowOrigin
from issue_intelligence.core.model.silence import Silence

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def silence(*matchers: str, starts_at: datetime = NOON, minutes: float = 60, **changes: Any) -> Silence:
    fields: dict[str, Any] = {
        "id": "a" * 32,
        "matchers": tuple(parse_matcher(text) for text in matchers or ("service=shop",)),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "created_by": "ana",
        "comment": "database move",
    }
    return Silence(**fields | changes)


def window(
    *matchers: str, starts_at: datetime = NOON, minutes: float = 60, **changes: Any
) -> MaintenanceWindow:
    """A window of one time."""
    fields: dict[str, Any] = {
        "id": "b" * 32,
        "name": "backup",
        "matchers": tuple(parse_matcher(text) for text in matchers or ("service=shop",)),
        "schedule": Once(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)),
        "comment": "disks",
        "created_by": "ana",
        "origin": WindowOrigin.API,
    }
    return MaintenanceWindow(**fields | changes)


def cause(**changes: Any) -> Cause:
    fields: dict[str, Any] = {
        "key": "k1",
        "text": "TypeError: boom",
        "errors": ("e1", "e2"),
        "error_count": 4,
    }
    return Cause(**fields | changes)


def pattern(**changes: Any) -> IgnorePattern:
    """Of `cause()`, made at noon for 30 days."""
    fields: dict[str, Any] = {
        "id": "c" * 32,
        "service": "shop",
        "environment": "production",
        "alert_name": "",
        "cause": "k1",
        "cause_text": "TypeError: boom",
        "error": "e1",
        "error_count": 4,
        "incident_id": "d" * 32,
        "created_at": NOON,
        "created_by": "ana",
        "comment": "",
        "expires_at": NOON + timedelta(days=30),
    }
    return IgnorePattern(**fields | changes)
