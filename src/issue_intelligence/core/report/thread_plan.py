"""What becomes of an incident's message in a channel: posted once, then edited, and answered with news."""

from dataclasses import dataclass, replace
from enum import StrEnum

from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.core.report.plain_words import severity_rank

WORTH_A_MESSAGE = (Conclusion.REAL, Conclusion.POSSIBLE, Conclusion.MONITORING)


class MessageAction(StrEnum):
    POST = "post"
    # The message shows the new state, and nobody is disturbed.
    EDIT = "edit"
    # Edited, and answered in its thread.
    REPLY = "reply"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePlan:
    action: MessageAction
    # One sentence for people.
    reason: str
    # It became worse, so those who read another channel, or no thread, must hear of it.
    severity_rose: bool = False


def plan_message(told: IncidentNotice | None, notice: IncidentNotice) -> MessagePlan:
    """Decide what people in a channel hear; `told` is what the message says now, None when there is none."""
    if told is None:
        return _plan_first(notice)
    if is_same(told, notice):
        return _nothing("The message says so already.")
    if notice.status is NoticeStatus.INVESTIGATING:
        return _nothing("The end of this look says more.")
    excused = notice.conclusion is Conclusion.SUPPRESSED
    rose = not excused and severity_rank(notice.severity) < severity_rank(told.severity)
    news = _news(told, notice)
    if rose:
        news = f"Severity rose from {told.severity.value} to {notice.severity.value}."
    if news:
        return MessagePlan(action=MessageAction.REPLY, reason=news, severity_rose=rose)
    return MessagePlan(action=MessageAction.EDIT, reason="Only numbers changed.")


def _plan_first(notice: IncidentNotice) -> MessagePlan:
    if notice.conclusion not in WORTH_A_MESSAGE:
        return _nothing(f"The conclusion is {notice.conclusion.value}: nobody needs to act.")
    if notice.status is NoticeStatus.RESOLVED and not notice.acted:
        return _nothing("It is over, and nothing was done.")
    return MessagePlan(action=MessageAction.POST, reason="Nobody was told of this incident yet.")


def _news(told: IncidentNotice, notice: IncidentNotice) -> str:
    """Say what is worth an answer in the thread; "" for nothing."""
    if notice.acted:
        return notice.result
    if notice.status is not told.status:
        return f"It was {told.status.value} and is {notice.status.value}."
    if notice.conclusion is Conclusion.SUPPRESSED:
        # Somebody asked that nobody be disturbed, or it passes by itself.
        return ""
    if notice.conclusion is not told.conclusion:
        return f"It was {told.conclusion.value} and is {notice.conclusion.value}."
    if notice.remediation_helped is not None and notice.remediation_result != told.remediation_result:
        return "A remediation was tried."
    return ""


def is_same(told: IncidentNotice, notice: IncidentNotice) -> bool:
    """Tell whether both look the same in a channel, which shows no running times."""

    def shown(of: IncidentNotice) -> IncidentNotice:
        return replace(of, details=(), news=(), acted=False)

    return not notice.acted and shown(told) == shown(keep_last_deed(told, notice))


def keep_last_deed(told: IncidentNotice, notice: IncidentNotice) -> IncidentNotice:
    """Give what a message says after a look that did nothing: what was done to the issue last."""
    if notice.acted or notice.issue_number is None or notice.issue_number != told.issue_number:
        return notice
    return replace(notice, result=told.result, acted=told.acted)


def _nothing(reason: str) -> MessagePlan:
    return MessagePlan(action=MessageAction.NOTHING, reason=reason)
