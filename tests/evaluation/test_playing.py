"""Scenarios are decided by the real stages, which see nothing but what the scenario says."""

import inspect
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from issue_intelligence.bootstrap.evaluation import FORMATS, Evaluator
from issue_intelligence.core.model.evidence import EvidenceStatus, Investigation
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.evaluation.judging import Actual, judge
from issue_intelligence.evaluation.playing import FIRST_STEP_OUTSIDE, NotTakenInError, Played
from issue_intelligence.evaluation.reading import read_scenario
from issue_intelligence.pipeline.workflow import Journey
from issue_intelligence.settings import load_settings
from tests.evaluation.folders import LABELS, TRACE, alert, write
from tests.factories.webhooks import body_of

MANY = "".join(
    f"2026-11-24T11:00:{second:02d}Z ERROR connect ECONNREFUSED 10.0.0.7:6543\n" for second in range(8)
)
HISTORY = "[[history]]\nstarted_at = 2026-11-20T10:00:00Z\nissue_number = 7\n"


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    with closing(Evaluator(load_settings(), tmp_path_factory.mktemp("evaluator"))) as ready:
        yield ready


def play(evaluator: Evaluator, folder: Path, **scenario: Any) -> Played:
    return evaluator.play(read_scenario(write(folder / "one", **scenario), "one", FORMATS))


def decided(evaluator: Evaluator, folder: Path, **scenario: Any) -> Actual:
    read = read_scenario(write(folder / "one", **scenario), "one", FORMATS)
    actual = judge("one", read.expected, evaluator.play(read)).actual
    assert actual is not None
    return actual


def investigation(evaluator: Evaluator, folder: Path, **scenario: Any) -> Investigation:
    findings = play(evaluator, folder, **scenario).findings
    assert findings is not None
    return findings.investigation


def test_what_the_world_does_not_say_was_not_gathered(evaluator: Evaluator, tmp_path: Path) -> None:
    found = investigation(evaluator, tmp_path)
    assert found.logs is not None
    assert found.health is not None
    assert found.changes is not None
    assert found.metrics is not None
    assert found.metrics.data is not None
    not_asked = EvidenceStatus.NOT_CONFIGURED
    assert [found.logs.status, found.health.status, found.changes.status] == [not_asked] * 3
    assert found.metrics.data.error_rate is None


def test_the_log_is_read_and_its_error_named(evaluator: Evaluator, tmp_path: Path) -> None:
    actual = decided(evaluator, tmp_path, logs=TRACE)
    assert actual.conclusion is Conclusion.REAL
    assert "TypeError: Cannot read properties" in actual.error
    assert "cart.ts:10 in total" in actual.culprit


def test_lines_outside_the_window_are_not_seen(evaluator: Evaluator, tmp_path: Path) -> None:
    found = investigation(evaluator, tmp_path, logs=TRACE.replace("T11:00:10Z", "T08:00:10Z"))
    assert found.logs is not None
    assert found.logs.data is not None
    assert found.logs.data.lines == 0


def test_a_log_source_that_is_down_is_missing_evidence(evaluator: Evaluator, tmp_path: Path) -> None:
    found = investigation(evaluator, tmp_path, logs=TRACE, world='[log_source]\nstate = "down"\n')
    assert found.logs is not None
    assert (found.logs.status, found.logs.error) == (
        EvidenceStatus.FAILED,
        "the log source does not answer",
    )


def test_a_log_source_that_is_up_and_has_no_file_has_no_lines(evaluator: Evaluator, tmp_path: Path) -> None:
    found = investigation(evaluator, tmp_path, world='[log_source]\nstate = "up"\n')
    assert found.logs is not None
    assert found.logs.status is EvidenceStatus.COLLECTED


def test_health_is_what_the_world_says(evaluator: Evaluator, tmp_path: Path) -> None:
    world = (
        '[health]\napi = "up"\nresponse_ms = 20\ndatabase = "down"\n[health.external]\nstripe = "degraded"\n'
    )
    found = investigation(evaluator, tmp_path, world=world)
    assert found.health is not None
    assert found.health.data is not None
    assert found.health.data.api_responsive is True
    assert found.health.data.response_time_ms == 20
    assert found.health.data.database_connected is False
    assert dict(found.health.data.external_services) == {"stripe": "degraded"}


def test_metrics_are_held_against_their_baselines(evaluator: Evaluator, tmp_path: Path) -> None:
    world = (
        "[metrics]\nerror_rate = 0.18\nrequests = 900\nbaseline_error_rate = 0.002\n"
        "response_ms = 1200\nbaseline_response_ms = 100\n"
    )
    found = investigation(evaluator, tmp_path, world=world)
    assert found.metrics is not None
    assert found.metrics.data is not None
    numbers = found.metrics.data
    assert (numbers.error_rate, numbers.baseline_error_rate) == (0.18, 0.002)
    assert (numbers.mean_response_seconds, numbers.baseline_response_seconds) == (1.2, 0.1)
    assert numbers.request_count == 900


def test_a_deployment_that_goes_on_excuses(evaluator: Evaluator, tmp_path: Path) -> None:
    world = '[[deployments]]\nservice = "shop"\nstarted_at = 2026-11-24T10:58:00Z\n'
    assert decided(evaluator, tmp_path, world=world).conclusion is Conclusion.SUPPRESSED


def test_a_deployment_that_is_yet_to_come_is_not_known(evaluator: Evaluator, tmp_path: Path) -> None:
    world = '[[deployments]]\nservice = "shop"\nstarted_at = 2026-11-24T11:30:00Z\n'
    found = investigation(evaluator, tmp_path, world=world)
    assert found.changes is not None
    assert found.changes.status is EvidenceStatus.NOT_CONFIGURED


SAME_CAUSE = (
    # An entry without an error is of the same cause.
    ("", MANY, 7),
    # Its address is a variable.
    ('error = "connect ECONNREFUSED 10.9.9.9:5432"', MANY, 7),
    ('error = "upload failed: disk is full"', MANY, None),
    ('error = "connect ECONNREFUSED 10.9.9.9:5432"\nissue_state = "closed"', MANY, None),
    # The head of the stack trace.
    ("error = \"TypeError: Cannot read properties of undefined (reading 'price')\"", TRACE, 7),
    ('error = "RangeError: Invalid array length"', TRACE, None),
    # No error was logged, so none can be told to be the same.
    ('error = "connect ECONNREFUSED 10.9.9.9:5432"', "", None),
)


@pytest.mark.parametrize(("entry", "logs", "number"), SAME_CAUSE)
def test_the_open_issue_of_the_same_cause_is_found(
    evaluator: Evaluator, tmp_path: Path, entry: str, logs: str, number: int | None
) -> None:
    found = investigation(evaluator, tmp_path, logs=logs, world=HISTORY + entry)
    assert found.history is not None
    assert found.history.data is not None
    assert found.history.data.open_github_issue == number


def test_a_real_alert_of_that_cause_goes_into_its_issue(evaluator: Evaluator, tmp_path: Path) -> None:
    assert decided(evaluator, tmp_path, logs=MANY, world=HISTORY).should_update_existing == 7


def test_scenarios_know_nothing_of_each_other(evaluator: Evaluator, tmp_path: Path) -> None:
    first = play(evaluator, tmp_path / "first", logs=MANY, world=HISTORY)
    second = play(evaluator, tmp_path / "second", logs=MANY)
    assert first.incidents == second.incidents == 1
    assert second.findings is not None
    assert second.findings.investigation.history is not None
    assert second.findings.investigation.history.data is not None
    assert second.findings.investigation.history.data.total_occurrences == 0


def test_alerts_of_two_rules_are_two_incidents_and_a_resend_is_none(
    evaluator: Evaluator, tmp_path: Path
) -> None:
    other = alert(labels=LABELS | {"alertname": "SlowAnswers", "service": "search"}, fingerprint="f2")
    steps = {"01-alert.json": body_of(alert()), "02-alert.json": body_of(other)}
    world = "[steps.01]\nafter_seconds = 60\n[steps.02]\nafter_seconds = 120\n"
    assert play(evaluator, tmp_path, steps=steps, world=world).incidents == 2


def test_a_recheck_in_between_sees_that_the_excuse_is_over(evaluator: Evaluator, tmp_path: Path) -> None:
    """The deployment ends at 11:03 and a resend comes at 11:20; by then the errors have lost their excuse."""
    world = (
        "[steps.01]\nafter_seconds = 1080\n"
        '[[deployments]]\nservice = "shop"\nstarted_at = 2026-11-24T10:58:00Z\n'
        "finished_at = 2026-11-24T11:03:00Z\n"
    )
    steps = {"01-alert.json": body_of(alert())}
    assert decided(evaluator, tmp_path, steps=steps, world=world, logs=TRACE).conclusion is Conclusion.REAL


def test_what_comes_within_a_rest_is_looked_at_after_it(evaluator: Evaluator, tmp_path: Path) -> None:
    steps = {
        f"{number:02d}-alert.json": body_of(
            alert(labels=LABELS | {"instance": str(number)}, fingerprint=str(number))
        )
        for number in range(1, 4)
    }
    world = "".join(f"[steps.{number:02d}]\nafter_seconds = {number / 10}\n" for number in range(1, 4))
    played = play(evaluator, tmp_path, steps=steps, world=world, logs=TRACE)
    assert played.findings is not None
    assert played.findings.alert_count == 4


def test_a_resolved_alert_alone_is_decided_too(evaluator: Evaluator, tmp_path: Path) -> None:
    gone = body_of(alert(status="resolved", endsAt="2026-11-24T11:01:00Z"))
    assert play(evaluator, tmp_path, body=gone).findings is not None


def test_an_alert_that_names_no_service_is_decided_too(evaluator: Evaluator, tmp_path: Path) -> None:
    world = '[health]\napi = "down"\n'
    bare = body_of(alert(labels={"alertname": "Errors"}, annotations={}))
    actual = decided(evaluator, tmp_path, body=bare, world=world, logs=MANY)
    assert actual.is_real
    assert actual.component == "unknown"


def test_nothing_is_done_outside(tmp_path: Path) -> None:
    with closing(Evaluator(load_settings(), tmp_path / "evaluator")) as fresh:
        played = play(fresh, tmp_path, logs=TRACE)
    assert played.findings is not None
    assert played.findings.verdict.validation.should_create_issue
    left = {path.name.partition(".")[0] for path in (tmp_path / "evaluator" / "data").iterdir()}
    assert left == {"issue-intelligence", "issue-intelligence-intake"}


def test_the_real_journey_has_the_step_before_which_an_evaluation_ends() -> None:
    source = inspect.getsource(Journey)
    named = ("decide", FIRST_STEP_OUTSIDE, "remediate", "plan_report", "report_issue", "notify")
    places = [source.index(f'"{name}"') for name in named]
    assert places == sorted(places)


def test_an_alert_that_is_not_taken_in_is_told_of(
    evaluator: Evaluator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = read_scenario(write(tmp_path / "one"), "one", FORMATS)
    monkeypatch.setattr("issue_intelligence.pipeline.intake.incident_key", lambda *_, **__: 1 / 0)
    with pytest.raises(NotTakenInError):
        evaluator.play(scenario)
