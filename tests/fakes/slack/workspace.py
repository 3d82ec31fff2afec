"""Channels, messages and threads, and what Slack answers about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.slack.limits import refusal

TOKEN = "xoxb-of-the-tests"
Answer = dict[str, Any]


@dataclass
class FakeMessage:
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None
    thread_ts: str | None = None
    is_broadcast: bool = False
    edits: int = 0

    def shown(self, *, with_metadata: bool) -> Answer:
        answer: Answer = {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks}
        if self.thread_ts is not None:
            answer["thread_ts"] = self.thread_ts
        if self.metadata is not None and with_metadata:
            answer["metadata"] = self.metadata
        return answer


@dataclass
class FakeChannel:
    id: str
    name: str
    messages: list[FakeMessage] = field(default_factory=list)
    is_archived: bool = False
    has_us: bool = True

    @property
    def parents(self) -> list[FakeMessage]:
        return [message for message in self.messages if message.thread_ts is None]

    def replies(self, ts: str) -> list[FakeMessage]:
        return [message for message in self.messages if message.thread_ts == ts]

    def message(self, ts: str) -> FakeMessage | None:
        return next((message for message in self.messages if message.ts == ts), None)


class Workspace:
    """Methods have Slack's names with a low line for the full stop; each gives Slack's answer."""

    def __init__(self, now: Callable[[], datetime], *channels: str, scopes: tuple[str, ...]) -> None:
        self.channels = {
            name: FakeChannel(id=f"C{number:09d}", name=name) for number, name in enumerate(channels, start=1)
        }
        self.scopes = set(scopes)
        # Messages that may not be edited any more, with Slack's word for why.
        self.fixed: dict[str, str] = {}
        self._now = now
        self._posted = 0

    def chat_postMessage(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self._writable(given)
        text, blocks = given.get("text", ""), given.get("blocks") or []
        _refuse(refusal(text, blocks))
        thread_ts = given.get("thread_ts")
        if thread_ts is not None and channel.message(thread_ts) is None:
            raise Refusal("thread_not_found")
        self._posted += 1
        message = FakeMessage(
            ts=f"{int(self._now().timestamp())}.{self._posted:06d}",
            text=text,
            blocks=blocks,
            metadata=given.get("metadata"),
            thread_ts=thread_ts,
            is_broadcast=_is_true(given.get("reply_broadcast")),
        )
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.shown(with_metadata=False)}

    def chat_update(self, given: Answer) -> Answer:
        channel = self._writable(given, by_name=False)
        message = channel.message(given["ts"])
        if message is None:
            raise Refusal("message_not_found")
        _refuse(self.fixed.get(message.ts, ""))
        text, blocks = given.get("text", ""), given.get("blocks") or []
        _refuse(refusal(text, blocks))
        message.text, message.blocks, message.edits = text, blocks, message.edits + 1
        return {"channel": channel.id, "ts": message.ts, "text": text}

    def conversations_history(self, given: Answer) -> Answer:
        channel = self._readable(given)
        shown = [message for message in channel.messages if message.thread_ts is None or message.is_broadcast]
        return _page(shown, given)

    def conversations_replies(self, given: Answer) -> Answer:
        channel = self._readable(given)
        parent = channel.message(given["ts"])
        if parent is None:
            raise Refusal("thread_not_found")
        # Slack gives the parent with them.
        return {
            "messages": [
                parent.shown(with_metadata=True),
                *_page(channel.replies(parent.ts), given)["messages"],
            ]
        }

    def auth_test(self, _given: Answer) -> Answer:
        return {"team": "Shop", "user": "issue-intelligence", "bot_id": "B01"}

    def _writable(self, given: Answer, *, by_name: bool = True) -> FakeChannel:
        if "chat:write" not in self.scopes:
            raise Refusal("missing_scope")
        channel = self._channel(given["channel"], by_name=by_name)
        if channel.is_archived:
            raise Refusal("is_archived")
        if not channel.has_us and "chat:write.public" not in self.scopes:
            raise Refusal("not_in_channel")
        return channel

    def _readable(self, given: Answer) -> FakeChannel:
        if "channels:history" not in self.scopes:
            raise Refusal("missing_scope")
        return self._channel(given["channel"], by_name=False)

    def _channel(self, wanted: str, *, by_name: bool) -> FakeChannel:
        for channel in self.channels.values():
            if wanted == channel.id or (by_name and wanted.removeprefix("#") == channel.name):
                return channel
        raise Refusal("channel_not_found")


class Refusal(Exception):  # noqa: N818 - Slack answers it with 200
    """What Slack answers with `ok: false`."""


def _refuse(problem: str) -> None:
    if problem:
        raise Refusal(problem)


def _is_true(value: Any) -> bool:
    return value in (True, "1", "true")


def _page(messages: list[FakeMessage], given: Answer) -> Answer:
    oldest = float(given.get("oldest", 0))
    newest_first = [message for message in reversed(messages) if float(message.ts) > oldest]
    with_metadata = _is_true(given.get("include_all_metadata"))
    return {
        "messages": [message.shown(with_metadata=with_metadata) for message in newest_first][
            : int(given.get("limit", 100))
        ]
    }
