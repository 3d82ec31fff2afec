"""Who may read alerts, health and metrics."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.factories.webhooks import body_of, raw_alert
from tests.web.running_app import LOCAL, STRANGER, running_app

TOKEN: dict[str, Any] = {"intake_token": "t0ken"}
PASSWORD: dict[str, Any] = {"admin_password": "correct horse"}
SIGNED_IN = ("admin", "correct horse")


@pytest.mark.parametrize(
    ("settings", "request_with", "status"),
    [
        # Nothing is secret yet, and only this machine can connect.
        ({}, {}, 200),
        # A person signs in as admin.
        (PASSWORD, {"auth": SIGNED_IN}, 200),
        (TOKEN | PASSWORD, {"auth": SIGNED_IN}, 200),
        # As soon as there is a secret, reading asks for the password, also on this machine.
        (PASSWORD, {}, 401),
        (TOKEN, {}, 401),
        (PASSWORD, {"auth": ("admin", "wrong")}, 401),
        (PASSWORD, {"auth": ("root", "correct horse")}, 401),
        (PASSWORD, {"headers": {"Authorization": "Basic ???"}}, 401),
        (PASSWORD, {"headers": {"Authorization": "Basic"}}, 401),
        # Neither ASCII before decoding nor UTF-8 after.
        (PASSWORD, {"headers": {"Authorization": b"Basic \xff\xff=="}}, 401),
        (PASSWORD, {"headers": {"Authorization": "Basic //8="}}, 401),
        (PASSWORD, {"headers": {"Authorization": "Bearer correct horse"}}, 401),
        # The token to send alerts is no licence to read them.
        (TOKEN | PASSWORD, {"headers": {"Authorization": "Bearer t0ken"}}, 401),
        # Without ADMIN_PASSWORD nobody can sign in, and an empty password is no way around it.
        (TOKEN, {"auth": ("admin", "")}, 401),
        # A proxy on this machine passes strangers on.
        ({}, {"headers": {"X-Forwarded-For": "203.0.113.9"}}, 401),
        ({}, {"headers": {"Forwarded": "for=203.0.113.9"}}, 401),
        ({}, {"headers": {"X-Real-IP": "203.0.113.9"}}, 401),
    ],
)
@pytest.mark.parametrize("path", ["/alerts/history", f"/alerts/{'0' * 32}"])
async def test_reading_needs_the_read_scope(
    path: str, settings: dict[str, Any], request_with: dict[str, Any], status: int, tmp_path: Path
) -> None:
    async with running_app(tmp_path, **settings) as client:
        answer = await client.get(path, **request_with)
    refused = status == 401
    assert answer.status_code == (401 if refused else 200 if path.endswith("history") else 404)
    if refused:
        assert answer.json()["error"]["code"] == "not_authentic"
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:3003", 200),
        ("localhost:3003", 200),
        ("localhost", 200),
        ("LOCALHOST", 200),
        ("[::1]:3003", 200),
        # A page of another site whose name resolves to this machine (DNS rebinding).
        ("evil.example:3003", 401),
        ("localhost.evil.example", 401),
        ("127.0.0.1.evil.example", 401),
    ],
)
async def test_a_foreign_name_for_this_machine_is_refused(host: str, status: int, tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.get("/alerts/history", headers={"Host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("settings", "comes_from", "request_with", "status"),
    [
        ({}, LOCAL, {}, 200),
        (PASSWORD, LOCAL, {}, 200),
        ({"metrics_token": "m3trics"}, STRANGER, {"headers": {"Authorization": "Bearer m3trics"}}, 200),
        (PASSWORD, STRANGER, {"auth": SIGNED_IN}, 200),
        ({"metrics_token": "m3trics"}, STRANGER, {"headers": {"Authorization": "Bearer wrong"}}, 401),
        ({"metrics_token": "m3trics"}, STRANGER, {}, 401),
        ({}, STRANGER, {}, 401),
        # An empty token is none.
        ({}, STRANGER, {"headers": {"Authorization": "Bearer "}}, 401),
        ({}, LOCAL, {"headers": {"X-Forwarded-For": "203.0.113.9"}}, 401),
    ],
)
async def test_metrics_are_for_the_token_or_this_machine(
    settings: dict[str, Any],
    comes_from: tuple[str, int],
    request_with: dict[str, Any],
    status: int,
    tmp_path: Path,
) -> None:
    async with running_app(tmp_path, comes_from=comes_from, **settings) as client:
        answer = await client.get("/metrics", **request_with)
    assert answer.status_code == status
    assert ("issue_intelligence_build_info" in answer.text) is (status == 200)


async def test_anonymous_health_says_ok_and_version_only(tmp_path: Path) -> None:
    async with running_app(tmp_path, **PASSWORD) as client:
        anonymous = (await client.get("/health")).json()
        signed_in = (await client.get("/health", auth=SIGNED_IN)).json()
    assert anonymous.keys() == {"status", "version"}
    assert anonymous["status"] == "ok"
    assert signed_in.keys() == {
        "status",
        "version",
        "uptime_seconds",
        "database",
        "queue_depth",
        "oldest_waiting_seconds",
    }
    assert signed_in["database"] == "ok"


async def test_password_cannot_be_guessed_at_leisure(tmp_path: Path) -> None:
    async with running_app(tmp_path, **PASSWORD) as client:
        guesses = [await client.get("/alerts/history", auth=("admin", f"guess {n}")) for n in range(12)]
        # Right or not, it is not even looked at.
        right = await client.get("/alerts/history", auth=SIGNED_IN)
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    assert (right.status_code, "Retry-After" in right.headers) == (429, True)


async def test_health_counts_what_waits(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        sent = await client.post(
            "/alerts/grafana", content=body_of(raw_alert()), headers={"Content-Type": "application/json"}
        )
        health = (await client.get("/health")).json()
    assert sent.status_code == 200
    assert health["queue_depth"] == 1
    assert health["oldest_waiting_seconds"] >= 0


async def test_ready_once_it_can_commit(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_not_ready_while_the_database_takes_no_commits(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        breaking = sqlite3.connect(tmp_path / "issue-intelligence-intake.db")
        tables = breaking.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        for (name,) in tables:
            breaking.execute(f"ALTER TABLE {name} RENAME TO moved_{name}")
        breaking.commit()
        breaking.close()
        ready = await client.get("/ready")
        health = await client.get("/health")
    assert ready.status_code == 503
    assert ready.headers["Retry-After"] == "5"
    assert ready.json()["error"]["code"] == "not_ready"
    # The process still serves, and says what is wrong to those who may know.
    assert health.status_code == 200
    assert health.json()["database"].startswith("not available")
