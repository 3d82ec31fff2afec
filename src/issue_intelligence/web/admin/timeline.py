"""What happened to an incident, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.model.feedback import Statement
from issue_intelligence.ports.incident_archive import Dossier

_UPDATES = {
    "repeat": "was sent again",
    "resolved": "resolved",
    "refired": "fired again",
    "stale": "was overtaken by newer words of its sender",
}
_EFFECTS = {
    "create": "An issue was created",
    "comment": "The issue got a comment",
    "reopen": "The issue was reopened",
    "close": "The issue was closed",
}
_FEEDBACK = {
    "real": "it is real",
    "false_positive": "it is a false positive",
    "wrong_severity": "the severity should be",
    "wrong_component": "the component should be",
    "wrong_type": "the type should be",
    "duplicate": "it is a duplicate of",
    "not_planned": "nothing will be done about it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    at: datetime
    # Of the five stages, or "people".
    stage: str
    text: str


def timeline(dossier: Dossier) -> tuple[Moment, ...]:
    """Give all moments, oldest first; those of one time in the order of the stages."""
    moments = [
        *_of_alerts(dossier),
        *_of_decisions(dossier),
        *_of_remediations(dossier),
        *_of_reports(dossier),
        *_of_people(dossier),
    ]
    # Later looks repeat what an attempt came to.
    return tuple(sorted(dict.fromkeys(moments), key=lambda moment: moment.at))


def feedback_words(statement: Statement) -> str:
    """Say what a person said: "the severity should be low"."""
    words = f"{_FEEDBACK[statement.kind.value]} {statement.right}".strip()
    return f"took back that {words}" if statement.withdrawn else f"said that {words}"


def _of_alerts(dossier: Dossier) -> Iterator[Moment]:
    names = {}
    for each in dossier.alerts:
        name = names[each.alert.id] = f"Alert {each.context.alert_name}"
        yield Moment(at=each.alert.starts_at, stage="intake", text=f"{name} began, its sender says")
        yield Moment(at=each.received_at, stage="intake", text=f"{name} was received")
    for update in dossier.updates:
        what = _UPDATES.get(update.what, update.what.replace("_", " "))
        yield Moment(at=update.at, stage="intake", text=f"{names[update.alert_id]} {what}")


def _of_decisions(dossier: Dossier) -> Iterator[Moment]:
    before = ""
    for each in dossier.decisions:
        validation = each.verdict.validation
        words = validation.conclusion.value.replace("_", " ")
        severity = each.verdict.categorization.severity.value
        told = f"{words}, {validation.confidence} % sure, severity {severity}"
        # Later looks that come to the same say nothing new.
        if told != before:
            yield Moment(at=each.decided_at, stage="decide", text=f"Look {each.revision}: {told}")
        before = told


def _of_remediations(dossier: Dossier) -> Iterator[Moment]:
    before = ""
    for each in dossier.remediations:
        result = each.result
        said, before = before, result.reason
        if not result.attempted:
            if result.reason != said:
                yield Moment(at=each.at, stage="remediate", text=result.reason)
            continue
        yield Moment(at=result.started_at or each.at, stage="remediate", text=f"{result.action} was begun")
        if result.finished_at is not None:
            yield Moment(at=result.finished_at, stage="remediate", text=result.reason)


def _of_reports(dossier: Dossier) -> Iterator[Moment]:
    for effect in dossier.issue_effects:
        number = f" (#{effect.issue_number})" if effect.issue_number is not None else ""
        if effect.done_at is not None:
            text = f"{_EFFECTS.get(effect.kind, effect.kind)}{number}"
            yield Moment(at=effect.done_at, stage="report", text=text)
    for sent in dossier.notices:
        if sent.sent_at is not None:
            yield Moment(at=sent.sent_at, stage="report", text=f"{sent.channel}: {sent.notice.result}")
    for untold in dossier.untold:
        yield Moment(at=untold.at, stage="report", text=f"Step {untold.step} failed: {untold.reason}")


def _of_people(dossier: Dossier) -> Iterator[Moment]:
    for each in dossier.feedback:
        who = each.statement.by or "Somebody"
        text = f"{who} {feedback_words(each.statement)}"
        yield Moment(at=each.said_at, stage="people", text=text)
