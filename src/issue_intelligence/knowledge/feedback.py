"""Takes in what people say of decisions. It changes what a backtest measures, and no decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issue_intelligence.core.decide.feedback import in_force, newest_words
from issue_intelligence.core.model.feedback import Feedback, Statement
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.kit.stable_hash import stable_hash
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.feedback_store import FeedbackStore


class Missing(StrEnum):
    """What somebody spoke of and we do not have."""

    ALERT = "alert"
    INCIDENT = "incident"
    ALERT_OF_INCIDENT = "alert_of_incident"


class UnknownSubjectError(LookupError):
    """There is no such alert or incident."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(f"there is no such {missing.value}")
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFeedback:
    feedback: Feedback
    # False when the same had been said already.
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackIntake:
    store: FeedbackStore
    clock: Clock

    async def record(
        self, statement: Statement, *, alert_id: str = "", incident_id: str = ""
    ) -> RecordedFeedback:
        """Record what was said of an alert, or of an incident as a whole.

        Saying again what holds already changes nothing. Raises UnknownSubjectError and OutsideError.
        """
        subject = await self._subject(alert_id, incident_id)
        statement = redact_tree(statement)
        for each in newest_words(await self.store.said_of([subject])):
            if each.alert_id == (alert_id or None) and each.statement == statement:
                return RecordedFeedback(feedback=each, is_new=False)
        now = self.clock.now()
        feedback = Feedback(
            id=_feedback_id(subject, alert_id, statement, now.isoformat()),
            incident_id=subject,
            alert_id=alert_id or None,
            statement=statement,
            said_at=now,
        )
        return RecordedFeedback(feedback=feedback, is_new=await self.store.add(feedback))

    async def record_of_issue(
        self, statement: Statement, *, place: str, number: int, delivery: str, said_at: datetime
    ) -> int:
        """Record what was said on an issue of every incident it speaks of now; give how many are new.

        `delivery` is the sender's id of the message, so that one that comes twice changes nothing.
        `said_at` is the sender's time, for what is overtaken on the way. Raises OutsideError.
        """
        incidents = await self.store.incidents_of_issue(place, number)
        statement = redact_tree(statement)
        said = in_force(await self.store.said_of(incidents))
        added = 0
        for incident_id in incidents:
            of_it = [each for each in said if each.incident_id == incident_id and each.alert_id is None]
            if statement.withdrawn and not any(_takes_back(statement, each) for each in of_it):
                continue
            feedback = Feedback(
                id=_feedback_id(incident_id, "", statement, delivery),
                incident_id=incident_id,
                alert_id=None,
                statement=statement,
                said_at=min(said_at, self.clock.now()),
            )
            added += await self.store.add(feedback)
        return added

    async def _subject(self, alert_id: str, incident_id: str) -> str:
        if alert_id:
            found = await self.store.incident_of(alert_id)
            if found is None:
                raise UnknownSubjectError(Missing.ALERT)
            if incident_id and incident_id != found:
                raise UnknownSubjectError(Missing.ALERT_OF_INCIDENT)
            return found
        if not await self.store.knows_incident(incident_id):
            raise UnknownSubjectError(Missing.INCIDENT)
        return incident_id


def _takes_back(withdrawal: Statement, held: Feedback) -> bool:
    same = held.statement.kind is withdrawal.kind
    return same and withdrawal.right in ("", held.statement.right)


def _feedback_id(incident_id: str, alert_id: str, statement: Statement, occasion: str) -> str:
    said = (statement.kind.value, statement.right, statement.by, statement.note, str(statement.withdrawn))
    return stable_hash("feedback", incident_id, alert_id, statement.source.value, *said, occasion)[:32]
