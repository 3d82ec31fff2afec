"""One scenario, and how it is written into a folder (the format of docs/evaluation.md)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.scenarios.log import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A further webhook that comes later."""

    after_seconds: float
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    # The first webhook; its alerts' startsAt is what the log's seconds count from.
    alert: Mapping[str, Any]
    # When the service looks.
    now: datetime
    # Tables of world.toml without `now`; a key that is absent was not gathered.
    world: Mapping[str, Any] = field(default_factory=dict)
    # Only what a careful engineer on call would insist on; an absent key is not judged.
    expected: Mapping[str, Any]
    # None for a scenario in which nobody has a log source.
    log: Log | None = None
    # True when the lines are JSON objects: the file is logs.jsonl then.
    log_is_json: bool = False
    steps: Sequence[Step] = ()

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        world: dict[str, Any] = {"now": self.now, **self.world}
        if self.steps:
            world["steps"] = {
                f"{number:02d}": {"after_seconds": step.after_seconds}
                for number, step in enumerate(self.steps, start=1)
            }
            (folder / "steps").mkdir()
        for number, step in enumerate(self.steps, start=1):
            _write(folder / "steps" / f"{number:02d}-alert.json", json.dumps(step.body, indent=2))
        _write(folder / "alert.json", json.dumps(self.alert, indent=2))
        _write(folder / "world.toml", toml(world))
        _write(folder / "expected.toml", toml(self.expected))
        if self.log is not None:
            _write(folder / ("logs.jsonl" if self.log_is_json else "logs.txt"), self.log.text())


def toml(table: Mapping[str, Any], prefix: str = "") -> str:
    """Write a table of plain values, tables and lists of tables as TOML."""
    plain = {name: value for name, value in table.items() if not _is_table(value)}
    text = "".join(f"{_key(name)} = {_value(value)}\n" for name, value in plain.items())
    for name, value in table.items():
        if isinstance(value, Mapping):
            text += f"\n[{prefix}{_key(name)}]\n{toml(value, f'{prefix}{_key(name)}.')}"
        elif _is_table(value):
            text += "".join(f"\n[[{prefix}{_key(name)}]]\n{toml(each)}" for each in value)
    return text


def _is_table(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, Sequence) and any(isinstance(each, Mapping) for each in value)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    # A JSON string without surrogates is a TOML string.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
