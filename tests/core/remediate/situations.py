"""A situation in which a restart is wanted and nothing forbids it, and what may be changed of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.remediation import ActionReport, ServiceLook
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.core.remediate.guardrails import Limits, Mode, PastAttempts, Situation
from tests.core.decide.factories import given, known, logs, match, pattern

NOW = datetime(2026, 11, 24, 11, 3, 5, tzinfo=UTC)
ALLOWED = Limits(
    mode=Mode.ACT,
    kill_switch=False,
    enabled=True,
    strategy_enabled=True,
    without_known_issue=False,
    cool_down=timedelta(minutes=30),
    max_per_hour=6,
)
EXIT_0 = ActionReport(exit_code=0, output=(), seconds=1)
EXIT_1 = ActionReport(exit_code=1, output=("no such unit",), seconds=1)
HUNG = ActionReport(exit_code=None, output=(), seconds=60, timed_out=True)
MISSING = ActionReport(exit_code=None, output=(), seconds=0, problem="there is no program restart-shop")
LOST = ActionReport(exit_code=None, output=(), seconds=0, lost=True)


def verdict_about(entry: KnownIssue) -> Verdict:
    situation = given(logs=logs(pattern("pool exhausted", 3)), matches=(match(entry, 3),))
    return decide(situation, service=None, component_teams={})


WANTED = verdict_about(known(disposition=Disposition.REMEDIATE, auto=True, script="restart"))


def limits(**changes: Any) -> Limits:
    return replace(ALLOWED, **changes)


def look(healthy: bool | None = True, errors: int | None = 0, seconds: float = 60) -> ServiceLook:
    detail = {True: "answered 200", False: "answered 503", None: ""}[healthy]
    return ServiceLook(at=NOW, healthy=healthy, health_detail=detail, errors=errors, span_seconds=seconds)


def situation(**changes: Any) -> Situation:
    base = Situation(
        limits=ALLOWED,
        verdict=WANTED,
        service="shop",
        runbook="restart",
        has_platform=True,
        is_ourselves=False,
        incident_status=IncidentStatus.OPEN,
        truncated_group=False,
        look=look(healthy=False, errors=30),
        past=PastAttempts(),
        now=NOW,
    )
    return replace(base, **changes)
