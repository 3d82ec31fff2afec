"""Reads pages as a browser does: which elements they have, what they load, and where they lead."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2

from issue_intelligence.core.remediate.plan import Mode
from tests.pipeline.world import STARTS_AT, TRACE, World, a_world, shop_alert
from tests.web.running_app import running_app

PASSWORD: dict[str, Any] = {"admin_password": "correct horse"}
SIGN_IN = {"user": "admin", "password": "correct horse"}
# Where a browser would fetch something by itself, or send a form.
_FETCHED = {"src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href"}


@dataclass
class Page(HTMLParser):
    """One page, taken apart."""

    html: str
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    # What the browser loads or sends to.
    fetched: list[str] = field(default_factory=list)
    # What people may click.
    links: list[str] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= given.keys()
        self.fetched += [value for name, value in given.items() if name in _FETCHED]
        if "href" in given:
            (self.links if tag == "a" else self.fetched).append(given["href"])
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        # A cell and what follows it stand apart, as on the screen.
        if tag in ("dt", "dd", "td", "th", "option", "li"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


async def page_at(client: httpx2.AsyncClient, path: str, *, status: int = 200) -> Page:
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return Page(answer.text)


async def sign_in(client: httpx2.AsyncClient, **changes: str) -> httpx2.Response:
    return await client.post("/admin/sign-in", data=SIGN_IN | changes)


async def incident_paths(client: httpx2.AsyncClient, query: str = "") -> list[str]:
    """The incidents that the list links to, in its order."""
    page = await page_at(client, f"/admin{query}")
    return [link for link in page.links if re.fullmatch(r"/admin/incidents/[0-9a-f]{32}", link)]


def a_crash(world: World) -> None:
    """Have the shop's log tell of a crash, often enough to be a real problem."""
    world.logs.add(STARTS_AT, *[TRACE] * 5)


@asynccontextmanager
async def serving(prepared: Path, folder: Path, **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The service on a copy of a prepared folder: to make one takes longer than most tests."""
    data = folder / "data"
    shutil.copytree(prepared, data)
    async with running_app(data, **settings) as client:
        yield client


async def prepare(folder: Path, *, mode: Mode = Mode.ACT) -> None:
    """Decide about one incident of two alerts."""
    async with a_world(folder, mode=mode) as world:
        a_crash(world)
        await world.receive_and_work(shop_alert("f1"), shop_alert("f2"))
