"""The pipeline as it is wired in the service, on a real database, in a world that a test controls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.bootstrap.stores import Stores, open_stores, upgrade_stores
from issue_intelligence.core.decide.deployments import DeploymentLimits
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.core.model.evidence import CollectorName, Investigation
from issue_intelligence.core.model.maintenance import MaintenanceWindow
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.guardrails import Mode
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.pipeline.collectors.earlier import EarlierHours
from issue_intelligence.pipeline.decide import DecideStage
from issue_intelligence.pipeline.excuses import Excuses
from issue_intelligence.pipeline.flaps import Flaps
from issue_intelligence.pipeline.intake import IntakeStage
from issue_intelligence.pipeline.investigate import InvestigateStage
from issue_intelligence.pipeline.issue_effects import IssueEffects
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.pipeline.log_examination import FetchingExaminer
from issue_intelligence.pipeline.notices import Notices
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.pipeline.remediate import RemediateStage
from issue_intelligence.pipeline.report import ReportStage
from issue_intelligence.pipeline.workflow import Journey
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.inbound_log import NewInboundEvent
from issue_intelligence.ports.incident_store import Findings, Run
from issue_intelligence.ports.known_issue_store import KnownIssueStore
from issue_intelligence.ports.metrics_source import MetricsSource
from issue_intelligence.ports.notifier import Notifier
from issue_intelligence.ports.tracker import Tracker
from issue_intelligence.settings import load_settings
from tests.factories.webhooks import body_of, raw_alert
from tests.fakes.collected import FakeHealthChecker, FakeLogSource
from tests.fakes.durable import FakeDurableRun, PowerCutError
from tests.fakes.inbound import append
from tests.fakes.people import FakeMeter, FakeNotifier
from tests.fakes.platform import FakePlatform
from tests.fakes.stopped_clock import StoppedClock
from tests.fakes.tracker import FakeTracker
from tests.pipeline.remediation_parts import limits, remediate_stage

STARTS_AT = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
AUTO_CLOSE_AFTER = timedelta(hours=24)
REJOIN_WINDOW = timedelta(hours=1)
SHOP = Service(name="shop", component="checkout", health_url="http://shop.example/health")
LABELS = {"alertname": "CheckoutErrors", "service": "shop", "severity": "critical"}
TRACE = (
    "ERROR TypeError: Cannot read properties of undefined (reading 'price')\n"
    "    at total (/srv/shop/src/cart.ts:10:5)\n"
    "    at checkout (/srv/shop/src/checkout.ts:31:9)"
)


def shop_alert(fingerprint: str = "f1", **changes: Any) -> dict[str, Any]:
    """The shop's alert as Grafana sends it; other fingerprints are other instances of the rule."""
    return raw_alert(
        **{
            "labels": LABELS | {"instance": fingerprint},
            "fingerprint": fingerprint,
            "startsAt": iso(STARTS_AT),
        }
        | changes
    )


def resolved(at: datetime, fingerprint: str = "f1", **changes: Any) -> dict[str, Any]:
    return shop_alert(fingerprint, status="resolved", endsAt=iso(at), **changes)


def iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


class World:
    def __init__(self, stores: Stores, *, mode: Mode, tracker: Tracker | None) -> None:
        self.stores = stores
        self.mode = mode
        self.creations_per_hour: int | None = None
        self.clock = StoppedClock(STARTS_AT + timedelta(minutes=1))
        self.fake_tracker = FakeTracker(clock=self.clock)
        self.tracker: Tracker = tracker or self.fake_tracker
        self.logs = FakeLogSource()
        self.health = FakeHealthChecker()
        # None by default, as without PROMETHEUS_URL.
        self.metrics: list[MetricsSource] = []
        self.notifier = FakeNotifier()
        self.further_notifiers: list[Notifier] = []
        self.meter = FakeMeter()
        self.platform = FakePlatform()
        self.windows_of_file: tuple[MaintenanceWindow, ...] = ()
        self.limits = limits(mode=mode)
        self.known_issues: KnownIssueStore = stores.known_issues
        # Of runs that ended before their end: "step: reason".
        self.failures: list[str] = []
        self._steps: dict[Run, dict[str, str]] = {}

    async def receive(self, *alerts: dict[str, Any], truncated: int = 0) -> None:
        """Commit one webhook of Grafana's, which says that it left so many alerts out."""
        body = body_of(*alerts, truncatedAlerts=truncated)
        ids = tuple(alert.id for alert in GrafanaFormat().parse(body).alerts)
        event = NewInboundEvent(
            source=AlertSource.GRAFANA, received_at=self.clock.now(), body=body, alert_ids=ids
        )
        await append(self.stores.inbound, event)

    async def work(self, *, cut_after: str = "") -> list[Run]:
        """Dispatch what waits and take one journey with every incident that deserves it now."""
        while await self.intake().dispatch(200):
            pass
        runs = await self.stores.incidents.claim_runs(self.clock.now(), 50)
        for run in runs:
            await self.travel(run, cut_after=cut_after)
        return runs

    async def receive_and_work(self, *alerts: dict[str, Any]) -> list[Run]:
        await self.receive(*alerts)
        return await self.work()

    async def work_later(self, by: timedelta) -> list[Run]:
        self.clock.advance(by)
        return await self.work()

    async def travel(self, run: Run, *, cut_after: str = "") -> None:
        """Take the journey, or go on with it where the power went off."""
        durable = FakeDurableRun(
            self._steps.setdefault(run, {}), cut_after=cut_after, on_pause=self.clock.advance
        )
        try:
            await self.journey()(durable, run)
        except PowerCutError:
            return
        except PermanentError as error:
            self.failures.append(str(error))
            await self.stores.ledger.give_up(run.incident_id, run.revision, str(error))
            now = self.clock.now()
            await self.stores.incidents.finish_run(run, now, quiet_until=now, recheck_at=None)

    async def findings(self, run: Run) -> Findings:
        found = await self.stores.incidents.findings(run)
        assert found is not None, self.failures
        return found

    async def investigation(self, run: Run) -> Investigation:
        return await self.stores.incidents.investigation(run)

    def comments(self, number: int = 1) -> list[str]:
        return list(self.fake_tracker.issues[number].comments.values())

    def journey(self) -> Journey:
        return Journey(
            investigate=self._investigate(),
            decide=self._decide(),
            remediate=self._remediate(),
            report=self._report(),
        )

    def intake(self) -> IntakeStage:
        return IntakeStage(
            numberings=Numberings(),
            inbound=self.stores.inbound,
            incidents=self.stores.incidents,
            dead_letters=self.stores.dead_letters,
            formats={AlertSource.GRAFANA: GrafanaFormat()},
            catalogue=(SHOP,),
            clock=self.clock,
            rejoin_window=REJOIN_WINDOW,
        )

    def _investigate(self) -> InvestigateStage:
        return InvestigateStage(
            numberings=Numberings(),
            incidents=self.stores.incidents,
            ledger=self.stores.ledger,
            tracker=self.tracker,
            logs=FetchingExaminer(self.logs),
            metrics=self.metrics,
            health=self.health,
            known_issues=KnownIssueSearch(self.known_issues),
            deployments=self.stores.deployments,
            earlier=EarlierHours(history=self.stores.usual),
            catalogue=(SHOP,),
            clock=self.clock,
            meter=self.meter,
            # Only what hangs for ever meets its deadline; the others are far from it.
            deadlines_seconds=dict.fromkeys(CollectorName, 0.5 if self._something_hangs() else 60),
        )

    def _something_hangs(self) -> bool:
        return self.logs.trouble.hangs or self.health.trouble.hangs

    def _remediate(self) -> RemediateStage:
        return remediate_stage(
            self.stores.incidents,
            self.stores.remediations,
            platform=self.platform,
            health=self.health,
            logs=FetchingExaminer(self.logs),
            clock=self.clock,
            meter=self.meter,
            allowed=self.limits,
            catalogue=(SHOP,),
        )

    def _decide(self) -> DecideStage:
        return DecideStage(
            incidents=self.stores.incidents,
            ledger=self.stores.ledger,
            dead_letters=self.stores.dead_letters,
            catalogue=(SHOP,),
            thresholds=ValidationThresholds(),
            excuses=Excuses(
                silences=self.stores.silences,
                deployment_limits=DeploymentLimits(),
                flaps=Flaps(episodes=self.stores.episodes, ledger=self.stores.ledger),
                episodes=self.stores.episodes,
                self_resolved_grace=timedelta(seconds=120),
                maintenance=self.stores.maintenance,
                windows_of_file=self.windows_of_file,
                patterns=self.stores.ignore_patterns,
            ),
            component_teams={},
            default_labels=("automated-alert",),
            auto_close_after=AUTO_CLOSE_AFTER,
            clock=self.clock,
            meter=self.meter,
        )

    def _report(self) -> ReportStage:
        return ReportStage(
            incidents=self.stores.incidents,
            effects=IssueEffects(
                ledger=self.stores.ledger,
                tracker=self.tracker,
                clock=self.clock,
                creations_per_hour=self.creations_per_hour,
            ),
            notices=Notices(
                log=self.stores.notices,
                notifiers=(self.notifier, *self.further_notifiers),
                dead_letters=self.stores.dead_letters,
                clock=self.clock,
            ),
            flaps=Flaps(episodes=self.stores.episodes, ledger=self.stores.ledger),
            mode=self.mode,
            auto_close_after=AUTO_CLOSE_AFTER,
            public_url="",
            clock=self.clock,
            meter=self.meter,
        )


@asynccontextmanager
async def a_world(
    folder: Path, *, database_url: str = "", mode: Mode = Mode.ACT, tracker: Tracker | None = None
) -> AsyncIterator[World]:
    settings = load_settings(data_dir=folder, database_url=database_url)
    await upgrade_stores(settings)
    stores = open_stores(settings)
    stores.committer.start()
    await stores.known_issues.add_missing(seed_entries())
    try:
        yield World(stores, mode=mode, tracker=tracker)
    finally:
        await stores.committer.stop()
        await stores.databases.dispose()
