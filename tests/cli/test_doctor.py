"""The doctor as its user runs it: the whole configuration, faults included."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from issue_intelligence.cli.main import app
from issue_intelligence.settings import SettingsError
from tests.fakes.http_answers import Answer, HttpAnswers
from tests.valkey_server import free_port

SECRETS = {
    "GITHUB_TOKEN": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "SLACK_BOT_TOKEN": "xoxb-not-a-real-token",
    "LOKI_TOKEN": "l0ki-t0ken",
    "GRAFANA_API_KEY": "glsa-t0ken",
    "INTAKE_TOKEN": "1ntake-t0ken",
}
Serve = Callable[[dict[str, Any]], str]


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve answers from a thread, since the command has an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running: list[Any] = []

    def start(answers: dict[str, Any]) -> str:
        served = HttpAnswers(answers).served()
        running.append(served)
        return asyncio.run_coroutine_threadsafe(served.__aenter__(), loop).result()

    yield start
    for served in running:
        asyncio.run_coroutine_threadsafe(served.__aexit__(None, None, None), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def run(*arguments: str, **variables: str) -> Result:
    result = CliRunner().invoke(app, ["doctor", *arguments], env=variables)
    assert not any(secret in result.output for secret in SECRETS.values())
    return result


def states(result: Result) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in json.loads(result.stdout)["checks"]:
        found.setdefault(check["system"], []).append(check["state"])
    return found


def test_with_nothing_set_it_says_what_would_turn_each_on_and_changes_nothing(tmp_path: Path) -> None:
    result = run("--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["ok"] is True
    advice = " ".join(check["advice"] or "" for check in document["checks"])
    for variable in (
        "LOKI_URL", "LOG_FILES", "PROMETHEUS_URL", "GRAFANA_URL", "GITHUB_TOKEN", "SLACK_BOT_TOKEN",
        "APP_HEALTH_URL", "APP_DATABASE_URL", "REDIS_URL", "PUBLIC_URL",
    ):  # fmt: skip
        assert variable in advice
    assert states(result)["Intake"] == ["warning"]
    assert list(tmp_path.iterdir()) == []


def test_all_that_works_is_ok(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "shop.log").write_text("x")
    url = serve(
        {
            "/loki/api/v1/labels": Answer({"status": "success", "data": ["app"]}),
            "/api/v1/query": Answer(
                {"status": "success", "data": {"resultType": "vector", "result": [{"value": [1, "1"]}]}}
            ),
            "/api/health": Answer({"database": "ok"}),
            "/api/folders": Answer([]),
            "/health": Answer({"status": "ok", "version": "1"}),
            "/rate_limit": Answer({"rate": {"limit": 5000, "remaining": 5000}}),
            "/repos/acme/shop": Answer({"has_issues": True, "permissions": {"push": True}}),
            "/auth.test": Answer({"ok": True}, headers={"X-OAuth-Scopes": "chat:write"}),
        }
    )
    addresses = (
        "LOKI_URL", "PROMETHEUS_URL", "GRAFANA_URL", "GITHUB_API_URL", "SLACK_API_URL", "PUBLIC_URL",
    )  # fmt: skip
    result = run(
        "--json",
        **dict.fromkeys(addresses, url),
        **SECRETS,
        APP_HEALTH_URL=f"{url}/health",
        LOG_FILES="*.log",
        GITHUB_REPOSITORY="acme/shop",
        SLACK_CHANNEL_CRITICAL="C0123456789",
        SLACK_CHANNEL_HIGH="C0123456789",
        SLACK_CHANNEL_MEDIUM="C0123456789",
        SLACK_CHANNEL_RESOLVED="C0123456789",
    )
    assert result.exit_code == 0
    unset = {"Application's database", "Redis", "Restart commands"}
    others = {system: set(found) for system, found in states(result).items() if system not in unset}
    assert {state for found in others.values() for state in found} == {"ok"}
    assert {
        "Loki",
        "Prometheus",
        "Grafana",
        "GitHub",
        "Slack",
        "Links",
        "Health",
        "Log files",
    } <= others.keys()


def test_what_does_not_answer_fails_each_on_its_own(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    addresses = ("LOKI_URL", "PROMETHEUS_URL", "GRAFANA_URL", "GITHUB_API_URL", "SLACK_API_URL")
    result = run(
        "--json",
        **dict.fromkeys(addresses, f"http://{nowhere}"),
        **SECRETS,
        GITHUB_REPOSITORY="acme/shop",
        APP_HEALTH_URL=f"http://{nowhere}/health",
        APP_DATABASE_URL=f"postgresql://shop:l0ki-t0ken@{nowhere}/shop",
        REDIS_URL=f"redis://:l0ki-t0ken@{nowhere}",
        LOG_FILES="nope-*.log",
    )
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False
    failed = {system for system, found in states(result).items() if "failed" in found}
    assert failed == {
        "Loki", "Prometheus", "Grafana", "GitHub", "Slack", "Health", "Application's database", "Redis",
        "Log files",
    }  # fmt: skip


def test_people_get_a_table_with_what_to_do() -> None:
    result = run(LOG_FILES="nope-*.log")
    assert result.exit_code == 1
    assert "no log file matches nope-*.log" in result.stdout
    assert "Correct LOG_FILES" in result.stdout
    assert "1 failed, 1 warning." in result.stdout


def test_narrow_terminal_loses_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    name = "a-" + "very-" * 20 + "long-name.log"
    shown = run(LOG_FILES=name).stdout
    assert max(len(line) for line in re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()) <= 80
    assert "…" not in shown
    assert name in re.sub(r"\x1b\[[\d;]*m|\s", "", shown)


def test_flows_that_post_are_not_sent(serve: Serve, tmp_path: Path) -> None:
    url = serve({"/cart": Answer("fine"), "/orders": Answer("ordered")})
    (tmp_path / "issue-intelligence.toml").write_text(
        f"""
        [[services]]
        name = "shop"
        platform = {{ kind = "command", command = ["no-such-program"] }}
        [[services.critical_flows]]
        name = "cart"
        url = "{url}/cart"
        [[services.critical_flows]]
        name = "order"
        url = "{url}/orders"
        method = "POST"
        """
    )
    result = run("--json")
    found = states(result)
    assert found["Health"][:2] == ["ok", "warning"]
    assert found["Restart commands"] == ["failed"]
    assert "order of shop" in result.stdout


def test_half_of_github_is_a_fault() -> None:
    assert states(run("--json", GITHUB_REPOSITORY="acme/shop"))["GitHub"] == ["failed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"LOKI_URL": "ftp://x"},
        {"APP_DATABASE_URL": "mysql://x"},
        {"DATABASE_URL": "mysql://x"},
        {"HOST": "0.0.0.0"},
    ],
)
def test_wrong_configuration_ends_it_as_it_would_end_the_start(wrong: dict[str, str]) -> None:
    # The command line turns this into its sentence and exit code 2.
    assert isinstance(run(**wrong).exception, SettingsError)
