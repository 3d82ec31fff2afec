"""Reads the webhook body of one kind of sender."""

from dataclasses import dataclass, field
from typing import Protocol

from issue_intelligence.core.model.alert import Alert, AlertSource, NotificationEnvelope


class NotJsonError(ValueError):
    """The body is not JSON at all."""


class WrongShapeError(ValueError):
    """The body is JSON, but no notification of this sender; names the field and the rule."""

    def __init__(self, field_path: str, message: str) -> None:
        super().__init__(f"{field_path}: {message}" if field_path else message)
        self.field_path = field_path
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedAlert:
    """One bad alert among good ones."""

    # Its place in `alerts`, from 0.
    index: int
    # Path of the field: "alerts[1].labels.severity".
    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedNotification:
    envelope: NotificationEnvelope
    # In the sender's order.
    alerts: tuple[Alert, ...]
    rejected: tuple[RejectedAlert, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSummary:
    """What the acknowledgement of a notification needs to know of it; all of its alerts can be read."""

    # One an alert, in the sender's order; never empty.
    alert_ids: tuple[str, ...]
    receiver: str
    truncated_alerts: int


class AlertFormat(Protocol):
    @property
    def source(self) -> AlertSource: ...

    def parse(self, body: bytes) -> ParsedNotification:
        """Read a body; the same bytes always give the same result.

        Raises NotJsonError or WrongShapeError when the body as a whole cannot be read. An alert
        that cannot be read is listed in `rejected` and costs the others nothing.
        """
        ...

    def summarize(self, body: bytes) -> NotificationSummary | None:
        """Give the same ids as `parse`, at a fraction of its cost; None for a body that needs a closer look.

        Never raises.
        """
        ...
