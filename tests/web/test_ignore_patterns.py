"""/api/ignore-patterns of alerts that a real pipeline has investigated."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.world import TRACE, World, a_world, shop_alert
from tests.web.running_app import running_app
from tests.web.test_silences import post


@pytest.fixture
async def alert_ids(tmp_path: Path) -> AsyncIterator[list[str]]:
    """One that was investigated, and one that nobody has looked at."""
    async with a_world(tmp_path) as world:
        world.logs.add(world.clock.now(), *[TRACE] * 4)
        await world.receive_and_work(shop_alert())
        labels = {"alertname": "Other", "service": "mail"}
        await world.receive(shop_alert("f2", labels=labels))
        await world.work(cut_after="decide")
        yield await _ids(world)


async def _ids(world: World) -> list[str]:
    from issue_intelligence.ports.alert_history import HistoryQuery

    page = await world.stores.history.page(HistoryQuery())
    return [alert["id"] for alert in reversed(page.alerts)]


async def test_life_of_a_pattern(alert_ids: list[str], tmp_path: Path) -> None:
    body = {"alert_id": alert_ids[0], "by": "ana", "comment": "the crawler", "days": 7}
    async with running_app(tmp_path) as client:
        made = await post(client, "/api/ignore-patterns", body)
        again = await post(client, "/api/ignore-patterns", body | {"by": "bob"})
        pattern = made.json()["ignore_pattern"]
        path = f"/api/ignore-patterns/{pattern['id']}"
        one, listed = await client.get(path), await client.get("/api/ignore-patterns")
        revoked = await client.delete(path, params={"by": "bob"})
        twice = await client.delete(path, params={"by": "eve"})
    assert [each.status_code for each in (made, again, one, revoked, twice)] == [201, 200, 200, 200, 200]
    assert again.json() == made.json() == one.json()
    assert listed.json() == {"ignore_patterns": [pattern]}
    assert (pattern["state"], pattern["service"], pattern["alert_name"]) == ("active", "shop", None)
    assert "Cannot read properties of undefined" in pattern["cause_text"]
    assert (pattern["errors_when_ignored"], pattern["incidents_kept_quiet"]) == (4, 0)
    ended = revoked.json()["ignore_pattern"]
    assert (ended["state"], ended["revoked_by"]) == ("revoked", "bob")
    assert twice.json() == revoked.json()


async def test_what_cannot_be_ignored_names_its_field(alert_ids: list[str], tmp_path: Path) -> None:
    wanted: dict[str, Any] = {"alert_id": alert_ids[0], "by": "ana"}
    async with running_app(tmp_path) as client:
        for change, field in (
            ({"alert_id": alert_ids[1]}, "alert_id"),
            ({"alert_id": "0" * 32}, "alert_id"),
            ({"alert_id": "' OR 1=1"}, "alert_id"),
            ({"alert_id": "", "incident_id": "0" * 32}, "incident_id"),
            ({"incident_id": "0" * 32}, "incident_id"),
            ({"alert_id": ""}, "alert_id"),
            ({"days": 0}, "days"),
            ({"days": 91}, "days"),
            ({"days": "long"}, "days"),
            ({"by": ""}, "by"),
            ({"alert_name": "x"}, "alert_name"),
        ):
            answer = await post(client, "/api/ignore-patterns", wanted | change)
            assert answer.status_code == 422, change
            assert [each["field"] for each in answer.json()["error"]["details"]] == [field], change
        assert (await client.get("/api/ignore-patterns")).json() == {"ignore_patterns": []}
