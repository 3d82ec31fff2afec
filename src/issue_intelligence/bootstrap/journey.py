"""Wires the stages of the pipeline."""

from collections.abc import Sequence
from datetime import timedelta

import httpx2
from rich.console import Console

from issue_intelligence.adapters.console.notifier import ConsoleNotifier
from issue_intelligence.adapters.http_probe.checker import HttpHealthChecker
from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.decide import DecideStage
from issue_intelligence.pipeline.effects_while_acting import NotifierWhileActing, TrackerWhileActing
from issue_intelligence.pipeline.investigate import InvestigateStage
from issue_intelligence.pipeline.issue_effects import IssueEffects
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.pipeline.remediate import RemediateStage
from issue_intelligence.pipeline.report import ReportStage
from issue_intelligence.pipeline.workflow import Journey
from issue_intelligence.ports.acting import MayAct
from issue_intelligence.ports.log_source import LogExaminer
from issue_intelligence.ports.meter import Meter
from issue_intelligence.ports.tracker import Tracker
from issue_intelligence.settings import Settings


def journey_of(
    settings: Settings,
    stores: Stores,
    *,
    catalogue: Sequence[Service],
    http: httpx2.AsyncClient,
    console: Console,
    meter: Meter,
    logs: LogExaminer | None,
    may_act: MayAct,
) -> Journey:
    return Journey(
        investigate=_investigate(settings, stores, catalogue=catalogue, http=http, meter=meter, logs=logs),
        decide=_decide(settings, stores, catalogue, meter),
        remediate=RemediateStage(
            incidents=stores.incidents,
            enabled=settings.remediation.enabled,
            mode=settings.mode,
            clock=SystemClock(),
        ),
        report=_report(settings, stores, console, meter, may_act),
    )


def _investigate(
    settings: Settings,
    stores: Stores,
    *,
    catalogue: Sequence[Service],
    http: httpx2.AsyncClient,
    meter: Meter,
    logs: LogExaminer | None,
) -> InvestigateStage:
    health_timeout = settings.validation.health_check_timeout_seconds
    return InvestigateStage(
        incidents=stores.incidents,
        ledger=stores.ledger,
        tracker=_tracker(settings),
        logs=logs,
        health=HttpHealthChecker(http, timeout_seconds=health_timeout),
        known_issues=KnownIssueSearch(stores.known_issues),
        catalogue=catalogue,
        clock=SystemClock(),
        meter=meter,
        deadlines_seconds={
            CollectorName.LOGS: 60,
            # The probe keeps its own deadline, and this one stands behind it.
            CollectorName.HEALTH: health_timeout + 5,
            # Looks at two more windows, behind the investigations that wait for the same reader of logs.
            CollectorName.METRICS: 120,
            CollectorName.KNOWN_ISSUES: 30,
            CollectorName.HISTORY: 30,
        },
    )


def _decide(settings: Settings, stores: Stores, catalogue: Sequence[Service], meter: Meter) -> DecideStage:
    validation = settings.validation
    return DecideStage(
        incidents=stores.incidents,
        ledger=stores.ledger,
        silences=stores.silences,
        dead_letters=stores.dead_letters,
        catalogue=catalogue,
        thresholds=ValidationThresholds(
            min_error_count=validation.min_error_count,
            min_confidence=validation.min_confidence,
            create_issue_on_single_error_with_stack_trace=(
                validation.create_issue_on_single_error_with_stack_trace
            ),
        ),
        component_teams=settings.issue_creation.component_teams,
        default_labels=settings.issue_creation.default_labels,
        auto_close_after=_auto_close_after(settings),
        clock=SystemClock(),
        meter=meter,
    )


def _report(
    settings: Settings, stores: Stores, console: Console, meter: Meter, may_act: MayAct
) -> ReportStage:
    clock = SystemClock()
    return ReportStage(
        incidents=stores.incidents,
        effects=IssueEffects(
            ledger=stores.ledger,
            tracker=TrackerWhileActing(tracker=_tracker(settings), may_act=may_act),
            clock=clock,
        ),
        notices=stores.notices,
        notifiers=(NotifierWhileActing(notifier=ConsoleNotifier(console), may_act=may_act),),
        mode=settings.mode,
        auto_close_after=_auto_close_after(settings),
        public_url=settings.public_url.rstrip("/"),
        clock=clock,
        meter=meter,
    )


def _tracker(settings: Settings) -> Tracker:
    return LocalTracker(settings.data_dir / "issues", clock=SystemClock())


def _auto_close_after(settings: Settings) -> timedelta:
    return timedelta(hours=settings.issue_creation.auto_close_after_hours)
