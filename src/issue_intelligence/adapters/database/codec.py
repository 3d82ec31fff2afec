"""Writes the model's dataclasses as JSON and reads them back."""

from typing import Any, TypeVar

import msgspec

from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import (
    Change,
    CollectorName,
    Evidence,
    HealthCheck,
    HistoricalContext,
    Metrics,
)
from issue_intelligence.core.model.known_issue import KnownIssueMatch
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Verdict

T = TypeVar("T")

_EVIDENCE: dict[CollectorName, Any] = {
    CollectorName.LOGS: Evidence[LogAnalysis],
    CollectorName.METRICS: Evidence[Metrics],
    CollectorName.HEALTH: Evidence[HealthCheck],
    CollectorName.HISTORY: Evidence[HistoricalContext],
    CollectorName.KNOWN_ISSUES: Evidence[tuple[KnownIssueMatch, ...]],
    CollectorName.CHANGES: Evidence[tuple[Change, ...]],
}

Stored = Alert | AlertContext | IncidentNotice | RemediationResult | Verdict


def encode(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")


def decode(text: str, kind: type[T]) -> T:
    return msgspec.json.decode(text, type=kind)


def to_plain(value: object) -> Any:
    """JSON-ready: dicts, lists, text, numbers; times as ISO text."""
    return msgspec.to_builtins(value, str_keys=True)


def from_plain(value: Any, kind: type[T]) -> T:
    return msgspec.convert(value, kind)


def decode_evidence(collector: CollectorName, text: str) -> Evidence[Any]:
    evidence: Evidence[Any] = msgspec.json.decode(text, type=_EVIDENCE[collector])
    return evidence
