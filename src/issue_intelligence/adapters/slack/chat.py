"""The four calls we make to Slack."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_sdk.web.async_client import AsyncWebClient

from issue_intelligence.adapters.slack.blocks import Message
from issue_intelligence.adapters.slack.errors import VENDOR_ERRORS, SlackRefusedError, translated
from issue_intelligence.adapters.slack.pace import Pace
from issue_intelligence.ports.errors import RateLimitedError, TransientError
from issue_intelligence.version import VERSION

EVENT_TYPE = "issue_intelligence_notice"
TIMEOUT_SECONDS = 10
# Tier 3 is 50 a minute for the whole workspace.
EDITS_A_MINUTE = 50
# A longer pause is no place in a queue.
WAITS_HERE_SECONDS = 60.0
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
# Our clock and Slack's may differ.
_CLOCKS_DIFFER = timedelta(minutes=2)
_LOOKED_AT = 200
_EDITS = "chat.update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a message is, and of which notice."""

    channel_id: str
    ts: str
    marker: str


def web_client(token: str, api_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> AsyncWebClient:
    """Make a client that retries nothing: that is for the pipeline, which knows how patient to be.

    `timeout_seconds` bounds a whole call.
    """
    client = AsyncWebClient(
        token,
        base_url=api_url,
        timeout=timeout_seconds,  # type: ignore[arg-type]
        retry_handlers=[],
        user_agent_prefix=f"issue-intelligence/{VERSION}",
    )
    # The library takes HTTPS_PROXY from the environment, and does not know NO_PROXY.
    if proxy_bypass(urlsplit(api_url).hostname or ""):
        client.proxy = None
    return client


class SlackChat:
    def __init__(
        self, client: AsyncWebClient, *, pace: Pace | None = None, edits: Pace | None = None
    ) -> None:
        self._client = client
        self._pace = pace or Pace()
        self._edits = edits or Pace(per_minute=EDITS_A_MINUTE)
        # Of channels by name, so that a name and its id share one queue.
        self._ids: dict[str, str] = {}

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        incident_id: str,
        marker: str,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> Posted:
        """Post a message, or answer in a thread; `broadcast` shows the answer in the channel as well."""
        payload = {"incident_id": incident_id, "marker": marker}
        answer = await self._call(
            "chat.postMessage",
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=list(message.blocks),
                metadata={"event_type": EVENT_TYPE, "event_payload": payload},
                thread_ts=thread_ts,
                reply_broadcast=broadcast if thread_ts else None,
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
            ),
            pace=self._pace,
            queue=self._ids.get(channel, channel),
        )
        if not isinstance(answer.get("channel"), str) or not isinstance(answer.get("ts"), str):
            raise TransientError("Slack: chat.postMessage was answered without a place")
        self._ids[channel] = answer["channel"]
        return Posted(channel_id=answer["channel"], ts=answer["ts"], marker=marker)

    async def edit(self, channel_id: str, ts: str, message: Message) -> None:
        """Replace a message of ours, text and blocks both: what is not sent may stay as it was."""
        await self._call(
            "chat.update",
            lambda: self._client.chat_update(
                channel=channel_id, ts=ts, text=message.text, blocks=list(message.blocks), link_names=False
            ),
            pace=self._edits,
            queue=_EDITS,
        )

    async def find(
        self,
        channel_id: str,
        *,
        since: datetime,
        incident_id: str,
        marker: str | None = None,
        thread_ts: str | None = None,
    ) -> Posted | None:
        """Look for a message of ours about the incident, by its marker or by any.

        None also when we may not look: people who read a notice twice are better off than those who
        never read it.
        """
        oldest = f"{(since - _CLOCKS_DIFFER).timestamp():.6f}"
        try:
            answer = await self._history(channel_id, oldest, thread_ts)
        except SlackRefusedError:
            return None
        for found in _ours(answer.get("messages")):
            # An answer that was shown in the channel as well is not the incident's message.
            if (found.get("thread_ts", found["ts"]) != found["ts"]) is (thread_ts is None):
                continue
            payload = found["metadata"]["event_payload"]
            if payload.get("incident_id") == incident_id and marker in (None, payload.get("marker")):
                return Posted(channel_id=channel_id, ts=found["ts"], marker=str(payload.get("marker")))
        return None

    async def _history(self, channel_id: str, oldest: str, thread_ts: str | None) -> Any:
        if thread_ts is None:
            return await self._call(
                "conversations.history",
                lambda: self._client.conversations_history(
                    channel=channel_id, oldest=oldest, limit=_LOOKED_AT, include_all_metadata=True
                ),
            )
        return await self._call(
            "conversations.replies",
            lambda: self._client.conversations_replies(
                channel=channel_id,
                ts=thread_ts,
                oldest=oldest,
                limit=_LOOKED_AT,
                include_all_metadata=True,
            ),
        )

    async def _call(
        self,
        method: str,
        call: Callable[[], Awaitable[Any]],
        *,
        pace: Pace | None = None,
        queue: str = "",
    ) -> Any:
        if pace is not None:
            paused = pace.paused_seconds(queue)
            if paused > WAITS_HERE_SECONDS:
                # Whoever asks decides whether that is too long.
                raise RateLimitedError(f"Slack: {method} is asked too often", retry_after_seconds=paused)
            await pace.turn(queue)
        try:
            return await call()
        except VENDOR_ERRORS as error:
            failure = translated(method, error)
            if pace is not None and isinstance(failure, RateLimitedError) and failure.retry_after_seconds:
                pace.pause(queue, failure.retry_after_seconds)
            raise failure from error


def is_channel_id(channel: str) -> bool:
    return _CHANNEL_ID.fullmatch(channel) is not None


def _ours(messages: Any) -> Iterable[Any]:
    for message in messages if isinstance(messages, list) else ():
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and isinstance(metadata.get("event_payload"), dict):
            yield message
