"""The deliveries of a scenario, in the place of the log of webhooks."""

from collections.abc import Callable, Sequence
from datetime import datetime

from issue_intelligence.evaluation.model import Delivery
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.inbound_log import Backlog, InboundEvent, NewInboundEvent


class Deliveries:
    """Implements ports.inbound_log.InboundLog in memory: there is nothing to lose in an evaluation."""

    def __init__(self) -> None:
        self._count = 0
        self._waiting: dict[int, InboundEvent] = {}

    def receive(self, delivery: Delivery) -> None:
        self._add(
            NewInboundEvent(
                source=delivery.source,
                received_at=delivery.at,
                body=delivery.body,
                alert_ids=tuple(alert.id for alert in delivery.alerts),
            )
        )

    def submit(self, event: NewInboundEvent, done: Callable[[OutsideError | None], None]) -> None:
        self._add(event)
        done(None)

    def _add(self, event: NewInboundEvent) -> None:
        self._count += 1
        self._waiting[self._count] = InboundEvent(
            id=self._count, source=event.source, received_at=event.received_at, body=event.body
        )

    async def undispatched(self, limit: int) -> list[InboundEvent]:
        return list(self._waiting.values())[:limit]

    async def mark_dispatched(self, event_ids: Sequence[int], at: datetime) -> None:  # noqa: ARG002
        for each in event_ids:
            self._waiting.pop(each, None)

    async def delete_dispatched(self, before: datetime, limit: int) -> int:  # noqa: ARG002
        return 0

    async def waiting_alert(self, alert_id: str) -> datetime | None:  # noqa: ARG002
        return None

    async def backlog(self) -> Backlog:
        oldest = min((event.received_at for event in self._waiting.values()), default=None)
        return Backlog(events=len(self._waiting), oldest_received_at=oldest)
