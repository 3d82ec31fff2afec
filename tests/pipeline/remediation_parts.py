"""The remediate stage with fakes, and limits that forbid nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.guardrails import Limits, Mode
from issue_intelligence.pipeline.remediate import Patience, RemediateStage
from issue_intelligence.pipeline.service_looks import ServiceLooks
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.health_probe import HealthChecker
from issue_intelligence.ports.incident_store import IncidentStore
from issue_intelligence.ports.log_source import LogExaminer
from issue_intelligence.ports.meter import Meter
from issue_intelligence.ports.platform import Platform
from issue_intelligence.ports.remediation_ledger import RemediationLedger

PATIENCE = Patience(wait=timedelta(seconds=30), looks=3)
COOL_DOWN = timedelta(minutes=30)


def limits(**changes: Any) -> Limits:
    base = Limits(
        mode=Mode.ACT,
        kill_switch=False,
        enabled=True,
        strategy_enabled=True,
        without_known_issue=False,
        cool_down=COOL_DOWN,
        max_per_hour=6,
    )
    return replace(base, **changes)


def remediate_stage(
    incidents: IncidentStore,
    remediations: RemediationLedger,
    *,
    platform: Platform,
    health: HealthChecker,
    logs: LogExaminer,
    clock: Clock,
    meter: Meter,
    allowed: Limits,
    catalogue: Sequence[Service] = (),
) -> RemediateStage:
    return RemediateStage(
        incidents=incidents,
        remediations=remediations,
        platform=platform,
        looks=ServiceLooks(health=health, logs=logs, clock=clock),
        catalogue=catalogue,
        limits=allowed,
        patience=PATIENCE,
        own_names=frozenset(),
        clock=clock,
        meter=meter,
    )
