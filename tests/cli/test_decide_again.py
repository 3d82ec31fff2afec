"""`replay` and `backtest` from the command line, on what a pipeline stored."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from issue_intelligence.cli.main import app
from issue_intelligence.cli.since import read_span
from issue_intelligence.core.model.feedback import FeedbackKind, FeedbackSource, Statement
from issue_intelligence.knowledge.feedback import FeedbackIntake
from issue_intelligence.ports.alert_history import HistoryQuery
from tests.pipeline.world import STARTS_AT, a_world, shop_alert

# The stored alerts are of a fixed day, so the span has to reach back to it on any.
LONG = "99999d"
CHANGED = {"alert_id", "incident_id", "before", "after", "changed", "reasons"}
# Not critical, so that nothing but what was found speaks for it.
WARNING = {"alertname": "CheckoutErrors", "service": "shop", "severity": "warning"}


@pytest.fixture
async def alert_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One decided alert with sustained errors, which a person called real."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SERVICES", '[{"name": "shop", "component": "checkout"}]')
    async with a_world(tmp_path) as world:
        world.logs.add(STARTS_AT, *["ERROR cannot reach the stock"] * 4)
        await world.receive_and_work(shop_alert(labels=WARNING))
        page = await world.stores.history.page(HistoryQuery())
        found = str(page.alerts[0]["id"])
        said = Statement(kind=FeedbackKind.REAL, by="ana", source=FeedbackSource.UI)
        await FeedbackIntake(store=world.stores.feedback, clock=world.clock).record(said, alert_id=found)
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def document(done: Result) -> dict[str, Any]:
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_replay_of_an_unchanged_decision(alert_id: str) -> None:
    found = document(run("replay", alert_id, "--json"))
    assert found.keys() == CHANGED - {"incident_id"}
    assert (found["alert_id"], found["changed"], found["reasons"]) == (alert_id, [], [])
    assert found["before"] == found["after"]
    assert found["after"]["rule"] == "sustained_errors"
    assert "Nothing differs" in run("replay", alert_id).stdout


def test_replay_under_other_settings(alert_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALIDATION", '{"min_error_count": 5}')
    found = document(run("replay", alert_id, "--json"))
    assert (found["before"]["conclusion"], found["after"]["conclusion"]) == ("real", "unconfirmed")
    assert "conclusion" in found["changed"]
    shown = run("replay", alert_id).stdout
    assert re.search(r"conclusion +real +unconfirmed", shown)
    assert "sustained_errors decided before: 4 errors within five minutes" in shown


@pytest.mark.parametrize("unknown", ["0" * 32, "nonsense", "'; drop table alert_events"])
def test_replay_of_an_unknown_alert_says_so(unknown: str, alert_id: str) -> None:
    done = run("replay", unknown)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"There is no alert {unknown}." in done.stderr


async def test_replay_of_an_undecided_alert_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    async with a_world(tmp_path) as world:
        await world.receive(shop_alert())
        await world.intake().dispatch(10)
        [alert] = (await world.stores.history.page(HistoryQuery())).alerts
    # In a thread, since the command runs a loop of its own.
    done = await asyncio.to_thread(run, "replay", alert["id"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "has not been decided yet" in done.stderr


def test_backtest_under_the_same_settings_changes_nothing(alert_id: str) -> None:
    found = document(run("backtest", "--since", LONG, "--json"))
    assert (found["alerts"], found["changed"], found["labelled"]) == (1, [], 1)
    assert (found["precision"], found["recall"]) == (1.0, 1.0)


def test_backtest_names_each_changed_decision_and_why(alert_id: str) -> None:
    done = run("backtest", "--since", LONG, "--set", "validation.min_error_count=5", "--json")
    found = document(done)
    [change] = found["changed"]
    assert change.keys() == CHANGED
    assert change["alert_id"] == alert_id
    assert (change["before"]["rule"], change["after"]["rule"]) == ("sustained_errors", "unconfirmed")
    assert change["reasons"][0].startswith("sustained_errors decided before")
    assert (found["precision"], found["recall"]) == (None, 0.0)
    assert found["accuracy"]["before"]["recall"] == {"value": 1.0, "n": 1}
    shown = run("backtest", "--since", LONG, "--set", "validation.min_error_count=5").stdout
    assert "1 decision of 1 incident (1 alert) would change." in shown
    assert "recall 0.00 (0 of 1) (before 1.00 (1 of 1))" in shown


def test_backtest_of_an_empty_span_has_no_shares(alert_id: str) -> None:
    found = document(run("backtest", "--since", "1m", "--json"))
    assert (found["alerts"], found["precision"], found["recall"], found["labelled"]) == (0, None, None, 0)


@pytest.mark.parametrize(
    ("tried", "named"),
    [
        ("validation.min_confidence=101", "validation.min_confidence"),
        ("validation.min_confidence=high", "validation.min_confidence"),
        ("validation.min_confidenc=70", "validation.min_confidenc: unknown key"),
        ("remediation.enabled=false", "remediation.enabled"),
        ("min_confidence=70", "min_confidence"),
        ("validation.min_confidence", "validation.min_confidence"),
        ("validation.=70", "validation."),
    ],
)
def test_setting_that_cannot_be_tried_is_named(tried: str, named: str, alert_id: str) -> None:
    done = run("backtest", "--since", LONG, "--set", tried)
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr


def test_setting_without_effect_on_stored_evidence_is_said(alert_id: str) -> None:
    tried = "validation.health_check_timeout_seconds=5"
    done = run("backtest", "--since", LONG, "--set", tried, "--json")
    assert "acts before evidence is gathered" in done.stderr
    assert document(done)["changed"] == []


@pytest.mark.parametrize("span", ["", "30", "d", "-1d", "0d", "30 days", "1y"])
def test_span_that_is_none_is_refused(span: str, alert_id: str) -> None:
    done = run("backtest", "--since", span)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--since" in done.stderr


def test_spans() -> None:
    assert [read_span(text).total_seconds() for text in ("45m", "12h", "30d", "2w")] == [
        2_700,
        43_200,
        2_592_000,
        1_209_600,
    ]


def test_without_a_database_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    done = run("replay", "0" * 32)
    assert done.exit_code != 0
    assert not (tmp_path / "data").exists()
