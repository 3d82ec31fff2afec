"""The redact command, run as its user runs it."""

import json
import random
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from issue_intelligence.cli import redact as redact_module
from issue_intelligence.cli import redact_stream
from issue_intelligence.cli.redact import redact_command
from issue_intelligence.core.redact.redaction import redact
from tests.factories.vendor_secrets import private_key

APP = typer.Typer()
APP.command()(redact_command)
TEXT = "😀 mail joe@example.com\r\npassword=hunter2\n"


def run(*arguments: str, text: bytes = b"") -> Result:
    return CliRunner().invoke(APP, list(arguments), input=text)


def test_file_is_printed_without_its_secrets(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(TEXT.encode())
    result = run(str(path))
    assert result.exit_code == 0
    assert result.stdout_bytes.decode() == "😀 mail [REDACTED:email#1]\r\npassword=[REDACTED:password#1]\n"


def test_json_tells_kinds_and_places_in_the_original_text() -> None:
    result = run("-", "--json", text=TEXT.encode())
    document = json.loads(result.stdout)
    assert document["text"] == "😀 mail [REDACTED:email#1]\r\npassword=[REDACTED:password#1]\n"
    assert [(item["kind"], TEXT[item["start"] : item["end"]]) for item in document["found"]] == [
        ("email", "joe@example.com"),
        ("password", "hunter2"),
    ]
    assert "hunter2" not in result.stdout


def test_standard_input_is_read_when_no_file_is_named() -> None:
    assert run(text=b"token=abcdef1").stdout == "token=[REDACTED:token#1]"


def test_bytes_that_are_no_utf8_leave_as_they_came() -> None:
    assert (
        run(text=b"\xff\x00 password=hunter2 \xfe").stdout_bytes
        == b"\xff\x00 password=[REDACTED:password#1] \xfe"
    )
    assert json.loads(run("--json", text=b"\xff joe@example.com").stdout)["found"][0]["start"] == 2


@pytest.mark.parametrize(
    "name", ["absent.log", ".", "a\x00b", "x" * 5000], ids=["absent", "folder", "nul", "long"]
)
def test_unreadable_file_is_one_line_and_exit_2(tmp_path: Path, name: str) -> None:
    result = run(str(tmp_path / name))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert len(result.stderr) < 600


def test_text_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact_module, "MAX_INPUT_BYTES", 10)
    result = run(text=b"x" * 11)
    assert result.exit_code == 2
    assert "split it" in result.stderr


def test_long_text_is_one_document_and_no_secret_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact_stream, "BLOCK_BYTES", 700)
    monkeypatch.setattr(redact_stream, "_HELD_CHARS", 2_500)
    monkeypatch.setattr(redact_stream, "_CONTEXT_CHARS", 100)
    key = private_key(random.Random(7))
    text = "".join(f"{n} user{n % 3}@example.com ö\n{key if n % 40 == 7 else ''}\n" for n in range(200))
    result = run("-", text=text.encode())
    assert result.stdout == redact(text)
    assert "redact: 200 email, 5 private_key" in result.stderr


def test_addresses_are_replaced_when_asked() -> None:
    assert run("--ips", text=b"from 10.0.0.1\n").stdout == "from [REDACTED:ip#1]\n"
    assert run(text=b"from 10.0.0.1\n").stderr == "redact: nothing found\n"
