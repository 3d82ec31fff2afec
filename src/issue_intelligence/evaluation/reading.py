"""Finds scenarios below a folder and reads their files (docs/evaluation.md has the format)."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.evaluation.expected_file import read_expected
from issue_intelligence.evaluation.model import (
    Delivery,
    MalformedScenarioError,
    Problem,
    Scenario,
)
from issue_intelligence.evaluation.tables import Table
from issue_intelligence.evaluation.world_file import read_world
from issue_intelligence.ports.alert_format import (
    AlertFormat,
    NotJsonError,
    ParsedNotification,
    WrongShapeError,
)

ALERT, WORLD, EXPECTED, STEPS = "alert.json", "world.toml", "expected.toml", "steps"
LOGS = ("logs.txt", "logs.jsonl")
# How long after the alert's start somebody looks, unless `now` says.
LOOKED_AFTER = timedelta(minutes=2)
_STEP = re.compile(r"(\d{1,4})-alert\.json", re.ASCII)


def find_scenarios(folder: Path) -> list[Path]:
    """Give the folders that hold a file of a scenario, at any depth, by name; raises OSError."""
    found = {
        path.parent
        for name in (ALERT, WORLD, EXPECTED)
        for path in folder.rglob(name)
        if path.parent.name != STEPS
    }
    return sorted(found)


def read_scenario(folder: Path, name: str, formats: Mapping[AlertSource, AlertFormat]) -> Scenario:
    """Read a scenario's folder. Raises MalformedScenarioError, which names everything that is wrong."""
    return _Reader(folder, name, formats).read()


@dataclass(slots=True)
class _Reader:
    folder: Path
    name: str
    formats: Mapping[AlertSource, AlertFormat]
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> Scenario:
        world_table = self._table(WORLD, required=False)
        world, now, after = read_world(world_table)
        beside = world_table.table("expected")
        expected = read_expected(self._table(EXPECTED, required=True), beside)
        beside.close()
        world_table.close()
        deliveries = self._deliveries(now, after)
        if self.problems:
            raise MalformedScenarioError(tuple(self.problems))
        return Scenario(
            name=self.name,
            deliveries=tuple(deliveries),
            world=world,
            expected=expected,
            log_files=tuple(path for each in LOGS if (path := self.folder / each).is_file()),
        )

    def _tell(self, file: str, key: str, rule: str) -> None:
        self.problems.append(Problem(folder=self.name, file=file, key=key, rule=rule))

    def _table(self, file: str, *, required: bool) -> Table:
        values: dict[str, Any] = {}
        if required or (self.folder / file).exists():
            data = self._bytes(file)
            try:
                values = tomllib.loads(data.decode("utf-8-sig")) if data is not None else {}
            except UnicodeDecodeError:
                self._tell(file, "", "is not UTF-8 text")
            except tomllib.TOMLDecodeError as error:
                self._tell(file, "", f"is not TOML: {error}")
        return Table(values, lambda key, rule: self._tell(file, key, rule))

    def _bytes(self, file: str) -> bytes | None:
        try:
            return (self.folder / file).read_bytes()
        except FileNotFoundError:
            self._tell(file, "", "is missing")
        except OSError as error:
            self._tell(file, "", f"cannot be read: {error.strerror}")
        return None

    def _deliveries(self, now: datetime | None, after: Mapping[str, float]) -> list[Delivery]:
        first = self._delivery(ALERT, now)
        if first is None:
            return []
        later = list(self._steps(first.at, after))
        return [first, *sorted(later, key=lambda each: each.at)]

    def _steps(self, now: datetime, after: Mapping[str, float]) -> Iterator[Delivery]:
        seconds = self._seconds_by_number(after)
        for number, file in sorted(self._step_files().items()):
            if number not in seconds:
                self._tell(WORLD, f"steps.{number:02d}", f"is missing; {file} needs its after_seconds")
                continue
            at = self._later(now, seconds.pop(number), number)
            delivery = self._delivery(file, at) if at is not None else None
            if delivery is not None:
                yield delivery
        for number in sorted(seconds):
            self._tell(WORLD, f"steps.{number:02d}", f"has no file {STEPS}/{number:02d}-alert.json")

    def _seconds_by_number(self, after: Mapping[str, float]) -> dict[int, float]:
        seconds: dict[int, float] = {}
        for key, value in after.items():
            if key.isascii() and key.isdigit():
                seconds[int(key)] = value
            else:
                self._tell(WORLD, f"steps.{key}", "must be the number of a step, such as 01")
        return seconds

    def _step_files(self) -> dict[int, str]:
        folder = self.folder / STEPS
        files: dict[int, str] = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            matched = _STEP.fullmatch(path.name)
            if matched is None:
                self._tell(f"{STEPS}/{path.name}", "", "must be called NN-alert.json")
            elif int(matched[1]) in files:
                self._tell(f"{STEPS}/{path.name}", "", f"is the second file of step {int(matched[1])}")
            else:
                files[int(matched[1])] = f"{STEPS}/{path.name}"
        return files

    def _later(self, now: datetime, seconds: float, number: int) -> datetime | None:
        try:
            return now + timedelta(seconds=seconds)
        except OverflowError:
            self._tell(WORLD, f"steps.{number:02d}.after_seconds", "lies beyond the year 9999")
            return None

    def _delivery(self, file: str, at: datetime | None) -> Delivery | None:
        body = self._bytes(file)
        parsed = self._parsed(file, body) if body is not None else None
        if body is None or parsed is None:
            return None
        source, notification = parsed
        if not notification.alerts:
            for each in notification.rejected:
                self._tell(file, each.field, each.message)
            if not notification.rejected:
                self._tell(file, "alerts", "must hold at least one alert")
            return None
        start = notification.alerts[0].starts_at
        return Delivery(at=at or start + LOOKED_AFTER, source=source, body=body, alerts=notification.alerts)

    def _parsed(self, file: str, body: bytes) -> tuple[AlertSource, ParsedNotification] | None:
        """Read a body as the sender's that accepts it; Grafana's complaint is told when none does."""
        complaints: list[tuple[str, str]] = []
        for source, each in self.formats.items():
            try:
                return source, each.parse(body)
            except NotJsonError as error:
                complaints.append(("", f"is not JSON: {error}"))
            except WrongShapeError as error:
                complaints.append((error.field_path, error.message))
        self._tell(file, *complaints[0])
        return None


def names_of(folders: Sequence[Path], root: Path) -> list[str]:
    """Name scenarios by their folder below `root`; `root` itself by its own name."""
    return [
        folder.relative_to(root).as_posix() if folder != root else root.resolve().name for folder in folders
    ]
