"""Known issues as JSON: a list of objects, keys as mission.md has them (camelCase) or in snake_case."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.knowledge.known_issue_fields import FieldProblem, read_entry

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")
# Written by mission.md's shapes; computed or kept elsewhere here.
_IGNORED_KEYS = {"auto_fix_success_rate", "created_at", "updated_at"}
_IRREGULAR_KEYS = {"git_hub_issue_number": "github_issue_number", "git_hub_issue_url": "github_issue_url"}
MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryProblem:
    """One thing wrong with one entry."""

    # Its place in the list, from 0; None for the document as a whole.
    index: int | None
    # As the document spells it; "" for the entry as a whole.
    field: str
    message: str

    def __str__(self) -> str:
        if self.index is None:
            return self.message
        place = f"[{self.index}].{self.field}" if self.field else f"[{self.index}]"
        return f"{place}: {self.message}"


class UnreadableEntriesError(ValueError):
    """At least one entry is wrong, so none is taken."""

    def __init__(self, problems: Sequence[EntryProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def parse_entries(text: str) -> tuple[KnownIssue, ...]:
    """Read a document; raises UnreadableEntriesError naming every problem of every entry."""
    entries: list[KnownIssue] = []
    problems: list[EntryProblem] = []
    seen: dict[str, int] = {}
    for index, raw in enumerate(_list_of(text)):
        result = _read(index, raw)
        if isinstance(result, KnownIssue):
            if result.id in seen:
                message = f'the id "{result.id}" is already that of entry {seen[result.id]}'
                problems.append(EntryProblem(index=index, field="id", message=message))
            seen.setdefault(result.id, index)
            entries.append(result)
        else:
            problems.extend(result)
    if problems:
        raise UnreadableEntriesError(problems)
    return tuple(entries)


def render_entries(entries: Sequence[KnownIssue]) -> str:
    """Write a document that `parse_entries` reads back to the same entries."""
    return json.dumps([entry_as_dict(entry) for entry in entries], indent=2, ensure_ascii=False) + "\n"


def entry_as_dict(entry: KnownIssue) -> dict[str, object]:
    """Give the entry's fields as JSON has them, times as ISO 8601."""
    fields: dict[str, object] = asdict(entry)
    return {
        key: value.isoformat()
        if isinstance(value, datetime)
        else list(value)
        if isinstance(value, tuple)
        else value
        for key, value in fields.items()
    }


def _list_of(text: str) -> list[object]:
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise _refuse_document("The file nests too deeply.") from error
    except ValueError as error:
        raise _refuse_document(f"The file is not JSON: {error}.") from error
    if not isinstance(document, list):
        raise _refuse_document("The file must hold a JSON list of known issues.")
    if len(document) > MAX_ENTRIES:
        raise _refuse_document(f"The file has {len(document)} entries; at most {MAX_ENTRIES} are allowed.")
    return document


def _refuse_document(message: str) -> UnreadableEntriesError:
    return UnreadableEntriesError([EntryProblem(index=None, field="", message=message)])


def _read(index: int, raw: object) -> KnownIssue | list[EntryProblem]:
    if not isinstance(raw, dict):
        return [EntryProblem(index=index, field="", message="must be an object")]
    spelling = {_snake(key): key for key in raw}
    fields: Mapping[str, object] = {
        key: raw[spelled] for key, spelled in spelling.items() if key not in _IGNORED_KEYS
    }
    problems: list[FieldProblem] = []
    if len(spelling) < len(raw):
        problems.append(FieldProblem(field="", message="has a field twice, once in each spelling"))
    entry = read_entry(fields, problems)
    if entry is not None and not problems:
        return entry
    return [
        EntryProblem(index=index, field=spelling.get(each.field, each.field), message=each.message)
        for each in problems
    ]


def _snake(key: str) -> str:
    snake = _UPPER.sub(lambda match: f"_{match[1].lower()}", key)
    return _IRREGULAR_KEYS.get(snake, snake)
