"""Who gets in, for how long, and how often one may guess."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.web.admin.sessions import ADMIN, LOCAL, Sessions
from tests.web.admin.pages import PASSWORD, page_at, serving, sign_in
from tests.web.running_app import STRANGER, running_app

SECRET: dict[str, Any] = {"session_secret": "a session secret"}
NAME = "issue-intelligence"
UNKNOWN = f"/admin/incidents/{'0' * 32}"


async def test_without_a_session_every_page_leads_to_sign_in(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        for path in ("/admin", UNKNOWN):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/sign-in?next={path}")
        # The password of the API opens no page: a browser would send it along with any link.
        assert (await client.get("/admin", auth=("admin", "correct horse"))).status_code == 303


async def test_after_sign_in_the_wanted_page_is_shown(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        asked = await page_at(client, f"/admin/sign-in?next={UNKNOWN}")
        answer = await sign_in(client, next=asked.hidden["next"])
        assert (answer.status_code, answer.headers["Location"]) == (303, UNKNOWN)
        assert "Needs attention now" in (await page_at(client, "/admin")).text


async def test_sign_in_leads_to_no_other_site(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        for target in (
            "https://evil.example/",
            "//evil.example",
            "javascript:alert(1)",
            "/adminx",
            "/admin\\evil",
            "/alerts",
        ):
            asked = await page_at(client, f"/admin/sign-in?next={target}")
            assert asked.hidden["next"] == ""
            assert (await sign_in(client, next=target)).headers["Location"] == "/admin"


async def test_wrong_name_or_password_is_refused(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        for given in (
            {"password": "wrong"},
            {"password": ""},
            {"user": "root"},
            {"user": ""},
            {"password": "\u00fc"},
        ):
            answer = await sign_in(client, **given)
            assert answer.status_code == 401
            assert "Set-Cookie" not in answer.headers
            assert "not the right one" in answer.text
        assert (await client.get("/admin")).status_code == 303


async def test_guessing_is_limited_by_address_also_for_the_right_one(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        guesses = [await sign_in(client, password=f"guess {number}") for number in range(12)]
        right = await sign_in(client)
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    assert right.status_code == 429
    assert "Retry-After" in right.headers
    assert "Set-Cookie" not in right.headers


async def test_without_a_password_nobody_can_sign_in(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, intake_token="t0ken") as client:
        assert "Set ADMIN_PASSWORD" in (await page_at(client, "/admin/sign-in")).text
        assert (await sign_in(client, password="")).status_code == 401
        assert (await client.get("/admin")).status_code == 303


async def test_where_nothing_is_secret_only_this_machine_reads(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path) as client:
        assert (await client.get("/admin")).status_code == 200
        foreign = {"Host": "evil.example:3003"}
        client.cookies.clear()
        assert (await client.get("/admin", headers=foreign)).status_code == 303
        # Nor with a session that this machine was given.
        await client.get("/admin")
        cookie = f"{NAME}={client.cookies[NAME]}"
        client.cookies.clear()
        assert (await client.get("/admin", headers=foreign | {"Cookie": cookie})).status_code == 303
    async with running_app(tmp_path / "data", comes_from=STRANGER) as client:
        assert (await client.get("/admin")).status_code == 303


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [
        ("", NAME, False),
        ("http://alerts.example", NAME, False),
        ("https://alerts.example", f"__Host-{NAME}", True),
    ],
)
async def test_cookie_is_kept_from_scripts_and_other_sites(
    public_url: str, name: str, secure: bool, crashed: Path, tmp_path: Path
) -> None:
    async with serving(crashed, tmp_path, public_url=public_url, **PASSWORD) as client:
        cookie = (await sign_in(client)).headers["Set-Cookie"]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"{name}=")
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= attributes
    assert ("secure" in attributes) is secure


async def test_session_ends_after_twelve_hours_and_with_its_key(crashed: Path, tmp_path: Path) -> None:
    keys = {"secret": SECRET["session_secret"], "password": PASSWORD["admin_password"]}
    async with serving(crashed, tmp_path, **SECRET, **PASSWORD) as client:
        for hours, user, changes, status in (
            (11.9, ADMIN, {}, 200),
            (12, ADMIN, {}, 303),
            # Signed with another secret, or before the password was changed.
            (0, ADMIN, {"secret": "another secret"}, 303),
            (0, ADMIN, {"password": "the old one"}, 303),
            # Given while nothing was secret.
            (0, LOCAL, {}, 303),
        ):
            sessions = Sessions(**keys | changes)
            session = sessions.start(user, SystemClock().now() - timedelta(hours=hours))
            cookie = {"Cookie": f"{NAME}={sessions.cookie_of(session)}"}
            assert (await client.get("/admin", headers=cookie)).status_code == status, (hours, user, changes)


async def test_session_of_a_known_secret_survives_a_restart(crashed: Path, tmp_path: Path) -> None:
    statuses = []
    data = tmp_path / "data"
    shutil.copytree(crashed, data)
    for settings in (SECRET, {}):
        async with running_app(data, **settings, **PASSWORD) as client:
            await sign_in(client)
            cookie = {"Cookie": f"{NAME}={client.cookies[NAME]}"}
        async with running_app(data, **settings, **PASSWORD) as client:
            statuses.append((await client.get("/admin", headers=cookie)).status_code)
    # Without one, each start has a random one.
    assert statuses == [200, 303]


async def test_spoilt_cookie_is_none(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        good = client.cookies[NAME]
        client.cookies.clear()
        for cookie in ("", "x", good[:-1], "A" + good, good + "." * 2_000, "\u00fc"):
            answer = await client.get("/admin", headers=[(b"Cookie", f"{NAME}={cookie}".encode())])
            assert answer.status_code == 303, cookie[:20]


async def test_signed_out_session_is_refused_though_the_cookie_is_kept(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        kept = {"Cookie": f"{NAME}={client.cookies[NAME]}"}
        form = (await page_at(client, "/admin")).hidden
        answer = await client.post("/admin/sign-out", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/sign-in")
        assert NAME not in client.cookies
        assert (await client.get("/admin", headers=kept)).status_code == 303
