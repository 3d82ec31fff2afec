"""POST /api/deployments: who may report, what is taken, and what is said about the rest."""

import json
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.web.running_app import LOCAL, STRANGER, running_app

TOKEN: dict[str, Any] = {"intake_token": "t0ken"}
BASIC: dict[str, Any] = {"intake_username": "ci", "intake_password": "pw"}
PASSWORD: dict[str, Any] = {"admin_password": "correct horse"}
STARTED = {"service": "shop", "status": "started", "version": "1.4.2", "id": "run-7"}


async def report(client: httpx2.AsyncClient, body: Any = None, **request: Any) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(STARTED if body is None else body).encode()
    headers = {"Content-Type": "application/json"} | request.pop("headers", {})
    return await client.post("/api/deployments", content=content, headers=headers, **request)


async def test_first_report_is_new_and_later_ones_add_to_it(tmp_path: Path) -> None:
    today = SystemClock().now().replace(microsecond=0)
    began, ended_at = today - timedelta(minutes=9), today - timedelta(minutes=5)
    elsewhere = began.astimezone(timezone(timedelta(hours=9)))
    end = {"service": "shop-api", "id": "run-7", "status": "finished", "finished_at": ended_at.isoformat()}
    async with running_app(tmp_path, services=[{"name": "shop", "aliases": ["shop-api"]}]) as client:
        first = await report(client, STARTED | {"started_at": elsewhere.isoformat()})
        again = await report(client, STARTED)
        ended = await report(client, end)
    assert [answer.status_code for answer in (first, again, ended)] == [201, 200, 200]
    assert first.json() == again.json()
    assert ended.json()["deployment"] == {
        "id": "run-7",
        "service": "shop",
        "status": "finished",
        "version": "1.4.2",
        "environment": None,
        "started_at": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "finished_at": f"{ended_at:%Y-%m-%dT%H:%M:%SZ}",
        "url": None,
        "by": None,
        "in_catalogue": True,
    }


async def test_service_that_is_not_in_the_catalogue_is_taken_and_said(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await report(client)
    deployment = answer.json()["deployment"]
    assert (answer.status_code, deployment["in_catalogue"]) == (201, False)
    assert "not in the catalogue" in deployment["note"]


@pytest.mark.parametrize(
    ("settings", "request_with", "status"),
    [
        # Nothing is secret, and only this machine can connect.
        ({}, {}, 201),
        ({}, {"headers": {"Host": "evil.example:3003"}}, 401),
        ({}, {"headers": {"X-Forwarded-For": "203.0.113.9"}}, 401),
        # What senders of alerts use.
        (TOKEN, {"headers": {"Authorization": "Bearer t0ken"}}, 201),
        (BASIC, {"auth": ("ci", "pw")}, 201),
        (TOKEN, {"headers": {"Authorization": "Bearer wrong"}}, 401),
        (BASIC, {"auth": ("ci", "wrong")}, 401),
        # Unlike alerts, a person may report too.
        (TOKEN | PASSWORD, {"auth": ("admin", "correct horse")}, 201),
        (PASSWORD, {"auth": ("admin", "correct horse")}, 201),
        (PASSWORD, {"auth": ("admin", "wrong")}, 401),
        (PASSWORD, {"auth": ("admin", "")}, 401),
        (TOKEN, {}, 401),
        (PASSWORD, {}, 401),
        (TOKEN, {"headers": {"Authorization": b"Basic \xff"}}, 401),
    ],
)
async def test_who_may_report(
    settings: dict[str, Any], request_with: dict[str, Any], status: int, tmp_path: Path
) -> None:
    async with running_app(tmp_path, **settings) as client:
        answer = await report(client, **request_with)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["error"]["code"] == "not_authentic"
        assert "WWW-Authenticate" in answer.headers


async def test_stranger_may_not_report_where_nothing_is_secret(tmp_path: Path) -> None:
    async with running_app(tmp_path, comes_from=STRANGER) as client:
        assert (await report(client)).status_code == 401


async def test_too_many_reports_of_one_source_are_refused(tmp_path: Path) -> None:
    async with running_app(tmp_path, comes_from=LOCAL, intake_rate_limit=1) as client:
        answers = [await report(client, {"status": "started"}) for _ in range(102)]
    assert {answer.status_code for answer in answers[:100]} == {422}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_wrong_shape_is_named_by_its_field(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await report(client, STARTED | {"status": "done", "startedAt": "2026-11-24T11:00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "invalid_payload",
        "message": "status: must be started, finished or failed; startedAt: is not known",
        "details": [
            {"field": "status", "message": "must be started, finished or failed"},
            {"field": "startedAt", "message": "is not known"},
        ],
    }


async def test_what_is_no_report_gets_an_answer_of_the_usual_form(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for body, kind, status, code in (
            (b"", "application/json", 400, "not_json"),
            (b"[" * 60_000, "application/json", 400, "not_json"),
            (b"[]", "application/json", 422, "invalid_payload"),
            (b" " * 70_000, "application/json", 413, "too_large"),
            (b"{}", "text/plain", 415, "wrong_content_type"),
            (b"{}", "application/x-www-form-urlencoded", 415, "wrong_content_type"),
        ):
            answer = await report(client, body, headers={"Content-Type": kind})
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body[:20]
            assert "maxAlerts" not in answer.text


async def test_secrets_of_a_report_do_not_come_back(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await report(
            client, STARTED | {"by": "ana@example.org", "url": "https://u:hunter2@ci.example"}
        )
        unknown = await report(client, STARTED | {"ana@example.org": "x"})
    assert "ana@example.org" not in answer.text + unknown.text
    assert "hunter2" not in answer.text


async def test_other_paths_and_methods_answer_in_the_usual_form(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for method, path, status in (
            ("GET", "/api/deployments", 405),
            ("DELETE", "/api/deployments", 405),
            ("POST", "/api/docs", 405),
            ("GET", "/api/nothing", 404),
            ("POST", "/api/deployments/", 404),
            ("GET", "/api", 404),
        ):
            answer = await client.request(method, path)
            code = {404: "not_found", 405: "method_not_allowed"}[status]
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path


async def test_api_describes_itself_without_any_other_host(tmp_path: Path) -> None:
    async with running_app(tmp_path, comes_from=STRANGER, **TOKEN) as client:
        page = await client.get("/api/docs")
        described = await client.get("/api/openapi.json")
    assert page.status_code == 200
    assert "/api/openapi.json" in page.text
    assert "POST /api/deployments" in page.text
    assert "//" not in page.text.replace("</", "")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    document = described.json()
    operation = document["paths"]["/deployments"]["post"]
    assert document["servers"] == [{"url": "/api"}]
    fields = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert set(fields) == {
        "service", "status", "version", "environment", "id", "started_at", "finished_at", "url", "by",
    }  # fmt: skip
    assert {"200", "201", "401", "422", "429"} <= set(operation["responses"])
