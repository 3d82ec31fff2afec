"""Wires what repairs."""

from collections.abc import Sequence
from datetime import timedelta

import httpx2

from issue_intelligence.adapters.command.platform import CommandPlatform
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.health import health_checks_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.guardrails import Limits
from issue_intelligence.core.remediate.own_names import own_names
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.pipeline.effects_while_acting import PlatformWhileActing
from issue_intelligence.pipeline.remediate import Patience, RemediateStage
from issue_intelligence.pipeline.service_looks import ServiceLooks
from issue_intelligence.ports.acting import MayAct
from issue_intelligence.ports.log_source import LogExaminer
from issue_intelligence.ports.meter import Meter
from issue_intelligence.settings import Settings, command_environment


def remediate_stage(
    settings: Settings,
    stores: Stores,
    *,
    catalogue: Sequence[Service],
    http: httpx2.AsyncClient,
    meter: Meter,
    logs: LogExaminer | None,
    may_act: MayAct,
) -> RemediateStage:
    restart, clock = settings.remediation.strategies.restart, SystemClock()
    return RemediateStage(
        incidents=stores.incidents,
        remediations=stores.remediations,
        platform=PlatformWhileActing(
            platform=CommandPlatform(env=command_environment(), timeout_seconds=restart.timeout_seconds),
            may_act=may_act,
        ),
        looks=ServiceLooks(health=health_checks_of(settings, catalogue, http), logs=logs, clock=clock),
        catalogue=catalogue,
        limits=Limits(
            mode=settings.mode,
            kill_switch=settings.kill_switch,
            enabled=settings.remediation.enabled,
            strategy_enabled=restart.enabled,
            without_known_issue=restart.without_known_issue,
            cool_down=timedelta(seconds=restart.cooldown_seconds),
            max_per_hour=settings.remediation.max_per_hour,
        ),
        patience=Patience(
            wait=timedelta(seconds=restart.wait_for_health_check_seconds), looks=restart.health_check_retries
        ),
        own_names=own_names(catalogue, port=settings.port, public_url=settings.public_url),
        clock=clock,
        meter=meter,
    )


def what_may_be_restarted(settings: Settings) -> str:
    """Say it for the start's log, and why nothing may."""
    names = [service.name for service in settings.services if service.platform is not None]
    if not names:
        return "none: no service has a platform"
    if settings.mode is not Mode.ACT:
        return f"none: MODE is {settings.mode.value}"
    if settings.kill_switch:
        return "none: KILL_SWITCH is on"
    remediation = settings.remediation
    if not (remediation.enabled and remediation.strategies.restart.enabled):
        return "none: the settings of [remediation] forbid it"
    return ", ".join(names)
