"""Wires the stages of the pipeline."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx2
from rich.console import Console

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.health import health_checks_of
from issue_intelligence.bootstrap.judge import excuses_of, flaps_of, thresholds_of
from issue_intelligence.bootstrap.metrics import metrics_sources_of
from issue_intelligence.bootstrap.notifiers import notifiers_of
from issue_intelligence.bootstrap.remediation import remediate_stage
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.bootstrap.tracker import tracker_of
from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.collectors.earlier import EarlierHours
from issue_intelligence.pipeline.decide import DecideStage
from issue_intelligence.pipeline.effects_while_acting import NotifierWhileActing, TrackerWhileActing
from issue_intelligence.pipeline.investigate import InvestigateStage
from issue_intelligence.pipeline.issue_effects import IssueEffects
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.pipeline.notices import Notices
from issue_intelligence.pipeline.numberings import Numberings
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
    numberings: Numberings,
    may_act: MayAct,
) -> Journey:
    # One for all: it keeps the distance between writes, and to GitHub's limits.
    tracker = tracker_of(settings, http=http, on_dropped=meter.dropped_by_tracker)
    return Journey(
        investigate=_investigate(
            settings,
            stores,
            catalogue=catalogue,
            http=http,
            meter=meter,
            logs=logs,
            tracker=tracker,
            numberings=numberings,
        ),
        decide=_decide(settings, stores, catalogue, meter),
        remediate=remediate_stage(
            settings, stores, catalogue=catalogue, http=http, meter=meter, logs=logs, may_act=may_act
        ),
        report=_report(
            settings,
            stores,
            catalogue=catalogue,
            console=console,
            meter=meter,
            tracker=tracker,
            may_act=may_act,
        ),
    )


def _investigate(
    settings: Settings,
    stores: Stores,
    *,
    catalogue: Sequence[Service],
    http: httpx2.AsyncClient,
    meter: Meter,
    logs: LogExaminer | None,
    tracker: Tracker,
    numberings: Numberings,
) -> InvestigateStage:
    health_timeout = settings.validation.health_check_timeout_seconds
    return InvestigateStage(
        incidents=stores.incidents,
        ledger=stores.ledger,
        tracker=tracker,
        logs=logs,
        health=health_checks_of(settings, catalogue, http),
        metrics=metrics_sources_of(settings, http),
        known_issues=KnownIssueSearch(stores.known_issues),
        deployments=stores.deployments,
        earlier=EarlierHours(history=stores.usual, zone=ZoneInfo(settings.validation.baseline_timezone)),
        catalogue=catalogue,
        clock=SystemClock(),
        meter=meter,
        numberings=numberings,
        deadlines_seconds={
            CollectorName.LOGS: 60,
            # Each probe has a deadline of its own, and this one stands behind them.
            CollectorName.HEALTH: health_timeout + 5,
            # Looks at two more windows, behind the investigations that wait for the same reader of logs.
            CollectorName.METRICS: 120,
            CollectorName.KNOWN_ISSUES: 30,
            CollectorName.HISTORY: 30,
            CollectorName.CHANGES: 30,
        },
    )


def _decide(settings: Settings, stores: Stores, catalogue: Sequence[Service], meter: Meter) -> DecideStage:
    return DecideStage(
        incidents=stores.incidents,
        ledger=stores.ledger,
        dead_letters=stores.dead_letters,
        catalogue=catalogue,
        thresholds=thresholds_of(settings),
        excuses=excuses_of(settings, stores),
        component_teams=settings.issue_creation.component_teams,
        default_labels=settings.issue_creation.default_labels,
        auto_close_after=_auto_close_after(settings),
        clock=SystemClock(),
        meter=meter,
    )


def _report(
    settings: Settings,
    stores: Stores,
    *,
    catalogue: Sequence[Service],
    console: Console,
    meter: Meter,
    tracker: Tracker,
    may_act: MayAct,
) -> ReportStage:
    clock = SystemClock()
    return ReportStage(
        incidents=stores.incidents,
        effects=IssueEffects(
            ledger=stores.ledger,
            tracker=TrackerWhileActing(tracker=tracker, may_act=may_act),
            clock=clock,
            creations_per_hour=settings.issue_creation.max_issues_per_hour,
        ),
        notices=Notices(
            log=stores.notices,
            notifiers=tuple(
                NotifierWhileActing(notifier=notifier, may_act=may_act)
                for notifier in notifiers_of(settings, stores, catalogue, console)
            ),
            dead_letters=stores.dead_letters,
            clock=clock,
        ),
        flaps=flaps_of(settings, stores),
        mode=settings.mode,
        auto_close_after=_auto_close_after(settings),
        public_url=settings.public_url.rstrip("/"),
        clock=clock,
        meter=meter,
        catalogue=catalogue,
        component_teams=settings.issue_creation.component_teams,
    )


def _auto_close_after(settings: Settings) -> timedelta:
    return timedelta(hours=settings.issue_creation.auto_close_after_hours)
