"""What GitHub's event `issues` says about a decision of ours.

Shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues, only what is used.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from issue_intelligence.core.decide.feedback import fault_of_right
from issue_intelligence.core.model.feedback import FeedbackKind, FeedbackSource, Statement
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.web.api.body import Time

_LABELS = {
    "false-positive": FeedbackKind.FALSE_POSITIVE,
    "confirmed": FeedbackKind.REAL,
    "duplicate": FeedbackKind.DUPLICATE,
}
_LABELS_WITH_VALUE = {
    "severity": FeedbackKind.WRONG_SEVERITY,
    "type": FeedbackKind.WRONG_TYPE,
    "component": FeedbackKind.WRONG_COMPONENT,
}
_CLOSED_AS = {"duplicate": FeedbackKind.DUPLICATE, "not_planned": FeedbackKind.NOT_PLANNED}


class Ignored(StrEnum):
    """Why a delivery is taken and nothing follows from it."""

    EVENT = "this event is not used"
    ACTION = "this action says nothing of a decision"
    LABEL = "this label says nothing of a decision"
    OURS = "the sender is a program, or the account that created the issue"
    # The place or number stands for no cause of ours, or the same was said already.
    NOTHING_NEW = "the issue is none of ours, or that is known already"


class _Person(BaseModel):
    login: str = Field(min_length=1, max_length=255)
    type: str = ""


class _Label(BaseModel):
    name: str


class _Issue(BaseModel):
    number: int = Field(ge=1, lt=2**31)
    user: _Person | None = None
    state_reason: str | None = None
    updated_at: Time | None = None


class _Repository(BaseModel):
    full_name: str = Field(min_length=3, max_length=240)


class IssuesEvent(BaseModel):
    action: str
    issue: _Issue
    repository: _Repository
    sender: _Person
    label: _Label | None = None

    def happened_at(self, now: datetime) -> datetime:
        """Give the signed time, so that an old delivery that is sent again overrules nothing newer."""
        return parse_rfc3339(self.issue.updated_at) if self.issue.updated_at else now


def statements_of(event: IssuesEvent) -> list[Statement] | Ignored:
    """Read what a person says by a label or by closing the issue."""
    if _is_ours(event):
        return Ignored.OURS
    by = event.sender.login
    if event.action in ("labeled", "unlabeled"):
        return _of_label(event, by)
    if event.action == "closed" and event.issue.state_reason in _CLOSED_AS:
        kind = _CLOSED_AS[event.issue.state_reason]
        return [_said(kind, by=by, note=f"closed as {event.issue.state_reason.replace('_', ' ')}")]
    if event.action == "reopened":
        return [_said(kind, by=by, note="reopened", withdrawn=True) for kind in _CLOSED_AS.values()]
    return Ignored.ACTION


def _is_ours(event: IssuesEvent) -> bool:
    # Issues of ours are created by our token, so whoever created one is the account that we work as.
    creator = event.issue.user.login.casefold() if event.issue.user else ""
    return event.sender.type == "Bot" or event.sender.login.casefold() == creator


def _of_label(event: IssuesEvent, by: str) -> list[Statement] | Ignored:
    name = event.label.name.strip() if event.label else ""
    withdrawn = event.action == "unlabeled"
    prefix, _, value = name.partition(":")
    if kind := _LABELS.get(name.casefold()):
        return [_said(kind, by=by, note=f"label {name}", withdrawn=withdrawn)]
    if kind := _LABELS_WITH_VALUE.get(prefix.strip().casefold()):
        right = value.strip() if kind is FeedbackKind.WRONG_COMPONENT else value.strip().casefold()
        if not fault_of_right(kind, right):
            return [_said(kind, by=by, right=right, note=f"label {name}", withdrawn=withdrawn)]
    return Ignored.LABEL


def _said(kind: FeedbackKind, *, by: str, right: str = "", note: str, withdrawn: bool = False) -> Statement:
    return Statement(
        kind=kind, right=right, by=by, note=note, source=FeedbackSource.GITHUB, withdrawn=withdrawn
    )
