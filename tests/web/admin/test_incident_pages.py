"""What a person reads about an incident, and how the list finds it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.ports.errors import TransientError
from tests.pipeline.world import LABELS, STARTS_AT, a_world, shop_alert
from tests.web.admin.pages import PASSWORD, a_crash, incident_paths, page_at, serving, sign_in
from tests.web.running_app import running_app

# Nothing speaks for an alert of these, and nothing against it.
QUIET = LABELS | {"severity": "warning"}


async def test_page_tells_the_five_stages_with_every_reason(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        [path, *_] = await incident_paths(client)
        page = await page_at(client, path)
        alert = (await client.get("/alerts/history", auth=("admin", "correct horse"))).json()["alerts"][0]
        decided = (await client.get(f"/alerts/{alert['id']}", auth=("admin", "correct horse"))).json()
    titles = ["1 Intake", "2 Investigate", "3 Decide", "4 Remediate", "5 Report", "Timeline", "Feedback"]
    places = [page.text.rindex(f" {title} ") for title in titles]
    assert places == sorted(places)
    # Evidence.
    for text in (
        "instance",
        "f1",
        "TypeError: Cannot read properties",
        "cart.ts:10",
        "answered 200",
        "5 times",
    ):
        assert text in page.text
    # Every reason of the decision, with its points, which add up.
    for reason in decided["reasons"]:
        assert f"{reason['text']} {reason['rule']} {reason['points']:+d}" in page.text
    for text in decided["categorization"]["reasons"]:
        assert text in page.text
    start, total = re.findall(r"Knowing nothing (\d+) .*? Confidence (\d+)", page.text)[0]
    added = sum(reason["points"] for reason in decided["reasons"])
    assert int(start) + added == int(total) == decided["validation"]["confidence"]
    # What was done.
    assert "Nothing was attempted: no known issue" in page.text
    assert "It deserves an issue and has none." in page.text
    assert "An issue was created (#1)" in page.text
    assert "a fake channel: " in page.text


async def test_observe_says_what_would_have_happened(observed: Path, tmp_path: Path) -> None:
    async with serving(observed, tmp_path, mode=Mode.OBSERVE) as client:
        assert "Mode observe: everything is decided and shown" in (await page_at(client, "/admin")).text
        [path, *_] = await incident_paths(client)
        page = await page_at(client, path)
    assert "In mode observe nothing outside is touched; an issue would have been created." in page.text
    assert "The issue that would have been created [Bug] shop: TypeError: Cannot read" in page.text
    assert "An issue was created" not in page.text
    assert "real" in page.text


async def test_failed_source_is_told_and_so_is_an_excuse(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        world.logs.trouble.error = TransientError("the log did not answer")
        await world.stores.silences.add(
            Silence(
                id="5" * 32,
                matchers=(Matcher(name="service", operator=MatcherOperator.EQUAL, value="shop"),),
                starts_at=STARTS_AT - timedelta(hours=1),
                ends_at=STARTS_AT + timedelta(hours=1),
                created_by="ana",
                comment="database move",
            ),
            STARTS_AT,
        )
        await world.receive_and_work(shop_alert())
    async with running_app(tmp_path) as client:
        start = await page_at(client, "/admin")
        [path, *_] = await incident_paths(client)
        page = await page_at(client, path)
    assert "Nothing that fires asks for anybody." in start.text
    assert "1 incident more fires and asks for nobody" in start.text
    assert "An excuse holds until 2026-11-24 12:00 UTC: silence by ana: database move." in page.text
    assert "The next look is due 2026-11-24 1" in page.text
    assert re.search(r"Logs failed .*?the log did not answer Numbers", page.text)


async def test_what_is_worst_and_longest_stands_first(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        # Nothing is known of it, then one that fails, then one that is down.
        await world.receive_and_work(shop_alert("f1", labels=QUIET | {"alertname": "Quiet"}))
        a_crash(world)
        await world.receive_and_work(shop_alert("f2", labels=LABELS | {"alertname": "Crash"}))
        world.health.state, world.health.detail = ServiceState.DOWN, "answered 503"
        await world.receive_and_work(shop_alert("f3", labels=LABELS | {"alertname": "Down"}))
        await world.receive(shop_alert("f4", labels=LABELS | {"alertname": "Waiting"}))
        while await world.intake().dispatch(10):
            pass
    async with running_app(tmp_path) as client:
        page = await page_at(client, "/admin")
    order = [page.text.index(f"shop: {name}") for name in ("Down", "Crash", "Quiet")]
    assert order == sorted(order)
    assert "not decided yet firing shop: Waiting" in page.text


async def test_list_is_filtered_and_paged(tmp_path: Path) -> None:
    names = [f"Alert{number:02d}" for number in range(30)]
    async with a_world(tmp_path) as world:
        for number, name in enumerate(names):
            # Three at a time share their opening.
            world.clock.advance(timedelta(seconds=0 if number % 3 else 1))
            labels = QUIET | {"alertname": name, "service": "till" if number % 2 else "shop"}
            await world.receive(shop_alert(f"f{number}", labels=labels))
        await world.work()
    async with running_app(tmp_path) as client:
        first = await page_at(client, "/admin?status=open")
        [older] = [link for link in first.links if "before=" in link]
        second = await page_at(client, older)
        shown = re.findall(r"(?:shop|till): (Alert\d+)", f"{first.text} {second.text}")
        till = await page_at(client, "/admin?service=till")
        none = await page_at(client, "/admin?conclusion=suppressed&service=shop")
        unsure = await incident_paths(client, "?conclusion=unconfirmed")
    assert len(re.findall(r"(?:shop|till): Alert", first.text)) == 25
    assert sorted(shown) == names
    assert "status=open" in older
    assert not [link for link in second.links if "before=" in link]
    assert set(re.findall(r"(\w+): Alert", till.text)) == {"till"}
    assert "No incident is like that." in none.text
    assert len(unsure) == 25


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (f"/admin/incidents/{'0' * 32}", 404, "There is no such incident."),
        ("/admin/incidents/xyz", 404, "There is no such incident."),
        ("/admin/incidents/' OR 1=1", 404, "There is no such incident."),
        ("/admin/nothing", 404, "There is no such page."),
        ("/admin/", 404, "There is no such page."),
        ("/admin?status=sad", 422, "Status: must be one of open, resolved, closed."),
        ("/admin?conclusion=<b>", 422, "Conclusion: must be one of real"),
        ("/admin?before=7", 422, "Before: not a cursor"),
        ("/admin?before=i999999999999999999-0", 422, "Before: not a cursor"),
        ("/admin?service=%00", 422, "Service: must be text without NUL."),
    ],
)
async def test_what_is_not_there_gets_a_page_that_says_so(
    path: str, status: int, message: str, crashed: Path, tmp_path: Path
) -> None:
    async with serving(crashed, tmp_path) as client:
        page = await page_at(client, path, status=status)
    assert message in page.text
    assert "b" not in page.tags


async def test_first_page_without_any_incident(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        page = await page_at(client, "/admin")
    assert "No incident yet. They come with the first alert." in page.text
