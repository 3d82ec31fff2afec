"""Keeps one message an incident in the channel of its severity, and a thread of news below it (ADR 15)."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from issue_intelligence.adapters.slack.blocks import Message, incident_message, moved_message, news_message
from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.chat import Posted, SlackChat, is_channel_id
from issue_intelligence.adapters.slack.errors import SlackRefusedError
from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.report.thread_plan import (
    MessageAction,
    MessagePlan,
    keep_last_deed,
    plan_message,
)
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.notice_threads import NoticeThread, NoticeThreads

log = structlog.get_logger()

# The message was deleted, by a person or with its channel.
_GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
_CHANNEL_GONE = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
# It stands and can be answered, but not edited: the workspace's rule, or it is of an earlier installation.
_FIXED = frozenset({"cant_update_message", "edit_window_closed", "update_failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    notice: IncidentNotice
    marker: str
    unknown_since: datetime | None
    plan: MessagePlan


class SlackNotifier:
    """Implements ports.notifier.Notifier."""

    keeps_current = True

    def __init__(
        self, chat: SlackChat, *, channels: SlackChannels, threads: NoticeThreads, clock: Clock
    ) -> None:
        self._chat = chat
        self._channels = channels
        self._threads = threads
        self._clock = clock

    @property
    def description(self) -> str:
        return "Slack"

    async def notify(
        self, notice: IncidentNotice, *, marker: str, unknown_since: datetime | None = None
    ) -> bool:
        home = self._channels.of(notice)
        if not home:
            return False
        threads = await self._threads.of_incident(notice.incident_id)
        current = next((thread for thread in reversed(threads) if thread.follows), None)
        if current is None and unknown_since is not None:
            current = await self._lost_message(notice, marker, home, unknown_since)
        if current is not None and current.marker == marker:
            # An earlier try of this notice came to its end.
            return True
        plan = plan_message(current.told if current else None, notice)
        log.info(
            "slack_planned", incident_id=notice.incident_id, action=plan.action.value, reason=plan.reason
        )
        if plan.action is MessageAction.NOTHING:
            return False
        if current is None:
            channel = self._channels.of_repaired(notice) or home
            await self._start(channel, notice, marker, follows=True)
        else:
            shown = keep_last_deed(current.told, notice) if plan.action is MessageAction.EDIT else notice
            delivery = _Delivery(notice=shown, marker=marker, unknown_since=unknown_since, plan=plan)
            await self._go_on(delivery, current, threads, home)
        return True

    async def _go_on(
        self, delivery: _Delivery, current: NoticeThread, threads: list[NoticeThread], home: str
    ) -> None:
        notice = delivery.notice
        others = [thread for thread in threads if thread.channel != current.channel]
        for thread in others:
            await self._edit_copy(thread, notice)
        alive = await self._edit(current, notice, may_leave=home != current.channel)
        repaired = self._channels.of_repaired(notice)
        failure = None
        if repaired and repaired not in {thread.channel for thread in threads}:
            try:
                await self._start(
                    repaired, notice, delivery.marker, follows=False, look=delivery.unknown_since
                )
            except SlackRefusedError as error:
                # The thread comes first; then people hear that this channel does not work.
                failure = error
        if delivery.plan.action is MessageAction.REPLY:
            current = await self._tell_news(delivery, current, others, home=home, alive=alive)
        await self._threads.save(replace(current, told=notice, marker=delivery.marker), self._clock.now())
        if failure is not None:
            raise failure

    async def _tell_news(
        self,
        delivery: _Delivery,
        current: NoticeThread,
        others: list[NoticeThread],
        *,
        home: str,
        alive: bool,
    ) -> NoticeThread:
        """Answer in the thread, or where it goes on; give the thread that follows from now on."""
        notice = delivery.notice
        rose = delivery.plan.severity_rose
        if alive and rose and home != current.channel:
            return await self._move(delivery, current, others, home)
        if alive:
            broadcast = rose or _failed_now(current.told, notice)
            message = news_message(notice, current.told)
            if await self._answer(delivery, current, message, broadcast=broadcast):
                return current
        if current.channel != home:
            await self._threads.save(replace(current, follows=False, told=notice), self._clock.now())
        return await self._start(home, notice, delivery.marker, follows=True, look=delivery.unknown_since)

    async def _move(
        self, delivery: _Delivery, current: NoticeThread, others: list[NoticeThread], home: str
    ) -> NoticeThread:
        """Those who watch the graver channel must hear of it: go on there, and say so here."""
        notice = delivery.notice
        there = next((thread for thread in others if thread.channel == home), None) or await self._start(
            home, notice, delivery.marker, follows=False, look=delivery.unknown_since
        )
        await self._answer(delivery, current, moved_message(notice, current.told, there.channel_id))
        await self._threads.save(replace(current, follows=False, told=notice), self._clock.now())
        return replace(there, follows=True)

    async def _start(
        self,
        channel: str,
        notice: IncidentNotice,
        marker: str,
        *,
        follows: bool,
        look: datetime | None = None,
    ) -> NoticeThread:
        """Post the incident's message in a channel, unless an earlier try of this notice has."""
        posted = await self._posted_before(channel, notice, look, marker=marker) if look else None
        if posted is None:
            posted = await self._chat.post(
                channel, incident_message(notice), incident_id=notice.incident_id, marker=marker
            )
        thread = _thread(channel, posted, notice, follows=follows)
        await self._threads.save(thread, self._clock.now())
        return thread

    async def _lost_message(
        self, notice: IncidentNotice, marker: str, home: str, since: datetime
    ) -> NoticeThread | None:
        """Find the message that was posted and not noted any more."""
        found = await self._posted_before(home, notice, since)
        if found is None:
            return None
        # What exactly it says is not known any more; less than the end of this look, unless it is its own.
        told = notice if found.marker == marker else replace(notice, status=NoticeStatus.INVESTIGATING)
        thread = _thread(home, found, told, follows=True)
        await self._threads.save(thread, self._clock.now())
        return thread

    async def _posted_before(
        self, channel: str, notice: IncidentNotice, since: datetime, *, marker: str | None = None
    ) -> Posted | None:
        channel_id = channel if is_channel_id(channel) else await self._threads.channel_id(channel)
        if not channel_id:
            return None
        return await self._chat.find(channel_id, since=since, incident_id=notice.incident_id, marker=marker)

    async def _answer(
        self, delivery: _Delivery, thread: NoticeThread, message: Message, *, broadcast: bool = False
    ) -> bool:
        """Answer in a thread, once; False when its message is gone."""
        notice, marker = delivery.notice, delivery.marker
        if delivery.unknown_since is not None and await self._chat.find(
            thread.channel_id,
            since=delivery.unknown_since,
            incident_id=notice.incident_id,
            marker=marker,
            thread_ts=thread.message_id,
        ):
            return True
        try:
            await self._chat.post(
                thread.channel_id,
                message,
                incident_id=notice.incident_id,
                marker=marker,
                thread_ts=thread.message_id,
                broadcast=broadcast,
            )
        except SlackRefusedError as error:
            if error.code not in _GONE:
                raise
            return False
        return True

    async def _edit(self, thread: NoticeThread, notice: IncidentNotice, *, may_leave: bool) -> bool:
        """Bring the message up to date; False when it is gone. `may_leave`: another channel can take over."""
        try:
            await self._chat.edit(thread.channel_id, thread.message_id, incident_message(notice))
        except SlackRefusedError as error:
            if error.code in _GONE or (may_leave and error.code in _CHANNEL_GONE):
                log.info("slack_message_gone", channel=thread.channel, code=error.code)
                return False
            if error.code not in _FIXED:
                raise
        return True

    async def _edit_copy(self, thread: NoticeThread, notice: IncidentNotice) -> None:
        """Bring a message up to date that nobody answers any more; what stands in its way stops nobody."""
        try:
            await self._chat.edit(thread.channel_id, thread.message_id, incident_message(notice))
        except SlackRefusedError as error:
            log.info("slack_copy_not_edited", channel=thread.channel, code=error.code)


def _thread(channel: str, posted: Posted, told: IncidentNotice, *, follows: bool) -> NoticeThread:
    return NoticeThread(
        incident_id=told.incident_id,
        channel=channel,
        channel_id=posted.channel_id,
        message_id=posted.ts,
        follows=follows,
        told=told,
        marker=posted.marker,
    )


def _failed_now(told: IncidentNotice, notice: IncidentNotice) -> bool:
    """Tell whether whoever read that it would be repaired has to learn that it was not."""
    return notice.remediation_helped is False and told.remediation_helped is not False
