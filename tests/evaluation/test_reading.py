"""Scenarios are read as docs/evaluation.md says, and everything that is wrong is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from issue_intelligence.bootstrap.evaluation import FORMATS
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.core.model.verdict import IssueType, Severity
from issue_intelligence.evaluation.model import (
    ApiState,
    MalformedScenarioError,
    PastEntry,
    Scenario,
    UpOrDown,
    World,
    WorldDeployment,
    WorldHealth,
    WorldMetrics,
)
from issue_intelligence.evaluation.reading import find_scenarios, names_of, read_scenario
from tests.evaluation.folders import alert, write
from tests.factories.webhooks import body_of, captured_body

EVERYTHING = """\
now = 2026-11-24T12:05:00+01:00
[health]
api = "timeout"
response_ms = 12
database = "down"
[health.external]
stripe = "degraded"
[metrics]
error_rate = 0.18
requests = 1000
baseline_error_rate = 0
response_ms = 900.5
baseline_response_ms = 100
memory_percent = 91
[[deployments]]
service = "shop"
started_at = 2026-11-24T10:58:00
[[history]]
started_at = 2026-11-20T10:00:00Z
is_real = true
issue_number = 7
issue_state = "closed"
error = "too many clients"
[log_source]
state = "up"
[steps.01]
after_seconds = 90
"""
EXPECTED = """\
is_real = true
should_create_issue = [true, false]
should_update_existing = ["", 7]
severity = ["high", "critical"]
type = "database"
component = "unknown"
known_issue = ""
remediation = "restart"
error_contains = "clients"
culprit_contains = ""
[incidents]
count = 1
"""


def read(folder: Path) -> Scenario:
    return read_scenario(folder, folder.name, FORMATS)


def problems(folder: Path) -> list[str]:
    with pytest.raises(MalformedScenarioError) as raised:
        read(folder)
    return [str(problem) for problem in raised.value.problems]


def test_every_key_is_read(tmp_path: Path) -> None:
    steps = {"01-alert.json": body_of(alert())}
    scenario = read(write(tmp_path / "all", world=EVERYTHING, expected=EXPECTED, steps=steps))
    assert scenario.world == World(
        health=WorldHealth(
            api=ApiState.TIMEOUT,
            response_ms=12,
            database=UpOrDown.DOWN,
            external={"stripe": ServiceState.DEGRADED},
        ),
        metrics=WorldMetrics(
            error_rate=0.18,
            requests=1000,
            baseline_error_rate=0,
            response_ms=900.5,
            baseline_response_ms=100,
            memory_percent=91,
        ),
        deployments=(WorldDeployment(service="shop", started_at=datetime(2026, 11, 24, 10, 58, tzinfo=UTC)),),
        history=(
            PastEntry(
                started_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
                is_real=True,
                issue_number=7,
                issue_state=IssueState.CLOSED,
                error="too many clients",
            ),
        ),
        log_source=UpOrDown.UP,
    )
    assert [each.at.isoformat() for each in scenario.deliveries] == [
        "2026-11-24T11:05:00+00:00",
        "2026-11-24T11:06:30+00:00",
    ]
    expected = scenario.expected
    assert (expected.is_real, expected.should_create_issue) == ((True,), (True, False))
    assert expected.should_update_existing == (None, 7)
    assert expected.severity == (Severity.HIGH, Severity.CRITICAL)
    assert (expected.type, expected.component) == ((IssueType.DATABASE,), ("unknown",))
    assert (expected.known_issue, expected.remediation) == (("",), ("restart",))
    assert (expected.error_contains, expected.culprit_contains) == (("clients",), ("",))
    assert expected.incidents == (1,)


def test_what_is_absent_was_not_gathered(tmp_path: Path) -> None:
    scenario = read(write(tmp_path / "bare", expected=""))
    assert scenario.world == World()
    assert scenario.world.metrics is None
    assert scenario.log_files == ()
    assert scenario.expected.is_real is None


def test_somebody_looks_two_minutes_after_the_start_unless_now_says(tmp_path: Path) -> None:
    scenario = read(write(tmp_path / "bare"))
    assert scenario.now == datetime(2026, 11, 24, 11, 2, tzinfo=UTC)


def test_the_count_of_incidents_may_stand_beside_the_steps(tmp_path: Path) -> None:
    beside = read(write(tmp_path / "beside", world="[expected.incidents]\ncount = 2\n"))
    within = read(write(tmp_path / "within", expected="[expected.incidents]\ncount = [2, 3]\n"))
    assert (beside.expected.incidents, within.expected.incidents) == ((2,), (2, 3))


def test_the_sender_is_told_by_its_body(tmp_path: Path) -> None:
    of_alertmanager = captured_body("alertmanager-10-hook_loki-firing-1alerts.json")
    scenario = read(write(tmp_path / "prometheus", body=of_alertmanager))
    assert scenario.deliveries[0].source is AlertSource.ALERTMANAGER


BACKWARDS = """\
[[deployments]]
service = "shop"
started_at = 2026-11-24T10:00:00Z
finished_at = 2026-11-24T09:00:00Z
"""
WRONG_WORLDS = (
    # A local date is no moment.
    ("now = 2026-11-24", "now: must be a date-time such as 2026-11-24T11:00:00Z"),
    ('now = "11:00"', "now: must be a date-time such as 2026-11-24T11:00:00Z, got '11:00'"),
    ("weather = 1", "weather: unknown key; known are deployments, expected, health"),
    ("health = 1", "health: must be a table, got 1"),
    ('[health]\napi = "fine"', 'health.api: must be one of "up", "down", "timeout", got \'fine\''),
    ('[health]\ndatabase = "timeout"', 'health.database: must be one of "up", "down"'),
    ('[health.external]\nstripe = "slow"', 'health.external.stripe: must be one of "up", "down", "degraded"'),
    ("[health]\nresponse_ms = -1", "health.response_ms: must be milliseconds of at least 0, got -1"),
    # A percentage where a fraction belongs.
    ("[metrics]\nerror_rate = 18", "metrics.error_rate: must be a fraction from 0 to 1, got 18"),
    ("[metrics]\nerror_rate = nan", "metrics.error_rate: must be a fraction from 0 to 1, got nan"),
    ("[metrics]\nrequests = 1.5", "metrics.requests: must be a whole number of at least 0, got 1.5"),
    ("[metrics]\nmemory_percent = 101", "metrics.memory_percent: must be a percentage from 0 to 100"),
    ("[metrics]\ncpu = 1", "metrics.cpu: unknown key"),
    ("deployments = 1", "deployments: must be a list of tables, got 1"),
    ("[[deployments]]\nstarted_at = 2026-11-24T10:00:00Z", "deployments[0].service: is missing"),
    (BACKWARDS, "deployments[0].finished_at: must not be before started_at"),
    ("[[history]]\nis_real = true", "history[0].started_at: is missing"),
    (
        '[[history]]\nstarted_at = 2026-11-24T10:00:00Z\nissue_number = "7"',
        "history[0].issue_number: must be a whole number of at least 1, got '7'",
    ),
    (
        '[[history]]\nstarted_at = 2026-11-24T10:00:00Z\nissue_state = "merged"',
        'history[0].issue_state: must be one of "open", "closed"',
    ),
    ('[log_source]\nstate = "slow"', 'log_source.state: must be one of "up", "down"'),
    ("[steps.01]\nafter_seconds = 1", "steps.01: has no file steps/01-alert.json"),
    ("[steps.first]\nafter_seconds = 1", "steps.first: must be the number of a step, such as 01"),
    ("now = ", "is not TOML: "),
)


@pytest.mark.parametrize(("world", "told"), WRONG_WORLDS)
def test_what_is_wrong_in_the_world_is_named(tmp_path: Path, world: str, told: str) -> None:
    found = problems(write(tmp_path / "bad", world=world))
    assert len(found) == 1
    assert found[0].startswith(f"bad: world.toml: {told}")


WRONG_EXPECTATIONS = (
    ('is_real = "yes"', "is_real: must be true or false, got 'yes'"),
    ("is_real = []", "is_real: must hold at least one value"),
    ("should_create_issue = 1", "should_create_issue: must be true or false, got 1"),
    ("should_update_existing = true", "should_update_existing: must be a whole number of at least 1"),
    ('severity = "urgent"', 'severity: must be one of "critical", "high", "medium", "low"'),
    ('severity = ["high", 1]', 'severity: must be one of "critical", "high", "medium", "low", got 1'),
    ('type = ""', 'type: must be one of "bug", "performance", '),
    ("component = 1", "component: must be text, got 1"),
    ("known_issue = {}", "known_issue: must be text, got a table"),
    ("remediation = false", "remediation: must be text, got false"),
    ("error_contains = 1.5", "error_contains: must be text, got 1.5"),
    ("culprit_contains = [[]]", "culprit_contains: must be text, got a list"),
    ("[incidents]\ncount = -1", "incidents.count: must be a whole number of at least 0, got -1"),
    ("[incidents]\nnumber = 1", "incidents.number: unknown key; known are count"),
    ("confidence = 90", "confidence: unknown key"),
)


@pytest.mark.parametrize(("expected", "told"), WRONG_EXPECTATIONS)
def test_what_is_wrong_in_the_expectations_is_named(tmp_path: Path, expected: str, told: str) -> None:
    found = problems(write(tmp_path / "bad", expected=expected))
    assert len(found) == 1
    assert found[0].startswith(f"bad: expected.toml: {told}")


WRONG_ALERTS = (
    (b"{", "is not JSON"),
    (b'{"alerts": []}', "alerts: must hold at least one alert"),
    (b'{"alerts": 1}', "alerts: "),
    (body_of(alert(startsAt="yesterday")), "alerts[0].startsAt: "),
)


@pytest.mark.parametrize(("body", "told"), WRONG_ALERTS)
def test_what_is_wrong_with_the_alert_is_named(tmp_path: Path, body: bytes, told: str) -> None:
    found = problems(write(tmp_path / "bad", body=body))
    assert found[0].startswith(f"bad: alert.json: {told}")


def test_files_that_are_missing_or_no_text_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "bad")
    (folder / "alert.json").unlink()
    (folder / "world.toml").write_bytes(b"\xff\xfe")
    (folder / "expected.toml").unlink()
    assert problems(folder) == [
        "bad: world.toml: is not UTF-8 text",
        "bad: expected.toml: is missing",
        "bad: alert.json: is missing",
    ]


def test_steps_need_their_time_and_their_name(tmp_path: Path) -> None:
    steps = {"01-alert.json": body_of(alert()), "second.json": b""}
    assert problems(write(tmp_path / "bad", steps=steps)) == [
        "bad: steps/second.json: must be called NN-alert.json",
        "bad: world.toml: steps.01: is missing; steps/01-alert.json needs its after_seconds",
    ]


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "bad", world="a = 1\nb = 2\n", expected="is_real = 1\n", body=b"[]")
    assert len(problems(folder)) == 4


def test_scenarios_are_found_at_any_depth_and_named_by_their_folder(tmp_path: Path) -> None:
    write(tmp_path / "database" / "pool", steps={"01-alert.json": b"{}"})
    write(tmp_path / "crash")
    # A folder with half a scenario is one too, and malformed.
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "world.toml").touch()
    found = find_scenarios(tmp_path)
    assert names_of(found, tmp_path) == ["crash", "database/pool", "half"]
    alone = tmp_path / "crash"
    assert names_of(find_scenarios(alone), alone) == ["crash"]
