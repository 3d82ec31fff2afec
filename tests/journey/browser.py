"""A real Chromium without a window, driven by its own protocol.

See https://chromedevtools.github.io/devtools-protocol/ for the commands and events.
"""

import asyncio
import json
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.journey.waiting import wait_until

_ARGUMENTS = (
    "--headless=new",
    # Tests may run as root, where its sandbox does not start.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-port=0",
)
_POLL_SECONDS = 0.05
PATIENCE_SECONDS = 60.0


class Tab:
    """One page; what it asks the network for and what it complains of is kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.requested: list[str] = []
        self.complaints: list[str] = []

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = json.loads(await self._socket.receive_str(timeout=PATIENCE_SECONDS))
            if message.get("id") == number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def _note(self, event: dict[str, Any]) -> None:
        if event["method"] == "Network.requestWillBeSent":
            self.requested.append(event["params"]["request"]["url"])
        if event["method"] == "Log.entryAdded":
            self.complaints.append(event["params"]["entry"]["text"])

    async def value(self, expression: str) -> Any:
        answer = await self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until it holds; a page that is being left has no value at all."""

        async def holds() -> bool:
            return await self.value(expression) is True

        await wait_until(holds, timeout_seconds=PATIENCE_SECONDS)

    async def open(self, url: str) -> None:
        await self.command("Page.navigate", url=url)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def click(self, words: str) -> None:
        """Click the first button or link that says so."""
        all_of_them = "[...document.querySelectorAll('a, button')]"
        found = f"{all_of_them}.find(e => e.textContent.trim() === {json.dumps(words)})"
        await self.until(f"!!{found}")
        await self.value(f"{found}.click()")

    async def narrow(self, width: int) -> None:
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=True
        )


@asynccontextmanager
async def a_tab(program: Path, folder: Path) -> AsyncIterator[Tab]:
    """Start the browser on a profile of its own, and end it with the block."""
    process = await asyncio.create_subprocess_exec(
        program, *_ARGUMENTS, f"--user-data-dir={folder}", "about:blank", stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        base = f"http://127.0.0.1:{await _port(process, folder / 'DevToolsActivePort')}"
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{base}/json/list") as answer:
                pages = [each for each in await answer.json() if each["type"] == "page"]
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab = Tab(socket)
                for domain in ("Page", "Network", "Log"):
                    await tab.command(f"{domain}.enable")
                yield tab
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _port(process: asyncio.subprocess.Process, file: Path) -> str:
    """Wait for the file in which the browser writes where it listens."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "\n" not in (told := _text(file)):
            assert process.returncode is None, "the browser ended at once"
            await asyncio.sleep(_POLL_SECONDS)
    return told.split()[0]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
