"""What people say on a page is kept, and only forms of our own pages are taken."""

from pathlib import Path
from typing import Any

import httpx2

from tests.web.admin.pages import PASSWORD, incident_paths, page_at, serving, sign_in

READER = ("admin", "correct horse")


async def said(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    feedback: list[dict[str, Any]] = (await client.get("/api/feedback", auth=READER)).json()["feedback"]
    return feedback


async def test_feedback_is_stored_and_shown(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        [path, *_] = await incident_paths(client)
        token = (await page_at(client, path)).hidden["csrf_token"]
        more = {"csrf_token": token, "by": "Ana", "note": "seen\r\nbefore"}
        for form, kind, right in (
            ({"kind": "real"}, "real", ""),
            ({"kind": "false_positive"}, "false_positive", ""),
            # Only the field of the kind counts.
            ({"kind": "wrong_severity", "severity": "low", "component": "x"}, "wrong_severity", "low"),
            ({"kind": "wrong_component", "component": "payments"}, "wrong_component", "payments"),
            ({"kind": "wrong_type", "type": "security"}, "wrong_type", "security"),
            ({"kind": "duplicate", "duplicate_of": "12"}, "duplicate", "#12"),
        ):
            answer = await client.post(f"{path}/feedback", data=form | more)
            assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}#feedback")
            stored, *_ = await said(client)
            assert stored["incident_id"] == path.rpartition("/")[2]
            assert (stored["kind"], stored["right"] or "", stored["source"]) == (kind, right, "ui")
            assert (stored["by"], stored["note"]) == ("Ana", "seen\nbefore")
            assert f"Ana said: {kind.replace('_', ' ')}" in (await page_at(client, path)).text


async def test_feedback_can_be_taken_back_and_has_a_name_without_one(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        [path, *_] = await incident_paths(client)
        token = (await page_at(client, path)).hidden["csrf_token"]
        form = {"csrf_token": token, "kind": "wrong_severity", "severity": "low"}
        await client.post(f"{path}/feedback", data=form)
        back = (await page_at(client, path)).hidden
        answer = await client.post(f"{path}/feedback", data=back)
        page = await page_at(client, path)
        newest, first = await said(client)
    assert answer.status_code == 303
    assert (first["by"], newest["by"], newest["withdrawn"]) == ("admin", "admin", True)
    assert "said: wrong severity" not in page.text
    assert "admin took back that the severity should be low" in page.text


async def test_wrong_input_is_named_and_not_stored(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        [path, *_] = await incident_paths(client)
        token = (await page_at(client, path)).hidden["csrf_token"]
        for form, message in (
            ({"kind": "nonsense"}, "Kind: must be real"),
            ({"kind": ""}, "Kind: must be real"),
            ({"kind": "wrong_component", "component": " "}, "Right: must name the right component"),
            ({"kind": "wrong_severity", "severity": "worst"}, "Right: must be one of critical"),
            ({"kind": "duplicate", "duplicate_of": "that one"}, "Right: must be the number of an issue"),
            ({"kind": "real", "note": "x" * 2_001}, "Note: "),
            ({"kind": "real", "by": "a\nb"}, "By: must be one line"),
        ):
            answer = await client.post(f"{path}/feedback", data=form | {"csrf_token": token})
            assert answer.status_code == 422
            assert message in answer.text
            assert f'href="{path}"' in answer.text
        assert await said(client) == []


async def test_only_our_own_forms_are_taken(crashed: Path, tmp_path: Path) -> None:
    refused: tuple[tuple[dict[str, str], dict[str, str], int], ...] = (
        # No token, and one of another session.
        ({"csrf_token": ""}, {}, 403),
        ({"csrf_token": "x" * 43}, {}, 403),
        ({"csrf_token": "\u00fc"}, {}, 403),
        # A page of another site sends it, with the cookie.
        ({}, {"Origin": "https://evil.example"}, 403),
        ({}, {"Origin": "null"}, 403),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Sec-Fetch-Site": "same-site"}, 403),
        ({}, {"Content-Type": "text/plain"}, 415),
        ({"note": "x" * 20_000}, {}, 413),
        ({f"field {number}": "x" for number in range(60)}, {}, 422),
    )
    async with serving(crashed, tmp_path, public_url="http://alerts.example", **PASSWORD) as client:
        await sign_in(client)
        [path, *_] = await incident_paths(client)
        form = {"csrf_token": (await page_at(client, path)).hidden["csrf_token"], "kind": "real"}
        for spoil, headers, status in refused:
            answer = await client.post(f"{path}/feedback", data=form | spoil, headers=headers)
            assert answer.status_code == status, (spoil, headers, answer.text)
        assert await said(client) == []
        # As a browser sends our own form, and behind a proxy that names itself.
        for headers in (
            {"Origin": "http://127.0.0.1:3003", "Sec-Fetch-Site": "same-origin"},
            {"Origin": "http://alerts.example"},
        ):
            answer = await client.post(f"{path}/feedback", data=form, headers=headers)
            assert answer.status_code == 303
        client.cookies.clear()
        assert (await client.post(f"{path}/feedback", data=form)).status_code == 401
        assert len(await said(client)) == 1


async def test_sign_in_form_of_another_site_is_refused(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        data = {"user": "admin", "password": "correct horse"}
        answer = await client.post("/admin/sign-in", data=data, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


async def test_where_nothing_is_secret_a_person_at_this_machine_may_say_something(
    crashed: Path, tmp_path: Path
) -> None:
    async with serving(crashed, tmp_path) as client:
        [path, *_] = await incident_paths(client)
        form = {"csrf_token": (await page_at(client, path)).hidden["csrf_token"], "kind": "false_positive"}
        assert (await client.post(f"{path}/feedback", data=form)).status_code == 303
        # Another page cannot know the token, though the cookie comes along.
        forged = await client.post(f"{path}/feedback", data={"kind": "real"})
        [stored] = await said(client)
    assert forged.status_code == 403
    assert (stored["kind"], stored["by"]) == ("false_positive", "local")


async def test_incident_that_is_not_there_takes_no_feedback(crashed: Path, tmp_path: Path) -> None:
    async with serving(crashed, tmp_path, **PASSWORD) as client:
        await sign_in(client)
        form = {"csrf_token": (await page_at(client, "/admin")).hidden["csrf_token"], "kind": "real"}
        unknown = await client.post(f"/admin/incidents/{'0' * 32}/feedback", data=form)
        strange = await client.post("/admin/incidents/xyz/feedback", data=form)
    assert (unknown.status_code, strange.status_code) == (404, 422)
