"""The only file that knows the durable engine (DBOS): workflows whose finished steps survive kill -9."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from time import monotonic, perf_counter
from typing import Any

import stamina
import structlog
from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID

from issue_intelligence.ports.durable import Action, DurableRun, T
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.meter import Meter
from issue_intelligence.worker.retry_policy import NeverGiveUp, RetryPolicy
from issue_intelligence.worker.step_outcome import StepFailedError, value_of

log = structlog.get_logger()

QUEUE = "incidents"
# Names the shape of the workflow. Adding, removing or reordering steps needs a new name, since a
# run recovered under it finds its steps by their numbers. Never derived from the source.
WORKFLOW_VERSION = "journey-3"
# A run that was interrupted this often is broken itself; the invariants report it.
MAX_RECOVERIES = 1_000
# A workflow that ended is over for the engine; a run that is asked for again is not over for us. So it is
# with SUCCESS too, when our tables come from an older backup than the engine's.
ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
# How soon a pause hears that the process is to end.
PAUSE_SLICE_SECONDS = 0.2


class JsonSerializer(Serializer):
    """Plain JSON instead of pickle: a renamed class cannot break recovery, and rows cannot run code."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_plain)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "issue_intelligence_json"


def _plain(value: object) -> object:
    # The engine stores an exception that left a workflow; its text is all anyone needs of it.
    if isinstance(value, BaseException):
        return {"error": type(value).__name__, "message": str(value)}
    raise TypeError(f"{type(value).__name__} is not JSON")


class DbosRun(DurableRun):
    """One run, as the workflow sees it."""

    def __init__(self, retry: RetryPolicy, is_stopping: Callable[[], bool]) -> None:
        self._retry = retry
        self._is_stopping = is_stopping

    async def step(self, name: str, action: Action[T]) -> T:
        self._stop_here_if_asked()
        result: T = value_of(await DBOS.run_step_async({"name": name}, self._attempts, name, action))
        return result

    async def side_by_side(self, actions: Mapping[str, Action[T]]) -> dict[str, T]:
        self._stop_here_if_asked()
        names = sorted(actions)
        # The engine numbers steps as they start, and gather starts them in this order.
        outcomes = await asyncio.gather(
            *(DBOS.run_step_async({"name": name}, self._attempts, name, actions[name]) for name in names)
        )
        return {name: value_of(outcome) for name, outcome in zip(names, outcomes, strict=True)}

    async def pause(self, seconds: float) -> None:
        ends_at = monotonic() + seconds
        while (left_seconds := ends_at - monotonic()) > 0:
            self._stop_here_if_asked()
            await asyncio.sleep(min(left_seconds, PAUSE_SLICE_SECONDS))
        self._stop_here_if_asked()

    def _stop_here_if_asked(self) -> None:
        # The engine records no outcome of a cancelled run, so the next start goes on with this step.
        if self._is_stopping():
            raise asyncio.CancelledError

    async def _attempts(self, name: str, action: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        """Try until it works or is hopeless; the end is stored either way, so no exception leaves a step."""
        retrying = stamina.retry_context(
            on=self._retry.hints(),
            # The hints know when it is enough.
            attempts=None,
            timeout=None,
            wait_initial=self._retry.first_wait,
            wait_max=self._retry.longest_wait,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    return {"value": await action()}
        except (TransientError, PermanentError) as error:
            log.warning("step_failed", step=name, error=str(error))
            return {"error": str(error), "step": name}
        except Exception as error:
            log.exception("step_broke", step=name)
            return {"error": f"{type(error).__name__}: {error}", "step": name}
        raise AssertionError("stamina ends with a result or an exception")


class DurableEngine:
    """Runs the workflow of each incident; one instance a process."""

    def __init__(
        self,
        *,
        database: Any,
        executor_id: str,
        journey: Callable[[DurableRun, Run], Awaitable[None]],
        on_failure: Callable[[Run, str, str], Awaitable[None]],
        is_under_way: Callable[[Run], Awaitable[bool]],
        living_versions: Callable[[], Awaitable[frozenset[str]]],
        meter: Meter,
        concurrency: int = 10,
        retry: RetryPolicy | None = None,
    ) -> None:
        """`database` is a SQLAlchemy engine; `on_failure` takes the run, its failed step and the reason.

        `living_versions` names the workflow versions that some process on this database can run.
        """
        self._database = database
        self._executor_id = executor_id
        self._journey = journey
        self._on_failure = on_failure
        self._is_under_way = is_under_way
        self._living_versions = living_versions
        self._meter = meter
        self._concurrency = concurrency
        self._retry = retry or RetryPolicy()
        self._workflow: Any = None
        self._stopping = False

    async def launch(self, *, listen: bool = True) -> None:
        """Recover what a crash interrupted and, unless told otherwise, take runs from the queue."""
        config: DBOSConfig = {
            "name": "issue-intelligence",
            "system_database_engine": self._database,
            "system_database_url": self._database.url.render_as_string(hide_password=False),
            "application_version": WORKFLOW_VERSION,
            "executor_id": self._executor_id,
            "serializer": JsonSerializer(),
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)

        # The engine registers plain functions only, not methods.
        async def handle_incident(incident_id: str, revision: int) -> None:
            await self._handle(Run(incident_id=incident_id, revision=revision))

        register = DBOS.workflow(name="handle_incident", max_recovery_attempts=MAX_RECOVERIES)
        self._workflow = register(handle_incident)
        DBOS.listen_queues([QUEUE] if listen else [])
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=self._concurrency,
            polling_interval_sec=0.2,
            on_conflict="always_update",
        )

    async def start(self, run: Run) -> None:
        """Start this run, once; one whose workflow ended without finishing it starts under another name.

        Its steps look before they act, so what the first has done is not done again.
        """
        try:
            for attempt in count(1):
                workflow_id = _workflow_id(run, attempt)
                status = await DBOS.get_workflow_status_async(workflow_id)
                if status is not None and status.status in ENDED:
                    # Asked only now: whoever ended it has noted that before.
                    if not await self._is_under_way(run):
                        return
                    log.warning("run_starts_again", incident_id=run.incident_id, revision=run.revision)
                    continue
                if status is None and await self._is_at_another_version(run):
                    return
                with SetWorkflowID(workflow_id):
                    await DBOS.enqueue_workflow_async(QUEUE, self._workflow, run.incident_id, run.revision)
                return
        except Exception as error:
            # The engine names no errors for a database that is away, so whatever it raises is tried again.
            raise TransientError(f"the durable engine did not take the run: {error}") from error

    async def _is_at_another_version(self, run: Run) -> bool:
        """Tell whether a process of another release has this run; what none of them can finish is called off.

        Both would else act for the same run at once, each under its own name.
        """
        unfinished = [
            workflow
            for workflow in await DBOS.list_workflows_async(
                workflow_id_prefix=_any_workflow_id(run), load_input=False, load_output=False
            )
            if workflow.status not in ENDED and workflow.app_version != WORKFLOW_VERSION
        ]
        if not unfinished:
            return False
        living = await self._living_versions()
        if any(workflow.app_version in living for workflow in unfinished):
            return True
        for workflow in unfinished:
            log.warning("run_changes_version", workflow_id=workflow.workflow_id, version=WORKFLOW_VERSION)
            await DBOS.cancel_workflow_async(workflow.workflow_id)
        return False

    async def executors_at_work(self) -> frozenset[str]:
        """Name the processes that have taken a run from the queue and not finished it."""
        try:
            begun = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
        except Exception as error:
            raise TransientError(f"the durable engine does not say what is under way: {error}") from error
        return frozenset(workflow.executor_id for workflow in begun if workflow.executor_id)

    async def hand_back(self, executor_ids: Collection[str]) -> None:
        """Put what these processes have begun back on its queue, so that the living take it.

        A run that another process has taken since then is left alone: the engine looks and changes in one
        statement, which its `resume_workflows` does not. From then on it refuses results of the first holder.
        """
        try:
            await asyncio.to_thread(DBOS._recover_pending_workflows, sorted(executor_ids))
        except Exception as error:
            raise TransientError(f"the durable engine did not hand runs back: {error}") from error

    async def delete_finished(self, before: datetime, limit: int) -> int:
        try:
            finished = await DBOS.list_workflows_async(
                status=sorted(ENDED),
                completed_before=before.isoformat(),
                limit=limit,
                load_input=False,
                load_output=False,
            )
            if finished:
                await DBOS.delete_workflows_async([workflow.workflow_id for workflow in finished])
        except Exception as error:
            # As with start: the engine names no errors of its database.
            raise TransientError(f"the durable engine did not clean up: {error}") from error
        return len(finished)

    async def stop(self, *, patience_seconds: int = 20) -> None:
        """Take no new runs, and give those under way time to finish their step."""
        self._stopping = True
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=patience_seconds
        )
        # The engine had made its own thread pool the loop's, and has shut it down.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())

    async def _handle(self, run: Run) -> None:
        """Take the journey. An exception that is no step's is the engine's own, and stays one."""
        with structlog.contextvars.bound_contextvars(incident_id=run.incident_id, revision=run.revision):
            started = perf_counter()
            try:
                await self._journey(DbosRun(self._retry, self._is_stopping), run)
            except StepFailedError as failure:
                step, reason = failure.step, str(failure)
            else:
                self._meter.run_ended(perf_counter() - started)
                return
            self._meter.run_ended(perf_counter() - started, failed_step=step)
            # A closure over nothing that changes: a recovered run fails in the same step again.
            durable = DbosRun(NeverGiveUp(), self._is_stopping)
            await durable.step("give_up", lambda: self._give_up(run, step, reason))

    async def _give_up(self, run: Run, step: str, reason: str) -> None:
        await self._on_failure(run, step, reason)

    def _is_stopping(self) -> bool:
        return self._stopping


def _any_workflow_id(run: Run) -> str:
    return f"{run.incident_id}-{run.revision}-"


def _workflow_id(run: Run, attempt: int) -> str:
    # A release with other steps cannot go on with a run of this one, so it takes the run under its own name.
    name = f"{_any_workflow_id(run)}{WORKFLOW_VERSION}"
    return name if attempt == 1 else f"{name}-{attempt}"
