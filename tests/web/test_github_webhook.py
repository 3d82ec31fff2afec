"""POST /webhooks/github: only what GitHub signed, only what people say, and each word once."""

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from issue_intelligence.adapters.database.report_tables import tracked_issues
from tests.pipeline.world import STARTS_AT, TRACE, a_world, shop_alert
from tests.web.running_app import running_app

SECRET = "It's a Secret to Everybody"
SETTINGS: dict[str, Any] = {"github_webhook_secret": SECRET}
REPOSITORY = "Acme/Shop"


@asynccontextmanager
async def with_issue(folder: Path, **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The service after it created issue 1 of the repository for one incident."""
    async with a_world(folder) as world:
        world.logs.add(STARTS_AT, *[TRACE] * 4)
        await world.receive_and_work(shop_alert("f1"))
        async with world.stores.databases.pipeline.begin() as connection:
            await connection.execute(update(tracked_issues).values(place="github:acme/shop"))
    async with running_app(folder, **SETTINGS | settings) as client:
        yield client


def issues(action: str, *, label: str = "", **changes: Any) -> dict[str, Any]:
    """The event as GitHub sends it, with the fields that matter and one that does not."""
    issue = {
        "number": changes.get("number", 1),
        "user": {"login": "our-robot", "type": "User"},
        "state_reason": changes.get("state_reason"),
        "updated_at": changes.get("updated_at", "2026-11-24T11:10:00Z"),
        "title": "anything",
    }
    sender = {"login": changes.get("sender", "ana"), "type": changes.get("sender_type", "User")}
    event: dict[str, Any] = {
        "action": action,
        "issue": issue,
        "repository": {"full_name": changes.get("repository", REPOSITORY)},
        "sender": sender,
    }
    return event | ({"label": {"name": label, "color": "ededed"}} if label else {})


async def deliver(
    client: httpx2.AsyncClient, event: Any, *, delivery: str = "d-1", **changes: Any
) -> httpx2.Response:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signature = hmac.digest(changes.get("secret", SECRET).encode(), body, "sha256").hex()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": changes.get("name", "issues"),
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={signature}",
    } | changes.get("headers", {})
    headers = {name: value for name, value in headers.items() if value is not None}
    return await client.post("/webhooks/github", content=body, headers=headers)


async def said(client: httpx2.AsyncClient) -> list[tuple[str, str | None, bool]]:
    """What is recorded, oldest first: kind, the right value, and whether it takes something back."""
    listed = (await client.get("/api/feedback")).json()["feedback"]
    assert {each["source"] for each in listed} <= {"github"}
    return [(each["kind"], each["right"], each["withdrawn"]) for each in reversed(listed)]


@pytest.mark.parametrize(
    ("event", "kind", "right"),
    [
        (issues("labeled", label="false-positive"), "false_positive", None),
        (issues("labeled", label="Confirmed"), "real", None),
        (issues("labeled", label="severity:critical"), "wrong_severity", "critical"),
        (issues("labeled", label="type:database"), "wrong_type", "database"),
        (issues("labeled", label="component:Cart"), "wrong_component", "Cart"),
        (issues("labeled", label="duplicate"), "duplicate", None),
        (issues("closed", state_reason="duplicate"), "duplicate", None),
        (issues("closed", state_reason="not_planned"), "not_planned", None),
    ],
)
async def test_what_a_person_says_is_recorded(
    event: dict[str, Any], kind: str, right: str | None, tmp_path: Path
) -> None:
    async with with_issue(tmp_path) as client:
        answer = await deliver(client, event)
        [alert] = (await client.get("/alerts/history")).json()["alerts"]
        shown = (await client.get(f"/alerts/{alert['id']}")).json()["feedback"]
        assert await said(client) == [(kind, right, False)]
    assert (answer.status_code, answer.json()) == (200, {"status": "recorded", "feedback": 1})
    assert [(each["kind"], each["by"], each["said_at"]) for each in shown] == [
        (kind, "ana", "2026-11-24T11:10:00Z")
    ]


@pytest.mark.parametrize(
    "event",
    [
        # Of our own account, under which the issue was created, and of programs.
        issues("labeled", label="severity:low", sender="Our-Robot"),
        issues("labeled", label="confirmed", sender="triage[bot]", sender_type="Bot"),
        # Not an issue of ours.
        issues("labeled", label="confirmed", repository="acme/other"),
        issues("labeled", label="confirmed", number=2),
        # Says nothing of a decision.
        issues("labeled", label="needs-triage"),
        issues("labeled", label="severity:dreadful"),
        issues("labeled", label="component:"),
        issues("labeled"),
        issues("closed", state_reason="completed"),
        issues("edited"),
        # Nothing was said that it could take back.
        issues("unlabeled", label="false-positive"),
        issues("unlabeled", label="severity:high"),
    ],
)
async def test_the_rest_is_taken_and_ignored(event: dict[str, Any], tmp_path: Path) -> None:
    async with with_issue(tmp_path) as client:
        answer = await deliver(client, event)
        assert await said(client) == []
    assert (answer.status_code, answer.json()["status"]) == (200, "ignored")
    assert answer.json()["reason"]


@pytest.mark.parametrize("name", ["ping", "issue_comment", "push", ""])
async def test_other_events_are_taken_and_ignored(name: str, tmp_path: Path) -> None:
    async with running_app(tmp_path, **SETTINGS) as client:
        answer = await deliver(client, b'{"zen": "Design for failure."}', name=name)
    assert (answer.status_code, answer.json()["status"]) == (200, "ignored")


async def test_delivery_that_comes_twice_is_recorded_once(tmp_path: Path) -> None:
    async with with_issue(tmp_path) as client:
        event = issues("labeled", label="confirmed")
        answers = [(await deliver(client, event)).json()["status"] for _ in range(2)]
        assert len(await said(client)) == 1
    assert answers == ["recorded", "ignored"]


async def test_old_delivery_that_is_sent_again_overrules_nothing_newer(tmp_path: Path) -> None:
    async with with_issue(tmp_path) as client:
        first = issues("labeled", label="confirmed", updated_at="2026-11-24T11:10:00Z")
        await deliver(client, first, delivery="d-1")
        later = issues("labeled", label="false-positive", updated_at="2026-11-24T11:20:00Z")
        await deliver(client, later, delivery="d-2")
        # The id of a delivery is not signed, so whoever has an old one can give it another.
        await deliver(client, first, delivery="d-3")
        [alert] = (await client.get("/alerts/history")).json()["alerts"]
        shown = (await client.get(f"/alerts/{alert['id']}")).json()["feedback"]
    assert [each["kind"] for each in shown] == ["false_positive"]


async def test_label_that_is_taken_off_takes_back_what_it_said(tmp_path: Path) -> None:
    async with with_issue(tmp_path) as client:
        for number, (action, label) in enumerate(
            (
                ("labeled", "severity:critical"),
                # Our own of before, which a person takes off beside: it is not what was said.
                ("unlabeled", "severity:low"),
                ("unlabeled", "severity:critical"),
            )
        ):
            at = f"2026-11-24T11:1{number}:00Z"
            await deliver(client, issues(action, label=label, updated_at=at), delivery=f"d-{number}")
        assert await said(client) == [
            ("wrong_severity", "critical", False),
            ("wrong_severity", "critical", True),
        ]


async def test_issue_that_is_opened_again_is_no_duplicate_any_more(tmp_path: Path) -> None:
    async with with_issue(tmp_path) as client:
        await deliver(client, issues("closed", state_reason="duplicate"), delivery="d-1")
        reopened = issues("reopened", state_reason="reopened", updated_at="2026-11-24T11:11:00Z")
        await deliver(client, reopened, delivery="d-2")
        assert await said(client) == [("duplicate", None, False), ("duplicate", None, True)]


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "another"},
        {"headers": {"X-Hub-Signature-256": None}},
        {"headers": {"X-Hub-Signature-256": ""}},
        {"headers": {"X-Hub-Signature-256": "sha256=" + "0" * 64}},
        {"headers": {"X-Hub-Signature-256": "sha256=" + "é" * 64}},
        # The older kind alone proves nothing.
        {"headers": {"X-Hub-Signature-256": None, "X-Hub-Signature": "sha1=" + "0" * 40}},
        # Nor do credentials of another kind.
        {"headers": {"X-Hub-Signature-256": None, "Authorization": "Bearer t0ken"}},
    ],
)
async def test_what_github_did_not_sign_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    async with with_issue(tmp_path) as client:
        headers = changes.get("headers", {})
        given = {
            name: value.encode("utf-8") if value is not None else None for name, value in headers.items()
        }
        changes = changes | ({"headers": given} if headers else {})
        answer = await deliver(client, issues("labeled", label="confirmed"), **changes)
        assert await said(client) == []
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authentic")
    assert SECRET not in answer.text


async def test_changed_body_is_refused(tmp_path: Path) -> None:
    body = json.dumps(issues("labeled", label="confirmed")).encode()
    signature = hmac.digest(SECRET.encode(), body, "sha256").hex()
    async with with_issue(tmp_path) as client:
        changed = body.replace(b"confirmed", b"duplicate")
        headers = {"X-Hub-Signature-256": f"sha256={signature}"}
        assert (await deliver(client, changed, headers=headers)).status_code == 401


async def test_signature_is_the_one_of_githubs_documentation(tmp_path: Path) -> None:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries gives this example."""
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"X-Hub-Signature-256": f"sha256={digest}"}
    async with running_app(tmp_path, **SETTINGS) as client:
        answer = await deliver(client, b"Hello, World!", name="ping", headers=headers)
    assert answer.status_code == 200


async def test_without_a_secret_there_is_nothing(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await deliver(client, issues("labeled", label="confirmed"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "GITHUB_WEBHOOK_SECRET" in answer.text


async def test_wrong_input_gets_an_answer_of_the_usual_form(tmp_path: Path) -> None:
    event = issues("labeled", label="confirmed")
    async with running_app(tmp_path, **SETTINGS) as client:
        for body, changes, status, code in (
            (b"{", {}, 400, "not_json"),
            (b"[]", {}, 422, "invalid_payload"),
            (json.dumps(event | {"issue": {"number": "one"}}).encode(), {}, 422, "invalid_payload"),
            (json.dumps(event | {"issue": {"number": 2**40}}).encode(), {}, 422, "invalid_payload"),
            (b" " * 2_000_000, {}, 413, "too_large"),
            (
                b"{}",
                {"headers": {"Content-Type": "application/x-www-form-urlencoded"}},
                415,
                "wrong_content_type",
            ),
            (b"{}", {"delivery": ""}, 422, "invalid_parameter"),
        ):
            answer = await deliver(client, body, **changes)
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body[:30]
        assert (await client.get("/webhooks/github")).status_code == 405


async def test_too_many_requests_of_one_address_are_refused(tmp_path: Path) -> None:
    async with running_app(tmp_path, intake_rate_limit=1, **SETTINGS) as client:
        answers = [await deliver(client, b"{}", secret="wrong") for _ in range(102)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
