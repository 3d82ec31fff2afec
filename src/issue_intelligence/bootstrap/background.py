"""The pipeline of this process: the durable engine and the loop that feeds it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from rich.console import Console

from issue_intelligence.adapters.alertmanager.alert_format import AlertmanagerFormat
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.journey import journey_of
from issue_intelligence.bootstrap.logs import log_examiner
from issue_intelligence.bootstrap.metrics import metrics_sources_of
from issue_intelligence.bootstrap.replicas import replica_of, takeover_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.pipeline.intake import IntakeStage
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.pipeline.retention import Retention
from issue_intelligence.pipeline.sampling import HourSampler
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.meter import Meter
from issue_intelligence.settings import Settings
from issue_intelligence.worker.durable import DurableEngine
from issue_intelligence.worker.run import Worker
from issue_intelligence.worker.sampling import SamplingLoop

# A run that failed for good is tried anew later all the same: someone may have mended what was in its way.
AFTER_FAILURE = timedelta(minutes=5)


class Background:
    """The pipeline in this process: the durable engine and the loop that feeds it."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        *,
        console: Console,
        meter: Meter,
        on_lost: Callable[[], None],
    ) -> None:
        """`on_lost` has to end this process: others have taken over its work."""
        self._stores = stores
        self._clock = SystemClock()
        self._is_lost = False
        self._end_process = on_lost
        self._replica = replica_of(settings, stores, on_lost=self._lost)
        self._http = http_client(timeout_seconds=settings.validation.health_check_timeout_seconds)
        self._logs = log_examiner(settings)
        catalogue = catalogue_of(settings)
        numberings = Numberings()
        self._engine = DurableEngine(
            database=stores.databases.workflows,
            executor_id=self._replica.id,
            journey=journey_of(
                settings,
                stores,
                catalogue=catalogue,
                http=self._http,
                console=console,
                logs=self._logs,
                meter=meter,
                numberings=numberings,
                may_act=self._replica,
            ),
            on_failure=self._give_up,
            is_under_way=self._is_under_way,
            living_versions=self._replica.living_versions,
            meter=meter,
        )
        self._worker = Worker(
            intake=IntakeStage(
                inbound=stores.inbound,
                incidents=stores.incidents,
                dead_letters=stores.dead_letters,
                formats={
                    AlertSource.GRAFANA: GrafanaFormat(),
                    AlertSource.ALERTMANAGER: AlertmanagerFormat(),
                },
                catalogue=catalogue,
                clock=self._clock,
                numberings=numberings,
                rejoin_window=timedelta(seconds=settings.validation.deduplication_window_seconds),
            ),
            incidents=stores.incidents,
            starter=self._engine,
            clock=self._clock,
            turn=self._replica.turn,
            take_over=takeover_of(self._replica, stores, self._engine),
            retention=_retention(settings, stores, self._engine),
        )
        self._sampling = self._sampling_of(settings, catalogue)

    @property
    def executor_id(self) -> str:
        return self._replica.id

    def nudge(self) -> None:
        self._worker.nudge()

    async def start(self) -> None:
        await self._replica.start()
        await self._engine.launch()
        await self._worker.start()
        await self._sampling.start()

    async def stop(self) -> None:
        self._stores.databases.stopping.set()
        await self._sampling.stop()
        await self._worker.stop()
        if self._is_lost:
            # Its steps may write nothing any more, so there is nothing to wait for.
            await self._engine.stop(patience_seconds=1)
        else:
            await self._engine.stop()
        await self._http.aclose()
        if self._logs is not None:
            await self._logs.stop()
        await self._replica.stop()

    def _sampling_of(self, settings: Settings, catalogue: Sequence[Service]) -> SamplingLoop:
        sampler = HourSampler(
            history=self._stores.usual,
            sources=metrics_sources_of(settings, self._http),
            logs=self._logs,
            catalogue=catalogue,
            clock=self._clock,
        )
        return SamplingLoop(sampler.sample_next)

    def _lost(self) -> None:
        self._is_lost = True
        self._end_process()

    async def _is_under_way(self, run: Run) -> bool:
        return run in await self._stores.incidents.runs_under_way()

    async def _give_up(self, run: Run, step: str, reason: str) -> None:
        """Keep a failed run where people see it, and let its incident go on with the next alert."""
        now = self._clock.now()
        # Errors repeat what they failed on: addresses with passwords, lines of logs.
        reason = redact(reason)
        await self._stores.dead_letters.add(
            DeadLetter(step=step, incident_id=run.incident_id, revision=run.revision, reason=reason, at=now)
        )
        await self._stores.ledger.give_up(run.incident_id, run.revision, reason)
        await self._stores.incidents.finish_run(
            run, now, quiet_until=now + AFTER_FAILURE, recheck_at=now + AFTER_FAILURE * 3
        )


def _retention(settings: Settings, stores: Stores, engine: DurableEngine) -> Retention:
    return Retention(
        inbound=stores.inbound,
        finished_runs=engine,
        usual=stores.usual,
        raw_bodies_for=timedelta(days=settings.retention.raw_bodies_days),
        finished_runs_for=timedelta(days=settings.retention.finished_runs_days),
        ended={
            "silences": stores.silences,
            "maintenance_windows": stores.maintenance,
            "ignore_patterns": stores.ignore_patterns,
        },
        ended_for=timedelta(days=settings.retention.ended_excuses_days),
        clock=SystemClock(),
    )
