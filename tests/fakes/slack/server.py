"""Slack's Web API over real HTTP on loopback, with faults to order."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from tests.fakes.slack.workspace import TOKEN, FakeChannel, FakeMessage, Refusal, Workspace

CHANNELS = ("critical", "high", "medium", "resolved", "shop")
HTML = "<html><body><h1>Bad gateway</h1></body></html>"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one call."""

    # `ok: false` with this.
    error: str = ""
    # Another status than 200, with a page instead of JSON.
    status: int = 0
    body: str = HTML
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    # The call is carried out first.
    after_effect: bool = False
    # The connection ends without an answer, or the answer never comes.
    breaks_off: bool = False
    hangs: bool = False


class FakeSlack:
    """Use it as a context manager; `url` is what SLACK_API_URL is set to."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime(2026, 11, 24, 11, 3, tzinfo=UTC),
        channels: tuple[str, ...] = CHANNELS,
        scopes: tuple[str, ...] = ("chat:write",),
    ) -> None:
        self.workspace = Workspace(now, *channels, scopes=scopes)
        self.tokens = {TOKEN}
        # Every call's method and arguments, in order.
        self.calls: list[tuple[str, dict[str, Any]]] = []
        # Gives the fault of each call that none was ordered for, or None.
        self.moods: Callable[[], Fault | None] = lambda: None
        self._faults: dict[str, deque[Fault]] = {}
        self._over = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await self._runner.cleanup()

    def channel(self, name: str) -> FakeChannel:
        return self.workspace.channels[name]

    def only_message(self, name: str) -> FakeMessage:
        [message] = self.channel(name).parents
        return message

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, one fault each."""
        self._faults.setdefault(method, deque()).extend(faults)

    def made(self, method: str) -> int:
        return sum(name == method for name, _ in self.calls)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _arguments(request)
        self.calls.append((method, given))
        waiting = self._faults.get(method)
        fault = waiting.popleft() if waiting else self.moods()
        if fault is None or fault.after_effect:
            answer = self._perform(request, method, given)
            if fault is None:
                scopes = ",".join(sorted(self.workspace.scopes))
                return web.json_response(answer, headers={"X-OAuth-Scopes": scopes})
        if fault.hangs:
            await self._over.wait()
        if fault.breaks_off or fault.hangs:
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, headers=fault.headers)
        return web.Response(
            status=fault.status or 200,
            text=fault.body,
            content_type=fault.content_type,
            headers=fault.headers,
        )

    def _perform(self, request: web.Request, method: str, given: dict[str, Any]) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return {"ok": False, "error": "invalid_auth" if token else "not_authed"}
        perform = getattr(self.workspace, method.replace(".", "_"), None)
        if perform is None:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True, **perform(given)}
        except Refusal as refusal:
            code, _, place = str(refusal).partition(": ")
            return {"ok": False, "error": code, "response_metadata": {"messages": [place]}}


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Read arguments as Slack does: JSON, or a form or query whose structured fields are JSON."""
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    plain = {**request.query, **await request.post()}
    return {
        name: json.loads(value) if name in ("blocks", "metadata") and isinstance(value, str) else value
        for name, value in plain.items()
    }
