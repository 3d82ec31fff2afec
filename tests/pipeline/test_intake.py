"""One delivery that breaks us costs those behind it nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.pipeline.intake import IntakeStage
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.inbound_log import InboundEvent
from issue_intelligence.ports.incident_store import DispatchedEvent
from tests.database.events import NOW
from tests.factories.webhooks import body_of, raw_alert
from tests.fakes.stopped_clock import StoppedClock

EVENTS = [
    InboundEvent(id=number, source=AlertSource.GRAFANA, received_at=NOW, body=body_of(raw_alert()))
    for number in (1, 2, 3)
]


@dataclass
class FakeStores:
    """Inbound log, incident store and dead letters; the second event breaks the store."""

    error: Exception
    recorded: list[int] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)

    async def undispatched(self, _limit: int) -> list[InboundEvent]:
        return EVENTS

    async def mark_dispatched(self, event_ids: Sequence[int], _at: datetime) -> None:
        self.marked += event_ids

    async def record_events(
        self, events: Sequence[DispatchedEvent], _now: datetime, *, rejoin_window: timedelta
    ) -> None:
        assert rejoin_window > timedelta()
        ids = [event.event_id for event in events]
        if 2 in ids:
            raise self.error
        self.recorded += ids

    async def add(self, letter: DeadLetter) -> None:
        self.letters.append(letter)


def stage(stores: FakeStores) -> IntakeStage:
    return IntakeStage(
        numberings=Numberings(),
        inbound=stores,  # type: ignore[arg-type]
        incidents=stores,  # type: ignore[arg-type]
        dead_letters=stores,  # type: ignore[arg-type]
        formats={AlertSource.GRAFANA: GrafanaFormat()},
        catalogue=(),
        clock=StoppedClock(NOW),
        rejoin_window=timedelta(hours=1),
    )


@pytest.mark.parametrize(
    "error",
    [
        # The database refuses it.
        PermanentError("value too long"),
        # A mistake of ours, or of the driver's: SQLite raises this for a number of more than 64 bits.
        OverflowError("Python int too large to convert to SQLite INTEGER"),
    ],
)
async def test_delivery_that_cannot_be_stored_is_put_aside(error: Exception) -> None:
    stores = FakeStores(error)
    assert await stage(stores).dispatch(200) == 3
    assert stores.recorded == [1, 3]
    assert stores.marked == [1, 2, 3]
    assert [str(error) in letter.reason for letter in stores.letters] == [True]


async def test_deliveries_wait_while_the_database_is_away() -> None:
    stores = FakeStores(TransientError("locked"))
    with pytest.raises(TransientError):
        await stage(stores).dispatch(200)
    assert (stores.recorded, stores.marked, stores.letters) == ([], [], [])
