"""Wires an evaluation: the service as ever, on a database of its own, with a scenario as its outside."""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
from rich.console import Console

from issue_intelligence.adapters.alertmanager.alert_format import AlertmanagerFormat
from issue_intelligence.adapters.database.emptying import empty_pipeline
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.adapters.log_files.source import LogFilesSource
from issue_intelligence.bootstrap.journey import journey_of
from issue_intelligence.bootstrap.stores import Stores, open_stores, upgrade_stores
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.logs import LogLine
from issue_intelligence.evaluation.inbound import Deliveries
from issue_intelligence.evaluation.model import PastEntry, Scenario, UpOrDown
from issue_intelligence.evaluation.outside import (
    DownLogSource,
    NoLines,
    NoMeter,
    ScenarioHealth,
    ScenarioMetrics,
    SteppedClock,
    services_of,
)
from issue_intelligence.evaluation.past import PLACE, PastIssues, had_the_cause, issue_of
from issue_intelligence.evaluation.playing import Played, Stage, play
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.pipeline.deployments import DeploymentIntake
from issue_intelligence.pipeline.intake import IntakeStage
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.pipeline.log_examination import FetchingExaminer
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.ports.alert_format import AlertFormat
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.incident_store import PastIncident, Run
from issue_intelligence.ports.issue_ledger import IssueLink
from issue_intelligence.ports.log_source import LogSource
from issue_intelligence.settings import Settings

FORMATS: Mapping[AlertSource, AlertFormat] = {
    AlertSource.GRAFANA: GrafanaFormat(),
    AlertSource.ALERTMANAGER: AlertmanagerFormat(),
}


class Evaluator:
    """Plays scenarios, one at a time, on one database that is emptied before each."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """`folder` is a temporary one, of this evaluator alone; of `settings` only the rules count."""
        self._folder = folder
        self._settings = rules_of(settings, folder / "data")
        # Compiling them takes as long as a third of a scenario.
        self._known_issues = KnownIssueSearch(SeededKnownIssues())
        # One loop for all, since the connections to the database belong to it.
        self._loop = asyncio.Runner()
        self._loop.run(upgrade_stores(self._settings))
        self._http = httpx2.AsyncClient()
        self._stores = open_stores(self._settings)
        self._stores.databases.forget_on_power_cut()

    def play(self, scenario: Scenario) -> Played:
        """Play a scenario. Raises NotTakenInError."""
        return self._loop.run(self._play(scenario))

    def close(self) -> None:
        self._loop.run(self._stores.databases.dispose())
        self._loop.run(self._http.aclose())
        self._loop.close()

    async def _play(self, scenario: Scenario) -> Played:
        await empty_pipeline(self._stores.databases)
        return await play(scenario, self._stage(scenario, self._stores))

    def _stage(self, scenario: Scenario, stores: Stores) -> Stage:
        settings, world = self._settings, scenario.world
        clock, meter, numberings = SteppedClock(scenario.now), NoMeter(), Numberings()
        names = _services(scenario)
        catalogue = services_of(names, world.health)
        incidents = _Incidents(stores, scenario)
        ledger = _Ledger(stores, incidents)
        logs = self._logs(scenario)
        examiner = FetchingExaminer(logs) if logs is not None else None
        stores = replace(stores, incidents=incidents, ledger=ledger)
        journey = journey_of(
            settings,
            stores,
            # What it would ask outside is exchanged below, and the catalogue goes with it.
            catalogue=(),
            http=self._http,
            console=Console(quiet=True),
            meter=meter,
            logs=examiner,
            numberings=numberings,
            may_act=NeverActs(),
        )
        return Stage(
            clock=clock,
            inbound=(inbound := Deliveries()),
            intake=IntakeStage(
                inbound=inbound,
                incidents=incidents,
                dead_letters=stores.dead_letters,
                formats=FORMATS,
                catalogue=catalogue,
                clock=clock,
                numberings=numberings,
                rejoin_window=timedelta(seconds=settings.validation.deduplication_window_seconds),
            ),
            journey=replace(
                journey,
                investigate=replace(
                    journey.investigate,
                    tracker=PastIssues(world.history),
                    known_issues=self._known_issues,
                    health=ScenarioHealth(world.health, names[0]),
                    metrics=(ScenarioMetrics(world.metrics, names[0]),) if world.metrics else (),
                    catalogue=catalogue,
                    clock=clock,
                ),
                decide=replace(journey.decide, catalogue=catalogue, clock=clock),
            ),
            deployments=DeploymentIntake(
                deployments=stores.deployments,
                catalogue=catalogue,
                settling=timedelta(seconds=settings.validation.deployment_settling_seconds),
                clock=clock,
            ),
            incidents=incidents,
            history=stores.history,
        )

    def _logs(self, scenario: Scenario) -> LogSource | None:
        """Give the scenario's log, read as log files are; None when nobody has a log source."""
        if scenario.world.log_source is UpOrDown.DOWN:
            return DownLogSource()
        if not scenario.log_files:
            return NoLines() if scenario.world.log_source is UpOrDown.UP else None
        copies = [self._folder / f"scenario{path.suffix}" for path in scenario.log_files]
        for path, copy in zip(scenario.log_files, copies, strict=True):
            # Its own path may hold what means something in a pattern.
            shutil.copyfile(path, copy)
            # Lines without a time are as old as their file.
            os.utime(copy, (scenario.now.timestamp(), scenario.now.timestamp()))
        return LogFilesSource(",".join(map(str, copies)), read_line=_read_line)


def rules_of(settings: Settings, data_dir: Path) -> Settings:
    """Give settings that hold the rules of `settings`, and nothing of the outside that they name."""
    return Settings.model_construct(
        data_dir=data_dir,
        validation=settings.validation,
        remediation=settings.remediation,
        issue_creation=settings.issue_creation,
    )


def _services(scenario: Scenario) -> tuple[str, ...]:
    """Name the services of the scenario's alerts, that of the judged alert first."""
    alerts = [alert for delivery in scenario.deliveries for alert in delivery.alerts]
    return tuple(dict.fromkeys(alert_context(alert, ()).affected_service for alert in alerts))


class SeededKnownIssues:
    """Implements ports.known_issue_store.KnownIssueStore with what the product knows out of the box."""

    def __init__(self) -> None:
        self._entries = tuple(sorted(seed_entries(), key=lambda entry: entry.id))

    async def all(self) -> tuple[KnownIssue, ...]:
        return self._entries

    async def add_missing(self, entries: Sequence[KnownIssue]) -> int:  # noqa: ARG002
        return 0

    async def put(self, entries: Sequence[KnownIssue]) -> None:  # noqa: ARG002
        raise PermanentError("the known issues of an evaluation are those of the product")


class NeverActs:
    """Implements ports.acting.MayAct: an evaluation does nothing outside."""

    def check(self) -> None:
        raise PermanentError("an evaluation does nothing outside")


class _Incidents(DatabaseIncidentStore):
    """The real store, and the scenario's own word on earlier incidents."""

    def __init__(self, stores: Stores, scenario: Scenario) -> None:
        super().__init__(stores.databases)
        self._history = scenario.world.history
        # By issue key: what the history says of its cause.
        self.of_cause: dict[str, tuple[PastEntry, ...]] = {}

    async def past_incidents(self, incident: Incident, issue_key: str, limit: int) -> list[PastIncident]:
        known = await super().past_incidents(incident, issue_key, limit)
        if not self._history:
            return known
        found = await self.investigation(Run(incident_id=incident.id, revision=incident.started_revision))
        alerts = await self.alerts_of(incident.id, 1)
        entries = tuple(each for each in self._history if had_the_cause(each, found, alerts[-1][0].starts_at))
        self.of_cause[issue_key] = entries
        told = [
            PastIncident(
                id=f"history-{number}",
                opened_at=each.started_at,
                issue_number=each.issue_number,
                issue_place=PLACE,
                is_real=each.is_real,
            )
            for number, each in enumerate(entries, start=1)
        ]
        return sorted([*told, *known], key=lambda past: past.opened_at)[-limit:]


class _Ledger(DatabaseIssueLedger):
    """The real ledger, and the issues that the scenario's history links to the cause."""

    def __init__(self, stores: Stores, incidents: _Incidents) -> None:
        super().__init__(stores.databases)
        self._incidents = incidents

    async def link(self, issue_key: str) -> IssueLink | None:
        entries = self._incidents.of_cause.get(issue_key, ())
        number = issue_of(entries)
        if number is None:
            return await super().link(issue_key)
        return IssueLink(
            issue_key=issue_key,
            number=number,
            url=f"scenario:issues/{number}",
            created_at=max(each.started_at for each in entries if each.issue_number == number),
            place=PLACE,
        )


def _read_line(number: int, text: str, default_at: datetime | None) -> LogLine:
    return read_log_line(number, text, default_at=default_at)
