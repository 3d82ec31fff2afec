"""What a run does about the issue, in the form that the engine stores."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from issue_intelligence.core.report.issue_limit import Turn
from issue_intelligence.core.report.plan import CommentKind, IssueAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """What is to be done, or was done, about the issue: the result of a durable step."""

    action: IssueAction
    comment: CommentKind | None
    reason: str
    # None while there is no issue.
    number: int | None
    url: str
    # Which issue of its cause a creation makes: 0 but where earlier ones were deleted.
    generation: int
    # Nothing more is expected of the incident, and this is all that was left to do.
    over: bool
    # ISO 8601: when what has to wait is tried again; "" where nothing waits.
    waits_until: str = ""
    # The tracker it was planned for: after a restart issues may go elsewhere.
    place: str = ""
    # Nobody is told, not even by a message that is kept up to date.
    quiet: bool = False

    @classmethod
    def nothing_yet(cls, *, number: int, url: str) -> "Reporting":
        """Leave an issue as it is."""
        return cls(
            action=IssueAction.NOTHING,
            comment=None,
            reason="",
            number=number,
            url=url,
            generation=0,
            over=False,
        )

    def waiting(self, turn: Turn) -> "Reporting":
        """Put it off; the incident is not over before it is done."""
        return replace(
            self,
            action=IssueAction.NOTHING,
            comment=None,
            reason=turn.reason,
            over=False,
            waits_until=turn.until.isoformat(),
        )

    def as_step(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_step(cls, step: dict[str, Any]) -> "Reporting":
        comment = step["comment"]
        return cls(
            **step
            | {
                "action": IssueAction(step["action"]),
                "comment": CommentKind(comment) if comment is not None else None,
            }
        )
