"""Families keep to the format, and to the mixture that docs/evaluation.md promises."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.families.registry import Family, Kind, Split, families
from tests.scenarios.scenario import Scenario

SEED = 7
WORDS = {
    "severity": {"critical", "high", "medium", "low"},
    "type": {"bug", "performance", "security", "infrastructure", "database", "monitoring"},
    "component": {"backend-api", "frontend", "scraper", "authentication", "database", "infrastructure"},
}
YES_OR_NO = {"is_real", "should_create_issue"}
TEXTS = {"known_issue", "remediation", "error_contains", "culprit_contains"}
WORLD_KEYS = {"now", "health", "metrics", "deployments", "history", "log_source", "steps"}
METRICS = {
    "error_rate",
    "requests",
    "baseline_error_rate",
    "response_ms",
    "baseline_response_ms",
    "memory_percent",
}
HISTORY = {"started_at", "is_real", "issue_number", "issue_state", "error"}
MISSION_KINDS = set(Kind) - {Kind.MONITORING, Kind.OTHER}
ALL = families(Split.DEV)


@cache
def known_issues() -> set[str]:
    path = Path(__file__).parents[2] / "src/issue_intelligence/knowledge/seeds.json"
    return {text for each in json.loads(path.read_text("utf-8")) for text in (each["id"], each["title"])}


@cache
def scenarios(family: Family) -> list[tuple[str, Scenario]]:
    return family.scenarios(SEED)


def written(family: Family, folder: Path, seed: int) -> list[Path]:
    """Write two variants: all come from the same draws."""
    made = replace(family, variants=2).scenarios(seed)
    for name, scenario in made:
        scenario.write(folder / name)
    return [folder / name for name, _ in made]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.name)
def test_every_variant_is_a_folder_in_the_format(family: Family, tmp_path: Path) -> None:
    for name, scenario in scenarios(family):
        folder = tmp_path / name
        scenario.write(folder)
        bodies = [folder / "alert.json", *sorted(folder.glob("steps/*-alert.json"))]
        for body in bodies:
            assert json.loads(body.read_text("utf-8"))["alerts"]
        check_world(tomllib.loads((folder / "world.toml").read_text("utf-8")), steps=len(bodies) - 1)
        check_labels(tomllib.loads((folder / "expected.toml").read_text("utf-8")), family)
        for line in (
            (folder / "logs.jsonl").read_text("utf-8").splitlines()
            if (folder / "logs.jsonl").exists()
            else ()
        ):
            assert {"level"} < json.loads(line).keys()


def check_world(world: dict[str, Any], *, steps: int) -> None:
    assert world.keys() <= WORLD_KEYS
    assert isinstance(world["now"], datetime)
    assert world.get("health", {}).keys() <= {"api", "response_ms", "database", "external"}
    assert world.get("health", {}).get("api", "up") in {"up", "down", "timeout"}
    assert world.get("health", {}).get("database", "up") in {"up", "down"}
    assert world.get("metrics", {}).keys() <= METRICS
    assert all(
        0 <= world.get("metrics", {}).get(name, 0) <= 1 for name in ("error_rate", "baseline_error_rate")
    )
    assert all(
        each.keys() <= {"service", "started_at", "finished_at"} for each in world.get("deployments", ())
    )
    assert all(each.keys() <= HISTORY for each in world.get("history", ()))
    assert world.get("log_source", {}).keys() <= {"state"}
    after = [step["after_seconds"] for step in world.get("steps", {}).values()]
    assert len(after) == steps
    assert after == sorted(after)


def check_labels(expected: dict[str, Any], family: Family) -> None:
    assert expected["is_real"] is family.is_real
    assert expected.keys() <= {*YES_OR_NO, *WORDS, *TEXTS, "should_update_existing", "incidents"}
    for name in YES_OR_NO & expected.keys():
        assert isinstance(expected[name], bool)
    for name in WORDS.keys() & expected.keys():
        assert set(as_list(expected[name])) <= WORDS[name]
    for name in TEXTS & expected.keys():
        assert all(isinstance(each, str) for each in as_list(expected[name]))
    assert {each for each in as_list(expected.get("known_issue", "")) if each} <= known_issues()
    update = expected.get("should_update_existing", "")
    assert update == "" or isinstance(update, int)
    assert expected.get("incidents", {"count": 1}).keys() == {"count"}


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.name)
def test_a_seed_gives_the_same_text_and_another_one_other_text(family: Family, tmp_path: Path) -> None:
    once, again = (written(family, tmp_path / name, SEED) for name in ("once", "again"))
    other = written(family, tmp_path / "other", SEED + 1)
    for first, same, different in zip(once, again, other, strict=True):
        assert texts(first) == texts(same)
        assert texts(first) != texts(different)
        assert label_names(first) == label_names(different)


def texts(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text("utf-8") for file in folder.rglob("*") if file.is_file()
    }


def label_names(folder: Path) -> set[str]:
    return set(tomllib.loads((folder / "expected.toml").read_text("utf-8")))


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.name)
def test_a_log_is_in_order_and_neither_tiny_nor_huge(family: Family) -> None:
    for _, scenario in scenarios(family):
        if scenario.log is not None:
            rows = scenario.log.text().splitlines()
            times = [time for row in rows for time in time_of(row)]
            assert 30 <= len(times) <= 800
            assert times == sorted(times)


def time_of(row: str) -> list[datetime]:
    """Give the second in which a row was written; nothing for rows of a stack trace."""
    if said := re.search(r"\[(\d{2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2}) ", row):
        return [datetime.strptime(said[1], "%d/%b/%Y:%H:%M:%S").replace(tzinfo=UTC)]
    if said := re.search(r"^\D{0,16}(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)", row):
        return [datetime(*map(int, said.groups()), tzinfo=UTC)]  # type: ignore[misc,arg-type]
    if row.startswith("{"):
        return [datetime.fromtimestamp(json.loads(row)["time"] // 1000, tz=UTC)]
    return []


def test_a_third_is_not_real_and_a_tenth_has_a_red_herring() -> None:
    assert sum(not family.is_real for family in ALL) * 3 >= len(ALL)
    assert sum(family.red_herring for family in ALL) * 10 >= len(ALL)


@pytest.mark.parametrize("kind", sorted(MISSION_KINDS))
def test_each_kind_of_the_mission_has_several_families_real_and_not(kind: Kind) -> None:
    of_kind = [family for family in ALL if family.kind is kind]
    assert len(of_kind) >= 3
    assert {family.is_real for family in of_kind} == {True, False}


def test_each_family_says_what_really_happens() -> None:
    assert [family.name for family in ALL if not (family.write.__doc__ or "").strip().endswith(".")] == []
