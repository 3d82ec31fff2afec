"""What the command says and with which code it ends, without playing anything."""

import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from issue_intelligence.cli.demo import command
from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.story import SceneEnd

APP = typer.Typer()
APP.command()(command.demo)


def _end(*faults: str) -> SceneEnd:
    return SceneEnd(
        title="A new error", happened="orders fail", verdict="real", result="none", issue=None, faults=faults
    )


def _run_where_play(outcome: list[SceneEnd] | BaseException, monkeypatch: pytest.MonkeyPatch) -> Result:
    def play(*_given: object, **_named: object) -> list[SceneEnd]:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(command, "play", play)
    return CliRunner().invoke(APP, ["--once"])


@pytest.mark.parametrize(
    ("outcome", "exit_code", "sentence"),
    [
        ([_end(), _end()], 0, ""),
        # One scene that ended otherwise is enough.
        ([_end(), _end("the conclusion is 'possible'")], 1, ""),
        (DemoError("The shop ended with exit code 7."), 1, "The demo cannot go on: The shop ended"),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_exit_code_tells_how_it_went(
    outcome: list[SceneEnd] | BaseException, exit_code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = _run_where_play(outcome, monkeypatch)
    assert result.exit_code == exit_code
    assert sentence in result.output


def test_taken_port_ends_with_a_sentence_and_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(APP, ["--once", "--port", str(port)])
    assert result.exit_code == 1
    assert f"Port {port} is taken" in result.output
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(APP, ["--once"])
    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_hint_names_a_command_that_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [".venv/bin/issue-intelligence", "demo"])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command._our_command(Path.cwd()) == ".venv/bin/issue-intelligence"
    # As a module, or on the PATH, the plain name does.
    monkeypatch.setattr("sys.argv", ["/x/issue_intelligence/__main__.py", "demo"])
    assert command._our_command(Path.cwd()) == "issue-intelligence"
