"""Turns committed webhooks into alerts and incidents."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.intake.incident_key import incident_key
from issue_intelligence.core.model.alert import Alert, AlertSource
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.ports.alert_format import AlertFormat, NotJsonError, WrongShapeError
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.dead_letters import DeadLetter, DeadLetters
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.inbound_log import InboundEvent, InboundLog
from issue_intelligence.ports.incident_store import DispatchedAlert, DispatchedEvent, IncidentStore

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeStage:
    inbound: InboundLog
    incidents: IncidentStore
    dead_letters: DeadLetters
    formats: Mapping[AlertSource, AlertFormat]
    catalogue: Sequence[Service]
    clock: Clock
    # How long after its end an incident takes a new alert of its kind as its own.
    rejoin_window: timedelta

    async def dispatch(self, limit: int) -> int:
        """Store the alerts of the oldest undispatched events; give how many events there were.

        Raises TransientError when the database does not answer; then nothing is lost, and the
        same events come again.
        """
        events = await self.inbound.undispatched(limit)
        if not events:
            return 0
        # Thousands of alerts take a while to read and redact, and the event loop has acks to send.
        dispatched = await asyncio.to_thread(lambda: [self._understand(event) for event in events])
        try:
            await self._record(dispatched)
        except PermanentError:
            await self._record_one_by_one(dispatched)
        await self.inbound.mark_dispatched([event.id for event in events], self.clock.now())
        return len(events)

    async def _record(self, events: Sequence[DispatchedEvent]) -> None:
        now = self.clock.now()
        await self.incidents.record_events(events, now, rejoin_after=now - self.rejoin_window)

    async def _record_one_by_one(self, events: Sequence[DispatchedEvent]) -> None:
        """Find the event that the database refuses, so that it costs the others nothing."""
        for event in events:
            try:
                await self._record([event])
            except PermanentError as error:
                log.error("event_refused", event_id=event.event_id, error=str(error))
                await self.dead_letters.add(
                    DeadLetter(
                        step="dispatch",
                        incident_id="",
                        revision=0,
                        reason=f"inbound event {event.event_id}: {error}",
                        at=self.clock.now(),
                    )
                )

    def _understand(self, event: InboundEvent) -> DispatchedEvent:
        try:
            alerts = self.formats[event.source].parse(event.body).alerts
        except (NotJsonError, WrongShapeError) as error:
            # It was readable when it was acknowledged, so this is a newer release reading an older body.
            log.error("event_unreadable", event_id=event.id, error=str(error))
            alerts = ()
        return DispatchedEvent(
            event_id=event.id,
            received_at=event.received_at,
            alerts=tuple(self._place(alert) for alert in alerts),
        )

    def _place(self, alert: Alert) -> DispatchedAlert:
        context = alert_context(alert, self.catalogue)
        return DispatchedAlert(
            alert=redact_tree(alert),
            context=redact_tree(context),
            incident_key=incident_key(
                context.affected_service,
                context.environment,
                context.alert_name,
                about_monitoring=context.monitoring_fault is not None,
            ),
        )
