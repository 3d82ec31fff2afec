"""A committed webhook that cannot be dispatched is kept as a dead letter and costs the others nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.ports.alert_format import ParsedNotification
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.incident_store import DispatchedEvent
from tests.pipeline.secrets import SECRETS, texts
from tests.pipeline.world import World, shop_alert

BAD = "of-a-kind-that-breaks-us"


class BreakingFormat(GrafanaFormat):
    """A newer release that stumbles over an older body."""

    def parse(self, body: bytes) -> ParsedNotification:
        if BAD.encode() in body:
            raise ZeroDivisionError(texts()["password"])
        return super().parse(body)


class RefusingStore:
    """A database that says no to some events, and is away for some calls."""

    def __init__(self, world: World, *, away: int = 0) -> None:
        self._store = world.stores.incidents
        self._away = away

    async def record_events(
        self, events: list[DispatchedEvent], now: datetime, *, rejoin_window: timedelta
    ) -> None:
        if self._away > 0:
            self._away -= 1
            raise TransientError("the database is away")
        if any(BAD in item.alert.fingerprint for event in events for item in event.alerts):
            raise PermanentError(f"refused: {texts()['url password']}")
        await self._store.record_events(events, now, rejoin_window=rejoin_window)


async def stored(world: World) -> int:
    return len((await world.stores.history.page(HistoryQuery())).alerts)


async def test_body_that_cannot_be_read_any_more_is_a_dead_letter(world: World) -> None:
    await world.receive(shop_alert("f1"))
    await world.receive(shop_alert(BAD))
    await world.receive(shop_alert("f2"))
    stage = replace(world.intake(), formats={AlertSource.GRAFANA: BreakingFormat()})
    assert await stage.dispatch(200) == 3
    assert await stored(world) == 2
    [letter] = await world.stores.dead_letters.open_letters(10)
    assert letter.step == "dispatch"
    assert "ZeroDivisionError" in letter.reason
    assert SECRETS["password"] not in letter.reason
    # It is not tried for ever.
    assert await stage.dispatch(200) == 0


async def test_event_that_the_database_refuses_costs_the_others_nothing(world: World) -> None:
    for fingerprint in ("f1", BAD, "f2"):
        await world.receive(shop_alert(fingerprint))
    store: Any = RefusingStore(world)
    assert await replace(world.intake(), incidents=store).dispatch(200) == 3
    assert await stored(world) == 2
    [letter] = await world.stores.dead_letters.open_letters(10)
    assert "refused" in letter.reason
    assert SECRETS["url password"] not in letter.reason


async def test_database_that_is_away_loses_nothing(world: World) -> None:
    await world.receive(shop_alert())
    store: Any = RefusingStore(world, away=1)
    stage = replace(world.intake(), incidents=store)
    with pytest.raises(TransientError):
        await stage.dispatch(200)
    assert await stored(world) == 0
    assert await stage.dispatch(200) == 1
    assert await stored(world) == 1


async def test_limit_of_a_round_leaves_the_rest_for_the_next(world: World) -> None:
    for number in range(5):
        await world.receive(shop_alert(f"f{number}"))
    assert [await world.intake().dispatch(2) for _ in range(4)] == [2, 2, 1, 0]
    assert await stored(world) == 5
