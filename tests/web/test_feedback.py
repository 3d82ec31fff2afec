"""/api/feedback: who may say something, what is taken, how it is listed and shown beside the alert."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.pipeline.world import a_world, shop_alert
from tests.web.running_app import STRANGER, running_app

TOKEN: dict[str, Any] = {"intake_token": "t0ken"}
PASSWORD: dict[str, Any] = {"admin_password": "correct horse"}


@asynccontextmanager
async def decided(folder: Path, **settings: Any) -> AsyncIterator[tuple[httpx2.AsyncClient, list[str]]]:
    """The service after it decided one incident of two alerts; gives their ids, the newest first."""
    async with a_world(folder) as world:
        await world.receive_and_work(shop_alert("f1"), shop_alert("f2"))
    async with running_app(folder, **settings) as client:
        auth = ("admin", "correct horse") if settings else None
        page = (await client.get("/alerts/history", auth=auth)).json()
        yield client, [alert["id"] for alert in page["alerts"]]


async def say(client: httpx2.AsyncClient, body: Any, **request: Any) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | request.pop("headers", {})
    return await client.post("/api/feedback", content=content, headers=headers, **request)


async def test_what_is_said_is_recorded_once_and_shown_beside_the_alert(tmp_path: Path) -> None:
    async with decided(tmp_path) as (client, [second, first]):
        body = {"alert_id": first, "kind": "wrong_severity", "right": "low", "by": "Ana", "note": "a test"}
        new = await say(client, body)
        again = await say(client, body)
        shown = (await client.get(f"/alerts/{first}")).json()["feedback"]
        of_other = (await client.get(f"/alerts/{second}")).json()["feedback"]
    assert (new.status_code, again.status_code) == (201, 200)
    assert new.json() == again.json()
    said = new.json()["feedback"]
    assert {key: value for key, value in said.items() if key not in ("id", "incident_id", "said_at")} == {
        "alert_id": first,
        "kind": "wrong_severity",
        "right": "low",
        "by": "Ana",
        "note": "a test",
        "source": "api",
        "withdrawn": False,
    }
    assert shown == [said]
    assert of_other == []


async def test_newest_words_count_and_can_be_taken_back(tmp_path: Path) -> None:
    async with decided(tmp_path) as (client, [_, first]):
        incident = (await client.get(f"/alerts/{first}")).json()["incident_id"]
        for kind in ("real", "false_positive"):
            assert (await say(client, {"incident_id": incident, "kind": kind})).status_code == 201
        shown = (await client.get(f"/alerts/{first}")).json()["feedback"]
        assert [each["kind"] for each in shown] == ["false_positive"]
        back = {"incident_id": incident, "kind": "false_positive", "withdrawn": True}
        assert [(await say(client, back)).status_code for _ in range(2)] == [201, 200]
        assert (await client.get(f"/alerts/{first}")).json()["feedback"] == []
        listed = (await client.get("/api/feedback")).json()["feedback"]
    assert [each["kind"] for each in listed] == ["false_positive", "false_positive", "real"]


async def test_list_is_filtered_and_paged(tmp_path: Path) -> None:
    async with decided(tmp_path) as (client, [second, first]):
        incident = (await client.get(f"/alerts/{first}")).json()["incident_id"]
        await say(client, {"alert_id": first, "kind": "real"})
        await say(client, {"alert_id": second, "kind": "false_positive"})
        await say(client, {"incident_id": incident, "kind": "duplicate", "right": "12"})
        kinds = {}
        for name, query in {
            "first": {"alert": first},
            "incident": {"incident": incident},
            "unknown": {"alert": "0" * 32},
            "later": {"since": f"{SystemClock().now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"},
        }.items():
            listed = (await client.get("/api/feedback", params=query)).json()["feedback"]
            kinds[name] = [each["kind"] for each in listed]
        page = (await client.get("/api/feedback?limit=2")).json()
        rest = (await client.get("/api/feedback", params={"before": page["next_before"]})).json()
    assert kinds == {
        "first": ["duplicate", "real"],
        "incident": ["duplicate", "false_positive", "real"],
        "unknown": [],
        "later": [],
    }
    assert [each["right"] for each in page["feedback"]] == ["#12", None]
    assert ([each["kind"] for each in rest["feedback"]], rest["next_before"]) == (["real"], None)


@pytest.mark.parametrize(
    ("settings", "request_with", "statuses"),
    [
        # Nothing is secret, and only this machine can connect. Saying, then listing.
        ({}, {}, (422, 200)),
        ({}, {"headers": {"Host": "evil.example:3003"}}, (401, 401)),
        (PASSWORD, {"auth": ("admin", "correct horse")}, (422, 200)),
        (PASSWORD, {"auth": ("admin", "wrong")}, (401, 401)),
        # What sends may report, and not read.
        (TOKEN | PASSWORD, {"headers": {"Authorization": "Bearer t0ken"}}, (422, 401)),
        (TOKEN, {"headers": {"Authorization": "Bearer wrong"}}, (401, 401)),
        (TOKEN, {}, (401, 401)),
    ],
)
async def test_who_may_say_and_list(
    settings: dict[str, Any], request_with: dict[str, Any], statuses: tuple[int, int], tmp_path: Path
) -> None:
    async with running_app(tmp_path, **settings) as client:
        said = await say(client, {"alert_id": "0" * 32, "kind": "real"}, **dict(request_with))
        listed = await client.get("/api/feedback", **request_with)
    assert (said.status_code, listed.status_code) == statuses
    for answer in (said, listed):
        assert answer.status_code != 401 or answer.json()["error"]["code"] == "not_authentic"


async def test_stranger_may_do_neither_where_nothing_is_secret(tmp_path: Path) -> None:
    async with running_app(tmp_path, comes_from=STRANGER) as client:
        assert (await say(client, {"alert_id": "0" * 32, "kind": "real"})).status_code == 401
        assert (await client.get("/api/feedback")).status_code == 401


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": "nonsense"}, "kind", "must be real, false_positive, wrong_severity"),
        ({"kind": None}, "kind", "must be real"),
        ({"alert_id": ""}, "alert_id", "is missing; or give incident_id"),
        ({"alert_id": "xyz"}, "alert_id", "must have 32 hex digits"),
        ({"alert_id": "1" * 32}, "alert_id", "there is no such alert"),
        ({"alert_id": "", "incident_id": "1" * 32}, "incident_id", "there is no such incident"),
        ({"incident_id": "1" * 32}, "incident_id", "the alert belongs to another incident"),
        ({"kind": "wrong_severity"}, "right", "must be one of critical, high, medium, low"),
        ({"kind": "wrong_type", "right": "sad"}, "right", "must be one of bug, performance"),
        ({"kind": "wrong_component"}, "right", "must name the right component"),
        ({"kind": "duplicate", "right": "that one"}, "right", "must be the number of an issue"),
        ({"right": "low"}, "right", "has no meaning beside real"),
        ({"note": "x" * 2_001}, "note", "String should have at most 2000"),
        ({"note": "a\u0000b"}, "note", "must be text without control characters"),
        ({"by": "a\nb"}, "by", "must be one line"),
        ({"who": "ana"}, "who", "is not known"),
        ({"withdrawn": "perhaps"}, "withdrawn", "must be true or false"),
    ],
)
async def test_wrong_input_is_named_by_its_field(
    change: dict[str, Any], field: str, message: str, tmp_path: Path
) -> None:
    async with decided(tmp_path) as (client, [_, first]):
        answer = await say(client, {"alert_id": first, "kind": "real"} | change)
        assert (await client.get("/api/feedback")).json()["feedback"] == []
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_payload")
    [problem] = answer.json()["error"]["details"]
    assert problem["field"] == field
    assert problem["message"].startswith(message)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("alert=x", "alert"),
        ("incident=x", "incident"),
        ("since=yesterday", "since"),
        ("limit=0", "limit"),
        ("before=7", "before"),
    ],
)
async def test_wrong_parameter_is_named(query: str, field: str, tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.get(f"/api/feedback?{query}")
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


async def test_what_is_no_feedback_gets_an_answer_of_the_usual_form(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for body, kind, status, code in (
            (b"", "application/json", 400, "not_json"),
            (b"[]", "application/json", 422, "invalid_payload"),
            (b" " * 20_000, "application/json", 413, "too_large"),
            (b"{}", "text/plain", 415, "wrong_content_type"),
        ):
            answer = await say(client, body, headers={"Content-Type": kind})
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body[:20]


async def test_secrets_in_a_note_are_not_stored(tmp_path: Path) -> None:
    async with decided(tmp_path) as (client, [_, first]):
        body = {"alert_id": first, "kind": "real", "by": "ana@example.org", "note": "password=hunter2hunter2"}
        answers = [await say(client, body), await client.get("/api/feedback")]
    assert answers[0].status_code == 201
    for answer in answers:
        assert "ana@example.org" not in answer.text
        assert "hunter2" not in answer.text
