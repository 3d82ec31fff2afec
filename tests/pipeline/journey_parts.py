"""The whole journey on real tables, with a tracker in memory, a log of lines and a clock to move."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from issue_intelligence.adapters.database.dead_letters import DatabaseDeadLetters
from issue_intelligence.adapters.database.deployments import DatabaseDeployments
from issue_intelligence.adapters.database.engines import Databases, database_urls, open_databases
from issue_intelligence.adapters.database.episodes import DatabaseEpisodes
from issue_intelligence.adapters.database.ignore_patterns import DatabaseIgnorePatterns
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.known_issues import DatabaseKnownIssues
from issue_intelligence.adapters.database.maintenance import DatabaseMaintenance
from issue_intelligence.adapters.database.migrate import upgrade
from issue_intelligence.adapters.database.notice_log import DatabaseNoticeLog
from issue_intelligence.adapters.database.remediation_ledger import DatabaseRemediationLedger
from issue_intelligence.adapters.database.silences import DatabaseSilences
from issue_intelligence.adapters.database.usual_history import DatabaseUsualHistory
from issue_intelligence.core.decide.deployments import DeploymentLimits
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.model.evidence import CollectorName, HealthProbe
from issue_intelligence.core.model.logs import LogLevel, LogLine
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.pipeline.collectors.earlier import EarlierHours
from issue_intelligence.pipeline.decide import DecideStage
from issue_intelligence.pipeline.excuses import Excuses
from issue_intelligence.pipeline.flaps import Flaps
from issue_intelligence.pipeline.investigate import InvestigateStage
from issue_intelligence.pipeline.issue_effects import IssueEffects
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.pipeline.log_examination import FetchingExaminer
from issue_intelligence.pipeline.notices import Notices
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.pipeline.report import ReportStage
from issue_intelligence.pipeline.workflow import Journey
from issue_intelligence.ports.durable import Action, T
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.log_source import LogBatch, LogQuery
from tests.database.events import NOW, event
from tests.fakes.people import FakeMeter
from tests.fakes.platform import FakePlatform
from tests.fakes.stopped_clock import StoppedClock
from tests.fakes.tracker import FakeTracker
from tests.pipeline.remediation_parts import limits, remediate_stage

AUTO_CLOSE_AFTER = timedelta(hours=24)


class FakeLog:
    """Three times the same error, whenever it is asked."""

    description = "a fake log"

    def __init__(self) -> None:
        self.message = "cannot reach the stock"

    async def fetch(self, query: LogQuery) -> LogBatch:
        lines = tuple(
            LogLine(number=number, at=query.from_at, level=LogLevel.ERROR, message=self.message)
            for number in (1, 2, 3)
        )
        return LogBatch(lines=lines, truncated=False)


class FakeNotifier:
    description = "a fake channel"
    keeps_current = False

    def __init__(self) -> None:
        self.notices: list[IncidentNotice] = []

    async def notify(
        self, notice: IncidentNotice, *, marker: str, unknown_since: datetime | None = None
    ) -> bool:
        self.notices.append(notice)
        return True


class NoHealth:
    async def check(self, _service: Service) -> tuple[HealthProbe, ...]:
        return ()


@dataclass
class StepByStep:
    """Runs each step once; `before` does something just before the step of its name."""

    before: Mapping[str, Action[None]] = field(default_factory=dict)

    async def step(self, name: str, action: Action[T]) -> T:
        if name in self.before:
            await self.before[name]()
        return await action()

    async def side_by_side(self, actions: Mapping[str, Action[T]]) -> dict[str, T]:
        return {name: await self.step(name, action) for name, action in sorted(actions.items())}

    async def pause(self, _seconds: float) -> None:
        """No test with this run waits for anything."""


class Stage:
    """What a test of the journey acts on."""

    def __init__(self, databases: Databases) -> None:
        self.clock = StoppedClock(NOW)
        self.tracker = FakeTracker(clock=self.clock)
        self.log = FakeLog()
        self.notifier = FakeNotifier()
        self.store = DatabaseIncidentStore(databases)
        self.ledger = DatabaseIssueLedger(databases)
        self.remediations = DatabaseRemediationLedger(databases)
        self.dead_letters = DatabaseDeadLetters(databases)
        self._silences = DatabaseSilences(databases)
        self._maintenance = DatabaseMaintenance(databases)
        self._patterns = DatabaseIgnorePatterns(databases)
        self._notices = DatabaseNoticeLog(databases)
        self._deployments = DatabaseDeployments(databases)
        self._usual = DatabaseUsualHistory(databases)
        self._episodes = DatabaseEpisodes(databases, self.store)
        self._known = KnownIssueSearch(DatabaseKnownIssues(databases, self.clock))
        self._events = 0

    async def receive(self, *alerts: Alert) -> None:
        self._events += 1
        now = self.clock.now()
        await self.store.record_events(
            [event(self._events, *alerts, received_at=now)], now, rejoin_window=timedelta(hours=1)
        )

    async def run_all(self, *, before: Mapping[str, Action[None]] | None = None) -> list[Run]:
        """Take the journey with every incident that deserves it now; give the runs."""
        runs = await self.store.claim_runs(self.clock.now(), 50)
        for run in runs:
            await self.journey()(StepByStep(before or {}), run)
        return runs

    async def run_next(self, at: datetime, *, before: Mapping[str, Action[None]] | None = None) -> list[Run]:
        self.clock.at = at
        return await self.run_all(before=before)

    def journey(self) -> Journey:
        return Journey(
            investigate=self._investigate(),
            decide=self._decide(),
            remediate=remediate_stage(
                self.store,
                self.remediations,
                platform=FakePlatform(),
                health=NoHealth(),
                logs=FetchingExaminer(self.log),
                clock=self.clock,
                meter=FakeMeter(),
                allowed=limits(enabled=False, mode=Mode.REPORT),
            ),
            report=self._report(),
        )

    def _investigate(self) -> InvestigateStage:
        return InvestigateStage(
            numberings=Numberings(),
            meter=FakeMeter(),
            incidents=self.store,
            ledger=self.ledger,
            tracker=self.tracker,
            logs=FetchingExaminer(self.log),
            metrics=(),
            health=NoHealth(),
            known_issues=self._known,
            deployments=self._deployments,
            earlier=EarlierHours(history=self._usual),
            catalogue=(),
            clock=self.clock,
            deadlines_seconds=dict.fromkeys(CollectorName, 10),
        )

    def _decide(self) -> DecideStage:
        return DecideStage(
            meter=FakeMeter(),
            incidents=self.store,
            ledger=self.ledger,
            dead_letters=self.dead_letters,
            catalogue=(),
            thresholds=ValidationThresholds(),
            excuses=Excuses(
                silences=self._silences,
                deployment_limits=DeploymentLimits(),
                flaps=Flaps(episodes=self._episodes, ledger=self.ledger),
                episodes=self._episodes,
                self_resolved_grace=timedelta(seconds=120),
                maintenance=self._maintenance,
                patterns=self._patterns,
            ),
            component_teams={},
            default_labels=(),
            auto_close_after=AUTO_CLOSE_AFTER,
            clock=self.clock,
        )

    def _report(self) -> ReportStage:
        return ReportStage(
            meter=FakeMeter(),
            incidents=self.store,
            effects=IssueEffects(ledger=self.ledger, tracker=self.tracker, clock=self.clock),
            notices=Notices(
                log=self._notices,
                notifiers=(self.notifier,),
                dead_letters=self.dead_letters,
                clock=self.clock,
            ),
            flaps=Flaps(episodes=self._episodes, ledger=self.ledger),
            mode=Mode.REPORT,
            auto_close_after=AUTO_CLOSE_AFTER,
            public_url="",
            clock=self.clock,
        )


@asynccontextmanager
async def staged(folder: Path, *, database_url: str = "") -> AsyncIterator[Stage]:
    urls = database_urls(database_url, folder)
    upgrade(urls)
    databases = open_databases(urls)
    try:
        yield Stage(databases)
    finally:
        await databases.dispose()
