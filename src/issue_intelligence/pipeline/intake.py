"""Turns committed webhooks into alerts and incidents."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.intake.incident_key import incident_key
from issue_intelligence.core.model.alert import Alert, AlertSource
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.ports.alert_format import AlertFormat
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.dead_letters import DeadLetter, DeadLetters
from issue_intelligence.ports.errors import PermanentError, TransientError
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
    numberings: Numberings
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
            await self._record([event for event in dispatched if isinstance(event, DispatchedEvent)])
        except TransientError:
            raise
        except Exception:  # noqa: BLE001  (whatever it is, it would come again with the same events)
            dispatched = [await self._record_alone(event) for event in dispatched]
        for event, outcome in zip(events, dispatched, strict=True):
            if isinstance(outcome, str):
                await self._keep_as_dead(event, outcome)
        await self.inbound.mark_dispatched([event.id for event in events], self.clock.now())
        return len(events)

    async def _record(self, events: Sequence[DispatchedEvent]) -> None:
        now = self.clock.now()
        await self.incidents.record_events(events, now, rejoin_window=self.rejoin_window)

    async def _record_alone(self, event: DispatchedEvent | str) -> DispatchedEvent | str:
        """Find the event that the database refuses, so that it costs the others nothing."""
        if isinstance(event, DispatchedEvent):
            try:
                await self._record([event])
            except TransientError:
                raise
            except PermanentError as error:
                return str(error)
            except Exception as error:
                log.exception("event_broke_the_store", event_id=event.event_id)
                return f"{type(error).__name__}: {error}"
        return event

    async def _keep_as_dead(self, event: InboundEvent, reason: str) -> None:
        log.error("event_not_dispatched", event_id=event.id, reason=reason)
        letter = DeadLetter(
            step="dispatch",
            incident_id="",
            revision=0,
            reason=redact(f"inbound event {event.id}: {reason}"),
            at=self.clock.now(),
        )
        await self.dead_letters.add(letter)

    def _understand(self, event: InboundEvent) -> DispatchedEvent | str:
        """Read the event's alerts; a text says why that is not possible."""
        try:
            notification = self.formats[event.source].parse(event.body)
            truncated = notification.envelope.truncated_alerts > 0
            placed = tuple(self._place(alert, truncated=truncated) for alert in notification.alerts)
        except Exception as error:  # noqa: BLE001  (one event that breaks us must not stop those behind it)
            return f"{type(error).__name__}: {error}"
        return DispatchedEvent(event_id=event.id, received_at=event.received_at, alerts=placed)

    def _place(self, alert: Alert, *, truncated: bool) -> DispatchedAlert:
        context = replace(alert_context(alert, self.catalogue), truncated_group=truncated)
        key = incident_key(
            context.affected_service,
            context.environment,
            context.alert_name,
            about_monitoring=context.monitoring_fault is not None,
        )
        shown_alert, shown_context = redact_tree((alert, context), self.numberings.of_incident(key))
        # The id that the acknowledgement gave is a hash of ours, and must stay what it is.
        shown_alert = replace(shown_alert, id=alert.id)
        return DispatchedAlert(alert=shown_alert, context=shown_context, incident_key=key)
