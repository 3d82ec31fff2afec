"""/api/silences: who may, what is taken, and what is said about the rest."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.web.running_app import running_app

WANTED = {"matchers": ['service=~"shop|mail"'], "by": "ana", "comment": "database move", "duration": "2h"}


async def post(client: httpx2.AsyncClient, path: str, body: Any, **request: Any) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | request.pop("headers", {})
    return await client.post(path, content=content, headers=headers, **request)


def soon(hours: float) -> str:
    return (SystemClock().now() + timedelta(hours=hours)).isoformat()


async def test_life_of_a_silence(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        made = await post(client, "/api/silences", WANTED)
        later = await post(client, "/api/silences", WANTED | {"starts_at": soon(1)})
        silence = made.json()["silence"]
        path = f"/api/silences/{silence['id']}"
        one = await client.get(path)
        ended = await client.delete(path, params={"by": "bob"})
        again = await client.delete(path)
        listed = (await client.get("/api/silences")).json()["silences"]
        by_state = {
            state: len((await client.get("/api/silences", params={"state": state})).json()["silences"])
            for state in ("pending", "active", "expired")
        }
    assert [answer.status_code for answer in (made, later, one, ended, again)] == [201, 201, 200, 200, 200]
    assert silence["covers_now"] == {"firing_alerts": 0, "incidents": 0}
    assert (silence["state"], silence["matchers"]) == ("active", ['service=~"shop|mail"'])
    assert one.json()["silence"] == silence
    assert (ended.json()["silence"]["state"], ended.json()["silence"]["ended_by"]) == ("expired", "bob")
    assert again.json() == ended.json()
    assert {each["state"] for each in listed} == {"pending", "expired"}
    assert by_state == {"pending": 1, "active": 0, "expired": 1}


async def test_preview_makes_nothing(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        seen = await post(client, "/api/silences/preview", WANTED)
        listed = await client.get("/api/silences")
    assert seen.status_code == 200
    assert seen.json()["silence"]["covers_now"] == {"firing_alerts": 0, "incidents": 0}
    assert seen.json()["silence"]["id"] is None
    assert listed.json() == {"silences": []}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"matchers": []}, "matchers"),
        ({"matchers": ["service"]}, "matchers.0"),
        ({"matchers": ["service=shop", "team=~("]}, "matchers.1"),
        ({"matchers": [{"name": "", "value": "x"}]}, "matchers.0"),
        ({"matchers": [{"name": "a", "operator": "==", "value": "x"}]}, "matchers.0"),
        ({"matchers": ["service=~.*"]}, "matchers"),
        ({"matchers": ["service!=shop"]}, "matchers"),
        ({"matchers": ["user=ana@example.org"]}, "matchers.0"),
        ({"matchers": ["a=b"] * 51}, "matchers"),
        ({"matchers": 7}, "matchers"),
        ({"by": ""}, "by"),
        ({"by": "a\nb"}, "by"),
        ({"comment": " "}, "comment"),
        ({"comment": "a\0b"}, "comment"),
        ({"duration": ""}, "ends_at"),
        ({"duration": "soon"}, "duration"),
        ({"duration": "0s"}, "duration"),
        ({"duration": "999d"}, "duration"),
        ({"ends_at": soon(1)}, "ends_at"),
        ({"duration": "", "ends_at": soon(-1)}, "ends_at"),
        ({"duration": "", "ends_at": "2026-11-24T12:00:00"}, "ends_at"),
        ({"duration": "", "ends_at": "9999-12-31T23:59:59Z"}, "ends_at"),
        ({"duration": "", "starts_at": soon(3), "ends_at": soon(2)}, "ends_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"startsAt": soon(1)}, "startsAt"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(
    change: dict[str, Any], field: str, tmp_path: Path
) -> None:
    async with running_app(tmp_path) as client:
        answer = await post(client, "/api/silences", WANTED | change)
        listed = await client.get("/api/silences")
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "invalid_payload"
    assert {each["field"].partition(".str")[0].partition(".function")[0] for each in error["details"]} >= {
        field
    }
    assert listed.json() == {"silences": []}


async def test_secrets_in_words_are_not_kept(tmp_path: Path) -> None:
    body = WANTED | {"by": "ana@example.org", "comment": "token ghp_0123456789abcdefghijABCDEFGHIJ012345"}
    async with running_app(tmp_path) as client:
        answer = await post(client, "/api/silences", body)
        listed = await client.get("/api/silences")
    assert answer.status_code == 201
    for text in (answer.text, listed.text):
        assert "ana@example.org" not in text
        assert "ghp_0123456789" not in text


async def test_unknown_ids_and_states(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for path in ("silences", "maintenance", "ignore-patterns"):
            for silence_id in ("0" * 32, "x", "%00", "..%2f.."):
                for method in ("GET", "DELETE"):
                    answer = await client.request(method, f"/api/{path}/{silence_id}")
                    assert answer.status_code == 404, (method, path, silence_id)
                    assert answer.json()["error"]["code"] == "not_found"
            assert (await client.put(f"/api/{path}")).status_code == 405
        wrong_state = await client.get("/api/silences", params={"state": "over"})
        long_name = await client.delete(f"/api/silences/{'0' * 32}", params={"by": "x" * 256})
    assert wrong_state.status_code == 422
    assert wrong_state.json()["error"]["code"] == "invalid_parameter"
    assert long_name.status_code == 422


TOKEN: dict[str, Any] = {"intake_token": "t0ken"}
BEARER: dict[str, Any] = {"headers": {"Authorization": "Bearer t0ken"}}


@pytest.mark.parametrize("path", ["silences", "maintenance", "ignore-patterns"])
async def test_who_may(path: str, tmp_path: Path) -> None:
    one = f"/api/{path}/{'0' * 32}"
    async with running_app(tmp_path, **TOKEN, admin_password="correct horse") as client:
        nobody = [
            await post(client, f"/api/{path}", {}),
            await client.get(f"/api/{path}"),
            await client.get(one),
            await client.delete(one),
        ]
        # Senders write, and do not read.
        sender = [
            await post(client, f"/api/{path}", {}, **BEARER),
            await client.get(f"/api/{path}", **BEARER),
            await client.delete(one, **BEARER),
        ]
        admin = [
            await post(client, f"/api/{path}", {}, auth=("admin", "correct horse")),
            await client.get(f"/api/{path}", auth=("admin", "correct horse")),
            await client.delete(one, auth=("admin", "correct horse")),
        ]
    assert {answer.status_code for answer in nobody} == {401}
    assert [answer.status_code for answer in sender] == [422, 401, 404]
    assert [answer.status_code for answer in admin] == [422, 200, 404]


async def test_bodies_that_are_none(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for path in ("silences", "silences/preview", "maintenance", "ignore-patterns"):
            for body, kind, status in (
                (b"", "application/json", 400),
                (b"[]", "application/json", 422),
                (b" " * 70_000, "application/json", 413),
                (b"{}", "text/plain", 415),
            ):
                answer = await post(client, f"/api/{path}", body, headers={"Content-Type": kind})
                assert answer.status_code == status, (path, body[:9])


async def test_openapi_describes_every_request_and_answer(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        document = (await client.get("/api/openapi.json")).json()
        page = await client.get("/api/docs")
    paths = document["paths"]
    wanted = {
        "/silences": {"get", "post"},
        "/silences/preview": {"post"},
        "/silences/{id}": {"get", "delete"},
        "/maintenance": {"get", "post"},
        "/maintenance/{id}": {"get", "delete"},
        "/ignore-patterns": {"get", "post"},
        "/ignore-patterns/{id}": {"get", "delete"},
    }
    assert {path: set(paths[path]) for path in wanted} == wanted
    for path, methods in wanted.items():
        for method in methods:
            operation = paths[path][method]
            assert operation["summary"] in page.text.replace("&#x27;", "'")
            assert {"401", "503"} <= set(operation["responses"])
            if method == "post":
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                assert "by" in schema["properties"]
            if "{id}" in path:
                assert [each["in"] for each in operation["parameters"]].count("path") == 1
    # A reference into a body's own definitions leads nowhere in the whole document.
    assert "#/$defs" not in json.dumps(document)
