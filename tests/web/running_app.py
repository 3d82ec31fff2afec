"""The whole service within the test: every route on a real database, without the worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from issue_intelligence.bootstrap.service import web_app
from issue_intelligence.settings import load_settings

LOCAL = ("127.0.0.1", 50_000)
STRANGER = ("203.0.113.9", 50_000)


@asynccontextmanager
async def running_app(
    folder: Path, *, comes_from: tuple[str, int] = LOCAL, host_header: str = "127.0.0.1:3003", **settings: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """Start the service with these settings; the client connects from `comes_from`."""
    app = web_app(load_settings(data_dir=folder, **settings), with_worker=False)
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    lifespan = asyncio.create_task(
        app({"type": "lifespan", "asgi": {"version": "3.0"}}, inbox.get, outbox.put)
    )
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    transport = httpx2.ASGITransport(app, client=comes_from)
    try:
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host_header}") as client:
            yield client
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await lifespan
