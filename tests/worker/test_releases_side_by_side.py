"""Processes of two releases share a database while one is being replaced by the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dbos import DBOS

from issue_intelligence.adapters.database.engines import Databases, database_urls, open_databases
from issue_intelligence.ports.durable import DurableRun
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.worker import durable
from issue_intelligence.worker.durable import DurableEngine
from tests.fakes.people import FakeMeter

OLD = "journey-0"
RUN = Run(incident_id="a" * 32, revision=1)


@pytest.fixture
async def databases(tmp_path: Path) -> AsyncIterator[Databases]:
    opened = open_databases(database_urls("", tmp_path))
    yield opened
    await opened.dispose()


@asynccontextmanager
async def engine_of(
    databases: Databases, version: str, *, living: frozenset[str] = frozenset(), under_way: bool = True
) -> AsyncIterator[DurableEngine]:
    """An engine of one release, which takes nothing from the queue."""

    async def no_journey(_durable: DurableRun, _run: Run) -> None: ...

    async def no_failure(_run: Run, _step: str, _reason: str) -> None: ...

    async def living_versions() -> frozenset[str]:
        return living | {version}

    async def is_under_way(_run: Run) -> bool:
        return under_way

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(durable, "WORKFLOW_VERSION", version)
        engine = DurableEngine(
            database=databases.workflows,
            executor_id=f"of-{version}",
            journey=no_journey,
            on_failure=no_failure,
            is_under_way=is_under_way,
            living_versions=living_versions,
            meter=FakeMeter(),
        )
        await engine.launch(listen=False)
        try:
            yield engine
        finally:
            await engine.stop(patience_seconds=0)


async def _statuses() -> dict[str, str]:
    """The status of every workflow of the run, by version."""
    return {
        workflow.app_version or "": workflow.status
        for workflow in await DBOS.list_workflows_async(workflow_id_prefix=RUN.incident_id)
    }


async def test_run_of_a_living_older_release_is_left_to_it(databases: Databases) -> None:
    async with engine_of(databases, OLD) as engine:
        await engine.start(RUN)
    async with engine_of(databases, durable.WORKFLOW_VERSION, living=frozenset({OLD})) as engine:
        await engine.start(RUN)
        assert await _statuses() == {OLD: "ENQUEUED"}


async def test_run_of_a_release_that_is_gone_is_begun_anew_and_never_resumed_there(
    databases: Databases,
) -> None:
    async with engine_of(databases, OLD) as engine:
        await engine.start(RUN)
    async with engine_of(databases, durable.WORKFLOW_VERSION) as engine:
        await engine.start(RUN)
        assert await _statuses() == {OLD: "CANCELLED", durable.WORKFLOW_VERSION: "ENQUEUED"}


async def test_run_that_is_over_is_not_started_again(databases: Databases) -> None:
    async with engine_of(databases, durable.WORKFLOW_VERSION, under_way=False) as engine:
        await engine.start(RUN)
        (workflow,) = await DBOS.list_workflows_async(workflow_id_prefix=RUN.incident_id)
        await DBOS.cancel_workflow_async(workflow.workflow_id)
        await engine.start(RUN)
        assert await _statuses() == {durable.WORKFLOW_VERSION: "CANCELLED"}
        assert len(await DBOS.list_workflows_async(workflow_id_prefix=RUN.incident_id)) == 1


async def test_run_that_the_engine_ended_without_finishing_it_is_started_again(databases: Databases) -> None:
    async with engine_of(databases, durable.WORKFLOW_VERSION) as engine:
        await engine.start(RUN)
        (workflow,) = await DBOS.list_workflows_async(workflow_id_prefix=RUN.incident_id)
        await DBOS.cancel_workflow_async(workflow.workflow_id)
        await engine.start(RUN)
        again = await DBOS.list_workflows_async(workflow_id_prefix=RUN.incident_id)
        assert sorted(each.status for each in again) == ["CANCELLED", "ENQUEUED"]
