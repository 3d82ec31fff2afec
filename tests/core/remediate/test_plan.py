"""A repair is attempted only when it is wanted, allowed and possible."""

import pytest

from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.core.remediate.plan import Mode, PlannedRemediation, plan_remediation
from tests.core.decide.factories import given, known, logs, match, pattern


def verdict_about(entry: KnownIssue) -> Verdict:
    situation = given(logs=logs(pattern("pool exhausted", 3)), matches=(match(entry, 3),))
    return decide(situation, service=None, component_teams={})


WANTED = verdict_about(known(disposition=Disposition.REMEDIATE, auto=True, script="restart"))


@pytest.mark.parametrize(
    ("mode", "enabled", "platform", "why"),
    [
        # This version: nothing is configured that could do it.
        (Mode.ACT, True, False, "nothing is configured"),
        (Mode.ACT, False, True, "turned off"),
        (Mode.OBSERVE, True, True, "mode observe"),
        (Mode.REPORT, True, True, "approve"),
    ],
)
def test_refusal_names_the_runbook_and_the_obstacle(
    mode: Mode, enabled: bool, platform: bool, why: str
) -> None:
    result = plan_remediation(WANTED, remediation_enabled=enabled, mode=mode, platform_configured=platform)
    assert isinstance(result, RemediationResult)
    assert (result.attempted, result.outcome, result.action) == (False, Outcome.REFUSED, "restart")
    assert '"restart"' in result.reason
    assert why in result.reason
    assert result.should_create_issue


def test_wanted_allowed_and_possible_is_planned() -> None:
    plan = plan_remediation(WANTED, remediation_enabled=True, mode=Mode.ACT, platform_configured=True)
    assert plan == PlannedRemediation(runbook="restart", known_issue_id="pool")


def test_entry_without_a_runbook_is_refused() -> None:
    verdict = verdict_about(known(disposition=Disposition.REMEDIATE, auto=True))
    result = plan_remediation(verdict, remediation_enabled=True, mode=Mode.ACT, platform_configured=True)
    assert isinstance(result, RemediationResult)
    assert result.outcome is Outcome.REFUSED
    assert "names no runbook" in result.reason


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
    result = plan_remediation(verdict, remediation_enabled=True, mode=Mode.ACT, platform_configured=True)
    assert isinstance(result, RemediationResult)
    assert (result.attempted, result.outcome) == (False, None)
    assert result.should_create_issue is verdict.validation.should_create_issue
