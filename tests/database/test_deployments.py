"""Deployments as they come back, and the looks that their ends bring forward."""

from datetime import datetime, timedelta

from issue_intelligence.adapters.database.deployments import DatabaseDeployments
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.core.model.deployment import Deployment, DeploymentReport, DeploymentStatus
from tests.database.events import NOW

SETTLING = timedelta(minutes=2)
STARTED, FINISHED = DeploymentStatus.STARTED, DeploymentStatus.FINISHED


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


async def record(
    store: DatabaseDeployments, report: DeploymentReport, *, key: str, minute: float
) -> tuple[Deployment, bool]:
    return await store.record(report, key=key, now=at(minute), settling=SETTLING)


def shop(status: DeploymentStatus, service: str = "shop") -> DeploymentReport:
    return DeploymentReport(service=service, status=status, version="1.4.2", by="ünïcode")


async def test_reports_of_one_deployment_are_one_row(databases: Databases) -> None:
    store = DatabaseDeployments(databases)
    first, is_new = await record(store, shop(STARTED), key="a", minute=0)
    assert is_new
    again, is_new = await record(store, shop(STARTED), key="a", minute=1)
    assert (again, is_new) == (first, False)
    # No id, so another key, and yet the end of the one that runs.
    ended, is_new = await record(store, shop(FINISHED), key="b", minute=4)
    assert not is_new
    assert await store.near(["shop"], NOW, at(9)) == (ended,)
    assert (ended.status, ended.started_at, ended.finished_at) == (FINISHED, at(0), at(4))


async def test_near_are_those_that_were_under_way(databases: Databases) -> None:
    store = DatabaseDeployments(databases)
    await record(store, shop(STARTED), key="old", minute=-60)
    await record(store, shop(FINISHED), key="old", minute=-55)
    await record(store, shop(STARTED), key="long", minute=-50)
    await record(store, shop(FINISHED), key="long", minute=-9)
    await record(store, shop(STARTED), key="within", minute=-5)
    await record(store, shop(STARTED, "mail"), key="mail", minute=-5)
    near = await store.near(["shop"], at(-10), at(0))
    assert [each.key for each in near] == ["within", "long"]
    assert {each.key for each in await store.near(["shop", "mail"], at(-10), at(0))} == {
        "within",
        "long",
        "mail",
    }
    assert await store.near(["shop"], at(-200), at(-100)) == ()


async def test_whether_anybody_reports_is_known(databases: Databases) -> None:
    store = DatabaseDeployments(databases)
    assert not await store.knows(["shop"])
    await record(store, shop(STARTED), key="a", minute=0)
    assert await store.knows(["mail", "shop"])
    assert not await store.knows(["mail"])


async def test_text_of_any_length_is_kept(databases: Databases) -> None:
    store = DatabaseDeployments(databases)
    report = DeploymentReport(service="s" * 400, status=STARTED, environment="e" * 400, version="v" * 400)
    await record(store, report, key="a", minute=0)
    assert await store.knows(["s" * 255])
