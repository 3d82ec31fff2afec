"""Plays a scenario through the real stages: its alerts come in, its clock moves, and its rechecks run."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from issue_intelligence.core.decide.recheck import quiet_until
from issue_intelligence.core.model.deployment import DeploymentReport, DeploymentStatus
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.evaluation.inbound import Deliveries
from issue_intelligence.evaluation.model import Delivery, Scenario
from issue_intelligence.evaluation.outside import SteppedClock
from issue_intelligence.pipeline.deployments import DeploymentIntake
from issue_intelligence.pipeline.intake import IntakeStage
from issue_intelligence.pipeline.workflow import Journey
from issue_intelligence.ports.alert_history import AlertHistory, HistoryQuery
from issue_intelligence.ports.durable import Action, T
from issue_intelligence.ports.incident_store import Findings, IncidentStore, Run

# The journey's first step after the decision: from here on it acts outside.
FIRST_STEP_OUTSIDE = "announce"
_A_ROUND = 200
_A_PAGE = 500
# A scenario of days may want a look every five minutes; what wants more is looked at no further.
MAX_LOOKS = 2_000
# Longer than any rest between two looks.
_LONGEST_REST = timedelta(minutes=20)
_TICK = timedelta(seconds=1)


class NotTakenInError(Exception):
    """The scenario's alert has no incident, so there is nothing to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The service as it is wired, with a scenario in the place of the outside."""

    clock: SteppedClock
    inbound: Deliveries
    intake: IntakeStage
    journey: Journey
    deployments: DeploymentIntake
    incidents: IncidentStore
    history: AlertHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    # Of the last look at the incident of the scenario's first alert; None when no look decided.
    findings: Findings | None
    # Distinct incidents in the end, without those that were joined into another.
    incidents: int


async def play(scenario: Scenario, stage: Stage) -> Played:
    """Play the scenario from its beginning to its last alert. Raises NotTakenInError."""
    player = _Player(stage=stage)
    for at, event in _timeline(scenario, stage):
        await player.rechecks_until(at)
        stage.clock.move_to(at)
        await event()
    await player.rest()
    incident_of = await incidents_by_alert(stage.history)
    incident_id = incident_of.get(scenario.subject.id)
    if incident_id is None:
        raise NotTakenInError("its first alert was not taken in")
    return Played(
        findings=await _last_findings(stage.incidents, incident_id),
        incidents=await _count_leading(stage.incidents, set(incident_of.values())),
    )


async def incidents_by_alert(history: AlertHistory) -> Mapping[str, str]:
    """Tell in which incident each alert ended up."""
    found: dict[str, str] = {}
    before = ""
    while True:
        page = await history.page(HistoryQuery(limit=_A_PAGE, before=before))
        found |= {alert["id"]: alert["incident_id"] for alert in page.alerts}
        if page.next_before is None:
            return found
        before = page.next_before


async def _count_leading(incidents: IncidentStore, incident_ids: Iterable[str]) -> int:
    """Count the incidents that stand for themselves: one that is part of another is told with it."""
    found = [await incidents.incident(each) for each in incident_ids]
    return sum(each.joined is None for each in found)


async def _last_findings(incidents: IncidentStore, incident_id: str) -> Findings | None:
    last = (await incidents.incident(incident_id)).handled_revision
    return await incidents.findings_before(Run(incident_id=incident_id, revision=last + 1))


Event = Callable[[], Awaitable[None]]


def _timeline(scenario: Scenario, stage: Stage) -> list[tuple[datetime, Event]]:
    """Give what happens, in order: deployments are reported as they go on, and alerts when they come in."""
    end = scenario.deliveries[-1].at
    reports = [(at, _report(stage, report)) for at, report in _reports(scenario) if at <= end]
    alerts = [(each.at, _take_in(stage, each)) for each in scenario.deliveries]
    # The sort is stable: of one moment, a deployment is known before an alert.
    return sorted([*reports, *alerts], key=lambda pair: pair[0])


def _reports(scenario: Scenario) -> list[tuple[datetime, DeploymentReport]]:
    found: list[tuple[datetime, DeploymentReport]] = []
    for number, each in enumerate(scenario.world.deployments, start=1):
        said = DeploymentReport(
            service=each.service,
            status=DeploymentStatus.STARTED,
            id=f"deployment-{number}",
            started_at=each.started_at,
        )
        found.append((each.started_at, said))
        if each.finished_at is not None:
            ended = DeploymentReport(
                service=each.service,
                status=DeploymentStatus.FINISHED,
                id=f"deployment-{number}",
                finished_at=each.finished_at,
            )
            found.append((each.finished_at, ended))
    return found


def _report(stage: Stage, report: DeploymentReport) -> Event:
    async def event() -> None:
        await stage.deployments.record(report)

    return event


def _take_in(stage: Stage, delivery: Delivery) -> Event:
    async def event() -> None:
        stage.inbound.receive(delivery)
        while await stage.intake.dispatch(_A_ROUND):
            pass

    return event


@dataclass(slots=True, kw_only=True)
class _Player:
    """Looks at incidents when the service would: at once, after a rest, or when a recheck is due."""

    stage: Stage
    looks: int = 0
    # By incident: nobody looks before.
    rests_until: dict[str, datetime] = field(default_factory=dict)

    async def rechecks_until(self, at: datetime) -> None:
        """Make every look that is due before `at`, what is due now included."""
        await self._look()
        while self.looks < MAX_LOOKS:
            due = await self._next_due(lambda incident: incident.recheck_at)
            if due is None or due >= at:
                return
            await self._look_at(due)

    async def rest(self) -> None:
        """Look at what came in last, after its rest if it needs one; no recheck is waited for."""
        end = self.stage.clock.now() + _LONGEST_REST
        await self._look()
        while self.looks < MAX_LOOKS:
            due = await self._next_due(lambda _: None)
            if due is None or due > end:
                return
            await self._look_at(due)

    async def _look_at(self, due: datetime) -> None:
        clock = self.stage.clock
        clock.move_to(due)
        if not await self._look():
            # The store sees it otherwise; time goes on all the same.
            clock.move_to(clock.now() + _TICK)
            self.looks += 1

    async def _next_due(self, recheck: Callable[[Incident], datetime | None]) -> datetime | None:
        """Tell when the next look is due of those that wait for one, or for their recheck."""
        now = self.stage.clock.now()
        found: list[datetime] = []
        for incident_id, rests_until in self.rests_until.items():
            incident = await self.stage.incidents.incident(incident_id)
            wanted = now if incident.revision != incident.handled_revision else recheck(incident)
            if wanted is not None:
                found.append(max(wanted, rests_until, now))
        return min(found, default=None)

    async def _look(self) -> bool:
        looked = False
        clock = self.stage.clock
        while self.looks < MAX_LOOKS:
            runs: Sequence[Run] = await self.stage.incidents.claim_runs(clock.now(), _A_ROUND)
            if not runs:
                return looked
            for run in runs:
                await decide(self.stage.journey, run)
                self.rests_until[run.incident_id] = quiet_until(run.revision, clock.now())
                self.looks += 1
                looked = True
        return looked


async def decide(journey: Journey, run: Run) -> None:
    """Take the journey up to its decision, and end the run as the journey would."""
    with suppress(_DecidedError):
        await journey(_UpToTheDecision(), run)
    # Nothing was reported, so nothing stands in the way of an incident that is over.
    await journey.decide.finish(run, over=True)


class _DecidedError(Exception):
    """The journey has come to its decision."""


class _UpToTheDecision:
    """Implements ports.durable.DurableRun: steps in memory, and none from the first that acts outside."""

    async def step(self, name: str, action: Action[T]) -> T:
        if name == FIRST_STEP_OUTSIDE:
            raise _DecidedError
        return await action()

    async def side_by_side(self, actions: Mapping[str, Action[T]]) -> dict[str, T]:
        return {name: await self.step(name, actions[name]) for name in sorted(actions)}

    async def pause(self, seconds: float) -> None:
        raise AssertionError(f"the journey waits {seconds} s before its decision")
