"""A repair is attempted only when it is wanted, allowed and possible."""

import pytest

from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.core.remediate.plan import (
    Mode,
    WantedRemediation,
    not_wanted,
    plan_remediation,
    wanted_remediation,
)
from tests.core.decide.factories import given, health, known, logs, metrics, pattern
from tests.core.remediate.situations import WANTED, limits, situation, verdict_about

RESTART = WantedRemediation(runbook="restart", known_issue_id="pool", why="")
NOTHING = given().investigation


def test_known_issue_that_can_be_repaired_wants_its_runbook() -> None:
    wanted = wanted_remediation(WANTED, NOTHING, without_known_issue=False)
    assert wanted is not None
    assert (wanted.runbook, wanted.known_issue_id) == ("restart", "pool")
    assert "asks for it" in wanted.why


@pytest.mark.parametrize(
    "verdict",
    [
        # The known issue wants an issue.
        verdict_about(known()),
        # Nothing is known about it.
        decide(given(logs=logs(pattern("boom", 3))), service=None, component_teams={}),
        # Nothing is wrong.
        decide(given(), service=None, component_teams={}),
    ],
)
def test_not_wanted_has_no_outcome(verdict: Verdict) -> None:
    assert wanted_remediation(verdict, NOTHING, without_known_issue=False) is None
    result = not_wanted(verdict)
    assert (result.attempted, result.outcome) == (False, None)
    assert result.should_create_issue is verdict.validation.should_create_issue


def test_own_condition_of_the_strategy_counts_only_where_the_settings_say_so() -> None:
    unresponsive = given(logs=logs(pattern("boom", 3)), health=health(api=False))
    failing = given(logs=logs(pattern("boom", 3)), metrics=metrics(rate=0.51))
    half = given(logs=logs(pattern("boom", 3)), metrics=metrics(rate=0.5))
    for found, why in ((unresponsive, "unresponsive"), (failing, "51% of the requests fail"), (half, None)):
        verdict = decide(found, service=None, component_teams={})
        assert wanted_remediation(verdict, found.investigation, without_known_issue=False) is None
        wanted = wanted_remediation(verdict, found.investigation, without_known_issue=True)
        assert (wanted is not None) is (why is not None)
        assert wanted is None or (wanted.runbook == "restart" and str(why) in wanted.why)


def test_known_issue_that_wants_an_issue_is_not_overruled_by_the_condition() -> None:
    bad = given(health=health(api=False)).investigation
    assert wanted_remediation(verdict_about(known()), bad, without_known_issue=True) is None


def test_wanted_allowed_and_possible_has_no_refusal() -> None:
    assert plan_remediation(RESTART, situation()) is None


def test_refusal_names_the_runbook_and_the_obstacle_and_wants_an_issue() -> None:
    result = plan_remediation(RESTART, situation(limits=limits(mode=Mode.REPORT)))
    assert result is not None
    assert (result.attempted, result.outcome, result.action) == (False, Outcome.REFUSED, "restart")
    assert result.reason == (
        'The runbook "restart" was not run: in mode report a person has to approve it first'
        "; it would have been run for shop."
    )
    assert result.should_create_issue


def test_entry_without_a_runbook_is_refused() -> None:
    verdict = verdict_about(known(disposition=Disposition.REMEDIATE, auto=True))
    wanted = wanted_remediation(verdict, NOTHING, without_known_issue=False)
    assert wanted is not None
    result = plan_remediation(wanted, situation(verdict=verdict, runbook=None))
    assert result is not None
    assert result.outcome is Outcome.REFUSED
    assert "names no runbook" in result.reason
