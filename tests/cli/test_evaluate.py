"""The command: its outputs and exit codes."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from issue_intelligence.bootstrap import evaluation_run
from issue_intelligence.bootstrap.evaluation import Evaluator
from issue_intelligence.cli.evaluate import evaluate
from tests.evaluation.folders import TRACE, write

RIGHT = 'is_real = true\nerror_contains = "TypeError"\nculprit_contains = "cart.ts"\n'
WRONG = 'is_real = true\nculprit_contains = "checkout.ts"\nknown_issue = "pool"\n'


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    return CliRunner().invoke(app, list(arguments))


def test_a_folder_that_passes(tmp_path: Path) -> None:
    write(tmp_path / "crash" / "cart", logs=TRACE, expected=RIGHT)
    result = run(str(tmp_path), "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["scenarios"] == 1
    assert document["metrics"]["culprit"] == 1.0
    assert document["intervals"]["culprit"] == [0.2065, 1.0]
    assert document["cases"][0]["name"] == "crash/cart"
    assert document["cases"][0]["passed"] is True
    assert document["cases"][0]["reasons"]


def test_a_case_that_fails_is_the_answer_no_and_is_shown(tmp_path: Path) -> None:
    write(tmp_path / "right", logs=TRACE, expected=RIGHT)
    write(tmp_path / "wrong", logs=TRACE, expected=WRONG)
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert "known_issue: expected pool, got none" in result.stdout
    assert "culprit_contains: expected checkout.ts, got /srv/shop/src/cart.ts:10 in total" in result.stdout
    assert "- critical_with_stack_trace: " in result.stdout
    assert "2 scenarios, 1 passed, 1 failed" in result.stdout
    assert "Brier score" in result.stdout


def test_a_malformed_scenario_costs_the_others_nothing(tmp_path: Path) -> None:
    write(tmp_path / "bad", world='[health]\napi = "fine"\n')
    write(tmp_path / "right", logs=TRACE, expected=RIGHT)
    result = run(str(tmp_path), "--json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert [case["name"] for case in document["cases"]] == ["right"]
    assert document["errors"][0] | {"message": ""} == {
        "name": "bad",
        "file": "world.toml",
        "key": "health.api",
        "message": "",
    }
    assert "bad: world.toml: health.api: must be one of" in result.stderr


def test_a_decision_that_breaks_is_a_wrong_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "right", logs=TRACE, expected=RIGHT)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr(Evaluator, "play", broken)
    result = run(str(tmp_path), "--json")
    assert result.exit_code == 1
    case = json.loads(result.stdout)["cases"][0]
    assert case["passed"] is False
    assert case["reasons"] == ["the decision itself broke: ZeroDivisionError: by design"]
    assert json.loads(result.stdout)["metrics"]["false_suppression"] == 1.0


def test_several_processes_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "bad", expected="is_real = 1\n")
    for number in range(3):
        write(tmp_path / f"cart-{number}", logs=TRACE, expected=RIGHT)
    alone = run(str(tmp_path), "--json")
    monkeypatch.setattr(evaluation_run, "FEW", 1)
    monkeypatch.setattr(evaluation_run, "_usable_cores", lambda: 2)
    assert run(str(tmp_path), "--json").stdout == alone.stdout


@pytest.mark.parametrize("content", ["nothing there", "a file", "an empty folder"])
def test_without_a_scenario_nothing_can_be_said(tmp_path: Path, content: str) -> None:
    place = tmp_path / "place"
    if content == "a file":
        place.touch()
    elif content == "an empty folder":
        place.mkdir()
    result = run(str(place), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(place) in result.stderr


def test_secrets_of_a_real_log_are_not_shown(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    log = TRACE.replace("(reading 'price')", f"token {secret}")
    write(tmp_path / "wrong", logs=log, expected=WRONG)
    for arguments in ((str(tmp_path),), (str(tmp_path), "--json")):
        result = run(*arguments)
        assert "TypeError" in result.output
        assert secret not in result.output
