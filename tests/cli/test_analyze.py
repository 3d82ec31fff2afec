"""`analyze` keeps its contract: JSON alone on standard output, messages on standard error."""

import json
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from benchmarks.shop_logs import distinct_lines
from issue_intelligence.cli.analyze import analyze
from issue_intelligence.cli.log_input import read_log_input
from issue_intelligence.cli.log_progress import reading_progress
from issue_intelligence.core.investigate import log_parts

LOG = """\
2026-11-24T11:00:00Z INFO GET /api/orders/1 200 10ms
2026-11-24T11:01:00Z ERROR POST /api/orders/7 failed for user 42
TypeError: [bold]boom[/bold]
    at total (/app/src/cart.ts:10:15)
2026-11-24T11:03:00Z ERROR connect ECONNREFUSED 10.0.0.1:5432
"""


def run(*arguments: str, text: str | bytes = LOG) -> Result:
    app = typer.Typer()
    app.command()(analyze)
    return CliRunner().invoke(app, list(arguments), input=text)


def test_json_has_the_shape_of_the_contract() -> None:
    result = run("--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(document) == [
        "lines",
        "first_seen",
        "last_seen",
        "patterns",
        "stack_traces",
        "affected_endpoints",
        "affected_users",
        "error_pattern",
    ]
    assert (document["lines"], document["first_seen"]) == (5, "2026-11-24T11:00:00Z")
    assert document["patterns"][1]["pattern"] == "connect ECONNREFUSED <ip>:<num>"
    assert set(document["patterns"][0]) == {
        "fingerprint",
        "pattern",
        "level",
        "count",
        "first_seen",
        "last_seen",
        "sample",
        "first_line",
    }
    [trace] = document["stack_traces"]
    assert (trace["language"], trace["exception"], trace["culprit"]) == (
        "nodejs",
        "TypeError",
        "src/cart.ts:10 in total",
    )
    assert trace["frames"] == [{"function": "total", "file": "/app/src/cart.ts", "line": 10, "in_app": True}]
    assert (trace["first_line"], trace["last_line"], trace["count"]) == (3, 4, 1)
    assert document["affected_endpoints"] == [{"endpoint": "POST /api/orders/<num>", "count": 1}]
    assert document["affected_users"] == 1


def test_per_line_has_one_entry_a_line() -> None:
    entries = json.loads(run("--json", "--per-line").stdout)["per_line"]
    assert [entry["line"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[2]["group"] == entries[3]["group"] != entries[2]["fingerprint"]


def test_a_file_and_standard_input_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(LOG, encoding="utf-8")
    assert run(str(path), "--json").stdout == run("-", "--json").stdout == run("--json").stdout


@pytest.mark.parametrize("name", ["missing.log", ""])
def test_what_cannot_be_read_is_wrong_usage(tmp_path: Path, name: str) -> None:
    result = run(str(tmp_path / name), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Cannot read {tmp_path}")


def test_people_see_the_cause_the_culprit_and_no_markup() -> None:
    result = run()
    assert result.exit_code == 0
    assert "TypeError: [bold]boom[/bold]" in result.stdout
    assert "src/cart.ts:10 in total" in result.stdout
    assert "connect ECONNREFUSED" in result.stdout
    assert "POST /api/orders/<num>" in result.stdout


def test_an_empty_log_is_no_fault() -> None:
    assert run(text="").exit_code == 0
    assert json.loads(run("--json", text="").stdout)["lines"] == 0


def test_secrets_do_not_reach_any_output() -> None:
    text = "2026-11-24T11:00:00Z ERROR login of ann@example.com failed, password=hunter2hunter2\n"
    for arguments in ([], ["--json"], ["--json", "--per-line"]):
        output = run(*arguments, text=text).stdout
        assert "hunter2" not in output
        assert "ann@example.com" not in output
    assert json.loads(run("--json", text=text).stdout)["affected_users"] == 1


def test_any_bytes_are_read() -> None:
    noise = (
        b"\xef\xbb\xbf2026-11-24T11:00:00Z ERROR caf\xe9\n" + bytes(range(256)) + b"\r\n\x1b]0;title\x07\n"
    )
    document = json.loads(run("--json", text=noise).stdout)
    # The 256 bytes hold a line feed of their own.
    assert document["lines"] == 4
    assert document["patterns"][0]["level"] == "error"
    assert "\x1b" not in run(text=noise).stdout


def test_a_line_of_many_megabytes_is_one_line() -> None:
    assert json.loads(run("--json", text=b"x" * 5_000_000 + b"\nERROR end\n").stdout)["lines"] == 2


def test_service_keeps_its_lines_and_drops_what_continues_others() -> None:
    stack = "    at f (/app/src/x.ts:1:2)\n"
    text = (
        '{"service":"cart","level":"error","msg":"Error: ours"}\n'
        + stack
        + '{"service":"auth","level":"error","msg":"Error: theirs"}\n'
        + stack
        + "2026-11-24T11:00:00Z ERROR of nobody\n"
    )
    document = json.loads(run("--json", "--service", "Cart", text=text).stdout)
    assert document["lines"] == 3
    assert [trace["message"] for trace in document["stack_traces"]] == ["ours"]


def test_an_unknown_service_is_said_on_standard_error() -> None:
    result = run("--json", "--service", "cart", text='{"service":"auth","msg":"x"}\n')
    assert "No line is of the service cart" in result.stderr
    assert json.loads(result.stdout)["lines"] == 0


def test_people_see_why_an_error_comes_first_and_how_errors_came() -> None:
    noise = "".join(f"2026-11-24T11:{minute:02}:00Z ERROR jwt expired\n" for minute in range(30))
    output = run(text=noise + "2026-11-24T11:29:30Z FATAL disk full request_id=4d9be8c2\n").stdout
    assert output.index("1. disk full") < output.index("2. jwt expired")
    assert "is logged as fatal" in output
    assert "came all along, from the beginning of this log" in output
    assert "request ids: 4d9be8c2" in output
    assert "Errors over time \u2584" in output


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_for_terminals(tmp_path: Path, *, is_terminal: bool) -> None:
    path = tmp_path / "app.log"
    path.write_text("x\n" * 5_000, encoding="utf-8")
    shown = StringIO()
    console = Console(file=shown, force_terminal=is_terminal, width=80)
    with reading_progress(str(path), console) as on_read:
        assert len(list(read_log_input(str(path), on_read))) == 5_000
    assert ("Reading" in shown.getvalue()) is is_terminal


@pytest.mark.parametrize(
    "text",
    [
        # Half a JSON object.
        '{"level":"error","msg":"boom"',
        # Right to left.
        "2026-11-24T11:00:00Z ERROR \u05e9\u05d2\u05d9\u05d0\u05d4 42\u202e abc",
        # Thousands of duplicates.
        "2026-11-24T11:00:00Z ERROR boom\n" * 3_000,
        # The later before the earlier.
        "2026-11-24T11:09:00Z ERROR b\n2026-11-24T11:00:00Z ERROR a",
        # An attacker's imitation of what we write.
        "ERROR [REDACTED:email] 1. <*> [bold red]</details>",
    ],
)
def test_odd_input_is_a_log_like_any_other(text: str) -> None:
    document = json.loads(run("--json", text=text).stdout)
    assert document["lines"] == len(text.strip().split("\n"))
    assert document["patterns"]
    assert run(text=text).exit_code == 0


def test_a_log_of_many_parts_is_told_in_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = json.loads(run("--json", "--per-line", text=LOG * 30).stdout)
    monkeypatch.setattr(log_parts, "PART_LINES", 20)
    parted = json.loads(run("--json", "--per-line", text=LOG * 30).stdout)
    assert parted["per_line"] == whole["per_line"]
    assert parted["lines"] == 150
    assert parted["affected_endpoints"] == whole["affected_endpoints"]


def test_patterns_that_are_left_out_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_parts, "PART_LINES", 20)
    monkeypatch.setattr(log_parts, "MAX_PATTERNS", 30)
    result = run("--json", text="\n".join(distinct_lines(200)))
    document = json.loads(result.stdout)
    assert (document["lines"], len(document["patterns"])) == (200, 30)
    assert document["lines_of_patterns_left_out"] == 170
    assert "170 lines are of others" in result.stderr


def test_thousands_of_hostile_lines_are_read_in_bounded_time() -> None:
    # One line of 10 MB, noise, two encodings, colours, halves of JSON, and our own marks in another's hand.
    noise = bytes(range(256)).replace(b"\n", b"") * 4
    odd = [
        b"x" * 10_000_000,
        noise,
        "2026-11-24T11:00:00Z ERROR caf\u00e9".encode("latin-1"),
        "2026-11-24T11:00:00Z ERROR caf\u00e9".encode("utf-16"),
        b"\x1b[31m2026-11-24T11:00:00Z ERROR red\x1b[0m",
        b'{"level":"error","msg":"half',
        "2026-11-24T11:00:00Z ERROR [REDACTED:email#1] <num> <*> | # </details> \u202eabc".encode(),
    ]
    document = json.loads(run("--json", text=b"\n".join(odd * 3)).stdout)
    assert document["lines"] == 21
    assert sum(pattern["count"] for pattern in document["patterns"]) == 21
