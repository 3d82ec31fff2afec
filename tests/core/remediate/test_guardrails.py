"""Each guardrail forbids what it is for, says why, and the order is fixed."""

from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.remediate.guardrails import (
    BREAKER_RESTS,
    GUARDRAILS,
    GuardrailName,
    Mode,
    PastAttempts,
    refusal_sentence,
    refusals,
)
from tests.core.decide.factories import context, given, logs, pattern
from tests.core.remediate.situations import NOW, limits, look, situation

ABOUT_MONITORING = decide(given(context(fault=MonitoringFault.NO_DATA)), service=None, component_teams={})
EXCUSED = decide(
    given(
        logs=logs(pattern("boom", 3)),
        suppression=ActiveSuppression(
            kind=ExcuseKind.MAINTENANCE, text="maintenance", until=NOW + timedelta(hours=1)
        ),
    ),
    service=None,
    component_teams={},
)
MINUTE = timedelta(minutes=1)
# The guardrail, what makes it speak, and a word of what it says.
FORBIDDEN: list[tuple[GuardrailName, dict[str, Any], str]] = [
    (GuardrailName.MODE, {"limits": limits(mode=Mode.OBSERVE)}, "observe"),
    (GuardrailName.MODE, {"limits": limits(mode=Mode.REPORT)}, "a person has to approve it first"),
    (GuardrailName.KILL_SWITCH, {"limits": limits(kill_switch=True)}, "kill switch"),
    (GuardrailName.REMEDIATION_OFF, {"limits": limits(enabled=False)}, "turned off"),
    (GuardrailName.STRATEGY_OFF, {"limits": limits(strategy_enabled=False)}, "strategy is turned off"),
    (GuardrailName.NO_RUNBOOK, {"runbook": None}, "names no runbook"),
    # Seeds name runbooks that later releases bring.
    (GuardrailName.UNKNOWN_RUNBOOK, {"runbook": "reconnect-redis"}, "only restart"),
    (GuardrailName.UNKNOWN_RUNBOOK, {"runbook": "reconnect-db"}, "only restart"),
    (GuardrailName.UNKNOWN_RUNBOOK, {"runbook": "rm -rf /"}, "only restart"),
    (GuardrailName.NO_PLATFORM, {"has_platform": False}, "for shop"),
    (GuardrailName.OURSELVES, {"is_ourselves": True}, "itself"),
    (GuardrailName.MONITORING_FAULT, {"verdict": ABOUT_MONITORING}, "the monitoring"),
    (GuardrailName.SUPPRESSED, {"verdict": EXCUSED}, "excuse"),
    (GuardrailName.TRUNCATED_GROUP, {"truncated_group": True}, "left alerts out"),
    (GuardrailName.NOT_FIRING, {"incident_status": IncidentStatus.RESOLVED}, "by itself"),
    (GuardrailName.WELL_NOW, {"look": look(healthy=True, errors=0, seconds=300)}, "for 5 min"),
    # Nobody checks its health, but its log is read and quiet.
    (GuardrailName.WELL_NOW, {"look": look(healthy=None, errors=0, seconds=300)}, "well by now"),
    (GuardrailName.ONCE_AN_INCIDENT, {"past": PastAttempts(of_incident=True)}, "once in this incident"),
    # Whatever the cool-down is.
    (GuardrailName.UNDER_WAY, {"past": PastAttempts(under_way_since=NOW - MINUTE)}, "since 11:02:05 UTC"),
    (
        GuardrailName.CIRCUIT_BREAKER,
        {"past": PastAttempts(failures_in_a_row=2, last_failure_at=NOW - MINUTE)},
        "2 times it did not help shop",
    ),
    (GuardrailName.COOL_DOWN, {"past": PastAttempts(last_at=NOW - 29 * MINUTE)}, "1800 s"),
    (GuardrailName.HOURLY_BUDGET, {"past": PastAttempts(within_an_hour=6)}, "6 were made"),
]
ALLOWED: list[dict[str, Any]] = [
    {},
    # The cool-down is over.
    {"past": PastAttempts(last_at=NOW - 30 * MINUTE)},
    # Its run was given up.
    {"past": PastAttempts(under_way_since=NOW - 60 * MINUTE)},
    # One failure is not a row.
    {"past": PastAttempts(failures_in_a_row=1, last_failure_at=NOW - 31 * MINUTE)},
    # The breaker has rested.
    {"past": PastAttempts(failures_in_a_row=5, last_failure_at=NOW - BREAKER_RESTS)},
    {"past": PastAttempts(within_an_hour=5)},
    # Health fails, though the log is quiet: it may be down altogether.
    {"look": look(healthy=False, errors=0)},
    # Nothing tells how it is now, so what was found before counts.
    {"look": look(healthy=None, errors=None)},
    {"look": look(healthy=True, errors=None)},
    {"look": look(healthy=True, errors=1)},
    {"look": None},
]


@pytest.mark.parametrize(("guardrail", "changes", "why"), FORBIDDEN)
def test_guardrail_forbids_alone_and_says_why(
    guardrail: GuardrailName, changes: dict[str, Any], why: str
) -> None:
    [refusal] = refusals(situation(**changes))
    assert refusal.guardrail is guardrail
    assert why in refusal.text


@pytest.mark.parametrize("changes", ALLOWED)
def test_what_no_guardrail_minds_may_be_done(changes: dict[str, Any]) -> None:
    assert refusals(situation(**changes)) == ()


def test_every_guardrail_is_asked_in_the_order_of_its_name() -> None:
    assert [name for name, _ in GUARDRAILS] == list(GuardrailName)
    assert {name for name, _, _ in FORBIDDEN} == set(GuardrailName)


def test_all_that_forbid_are_given_in_their_order() -> None:
    found = refusals(
        situation(
            limits=limits(kill_switch=True, max_per_hour=1),
            is_ourselves=True,
            past=PastAttempts(within_an_hour=1),
        )
    )
    assert [refusal.guardrail for refusal in found] == [
        GuardrailName.KILL_SWITCH,
        GuardrailName.OURSELVES,
        GuardrailName.HOURLY_BUDGET,
    ]


def test_observe_says_that_it_would_have_been_done() -> None:
    found = refusals(situation(limits=limits(mode=Mode.OBSERVE)))
    assert refusal_sentence("restart", "shop", found) == (
        'The runbook "restart" was not run: in mode observe nothing outside is touched;'
        " it would have been run for shop."
    )


def test_observe_does_not_claim_what_another_guardrail_forbids() -> None:
    found = refusals(situation(limits=limits(mode=Mode.OBSERVE), has_platform=False))
    sentence = refusal_sentence("restart", "shop", found)
    assert "would have been run" not in sentence
    assert "besides, nothing is configured" in sentence
