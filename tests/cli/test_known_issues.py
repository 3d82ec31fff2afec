"""The commands of the knowledge base: outputs and exit codes of the contract."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from issue_intelligence.cli.known_issues import known_issues_app
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.known_issue_store import KnownIssueStore
from tests.core.decide.factories import known
from tests.knowledge.fakes import FakeKnownIssueStore


@pytest.fixture
def store() -> FakeKnownIssueStore:
    return FakeKnownIssueStore([known("pool", "too many clients"), known("slow", "slow query")])


def run(store: FakeKnownIssueStore, *arguments: str, given: str | bytes = "") -> Result:
    @asynccontextmanager
    async def open_store() -> AsyncIterator[KnownIssueStore]:
        yield store

    return CliRunner().invoke(known_issues_app(open_store), list(arguments), input=given)


def test_match_writes_one_json_document(store: FakeKnownIssueStore, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("fine\r\nslow query\x0bstill line 2\ntoo many clients\n")
    result = run(store, "match", str(log), "--json")
    assert json.loads(result.stdout) == {
        "matches": [
            {"line": 2, "id": "slow", "title": "Slow"},
            {"line": 3, "id": "pool", "title": "Pool"},
        ]
    }
    assert result.exit_code == 0


def test_match_reads_standard_input_of_any_bytes(store: FakeKnownIssueStore) -> None:
    result = run(store, "match", "-", "--json", given=b"\xff\xfe too many clients")
    assert [each["id"] for each in json.loads(result.stdout)["matches"]] == ["pool"]


def test_no_match_is_the_answer_no(store: FakeKnownIssueStore) -> None:
    result = run(store, "match", "--json", given="fine\n")
    assert json.loads(result.stdout) == {"matches": []}
    assert result.exit_code == 1
    assert "None of 1 lines matches" in run(store, "match", given="fine\n").stdout


def test_lines_of_a_log_cannot_steer_the_terminal(store: FakeKnownIssueStore) -> None:
    """A link, a cleared screen, a title by the eight-bit sign, and a text shown backwards."""
    line = "slow query \x1b]8;;http://evil.example\x07click\x1b]8;;\x07 \x1b[2J \x9b0;owned\x9c \u202eexe"
    shown = run(store, "match", given=f"{line}\n".encode()).stdout
    assert "click" in shown
    assert not any(sign in shown for sign in "\x07\x1b\x9b\x9c\u202e")


def test_match_for_people_names_the_known_issue(store: FakeKnownIssueStore) -> None:
    result = run(store, "match", given="slow query [bold]\n")
    assert "Slow" in result.stdout
    # The log's own brackets are shown and not taken for markup.
    assert "[bold]" in result.stdout


def test_entry_that_cannot_be_searched_is_told_aside(store: FakeKnownIssueStore) -> None:
    store.entries["bad"] = known("bad", "(?=x)")
    result = run(store, "match", "--json", given="slow query\n")
    assert len(json.loads(result.stdout)["matches"]) == 1
    assert "Known issue bad was left out" in result.stderr


def test_list_shows_every_entry(store: FakeKnownIssueStore) -> None:
    assert "2 known issues" in run(store, "list").stdout
    listed = json.loads(run(store, "list", "--json").stdout)["known_issues"]
    assert [each["id"] for each in listed] == ["pool", "slow"]


def test_list_in_a_pipe_has_one_whole_line_an_entry(store: FakeKnownIssueStore) -> None:
    long = "a-fault-with-quite-a-long-name-that-does-not-fit-beside-the-others"
    store.entries[long] = known(long, "x")
    lines = run(store, "list").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == [long, "pool", "slow"]


def test_export_and_import_round_trip(tmp_path: Path) -> None:
    file = str(tmp_path / "known.json")
    full, empty = FakeKnownIssueStore(seed_entries()), FakeKnownIssueStore()
    assert run(full, "export", file).exit_code == 0
    result = run(empty, "import", file)
    assert result.exit_code == 0
    assert f"{len(seed_entries())} known issues added, 0 replaced" in result.stderr
    assert empty.entries == full.entries


def test_export_to_standard_output_is_only_the_document(store: FakeKnownIssueStore) -> None:
    assert len(json.loads(run(store, "export", "-").stdout)) == 2


def test_import_of_bad_entries_names_them_and_changes_nothing(
    store: FakeKnownIssueStore, tmp_path: Path
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps([{"title": "X", "errorPattern": "(?=x)", "solution": "s"}]))
    before = dict(store.entries)
    result = run(store, "import", str(file))
    assert result.exit_code == 2
    assert "[0].errorPattern: RE2 has no look-ahead" in result.stderr
    assert store.entries == before


@pytest.mark.parametrize("command", ["import", "match"])
def test_missing_file_is_wrong_usage(command: str, store: FakeKnownIssueStore, tmp_path: Path) -> None:
    result = run(store, command, str(tmp_path / "none.json"))
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
    assert result.stdout == ""


def test_export_into_a_missing_folder_is_wrong_usage(store: FakeKnownIssueStore, tmp_path: Path) -> None:
    result = run(store, "export", str(tmp_path / "none" / "known.json"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


class BrokenStore(FakeKnownIssueStore):
    async def all(self) -> tuple[KnownIssue, ...]:
        raise PermanentError("the database is of a newer version")


def test_store_that_fails_is_told_in_one_sentence() -> None:
    result = run(BrokenStore(), "list")
    assert result.exit_code == 2
    assert result.stderr == "The knowledge base cannot be used: the database is of a newer version\n"
