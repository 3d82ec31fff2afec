"""Whether what was called a false positive is still the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.decide.cause import cause_of
from issue_intelligence.core.decide.ignoring import IgnoreReason, judge_pattern, judge_patterns, pattern_state
from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind, RuleInput
from issue_intelligence.core.decide.rules import reasons_for
from issue_intelligence.core.model.ignore_pattern import PatternState
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.verdict import Conclusion
from tests.core.decide.factories import given, known, logs, match
from tests.core.decide.factories import pattern as log_pattern
from tests.factories.quiet import NOON, cause, pattern

INCIDENT = Incident(
    id="i1",
    key="key",
    service="shop",
    environment="production",
    alert_name="HighErrorRate",
    status=IncidentStatus.OPEN,
    opened_at=NOON,
    resolved_at=None,
    alert_count=1,
    revision=1,
    started_revision=1,
    handled_revision=0,
)
UNERRING = {"alert_name": "HighErrorRate", "error": "", "error_count": None}


@pytest.mark.parametrize(
    ("of_pattern", "of_cause", "reason"),
    [
        ({}, {}, IgnoreReason.HOLDS),
        ({"alert_name": "HighErrorRate"}, {}, IgnoreReason.HOLDS),
        # It is about something else.
        ({"service": "mail"}, {}, IgnoreReason.OTHER_SERVICE),
        ({"environment": "staging"}, {}, IgnoreReason.OTHER_SERVICE),
        ({"alert_name": "SlowCheckout"}, {}, IgnoreReason.OTHER_ALERT),
        ({}, {"key": "k2", "errors": ("e7",)}, IgnoreReason.OTHER_CAUSE),
        ({}, {"key": "k2", "errors": ()}, IgnoreReason.OTHER_CAUSE),
        # It is over; being revoked is told before being expired.
        ({"expires_at": NOON}, {}, IgnoreReason.EXPIRED),
        ({"revoked_at": NOON}, {}, IgnoreReason.REVOKED),
        ({"revoked_at": NOON, "expires_at": NOON}, {}, IgnoreReason.REVOKED),
        # Exactly five times the errors are not more than that.
        ({}, {"error_count": 20}, IgnoreReason.HOLDS),
        ({}, {"error_count": 21}, IgnoreReason.MORE_ERRORS),
        # None were counted then: at most five are bearable.
        ({"error_count": None}, {"error_count": 5}, IgnoreReason.HOLDS),
        ({"error_count": None}, {"error_count": 6}, IgnoreReason.MORE_ERRORS),
        ({"error_count": 0}, {"error_count": 6}, IgnoreReason.MORE_ERRORS),
        # Nobody counts now, and nothing says that it is worse.
        ({}, {"error_count": None}, IgnoreReason.HOLDS),
        # A service that is down is never hidden.
        ({}, {"failed_health": ("shop: refused",)}, IgnoreReason.HEALTH_FAILED),
        (UNERRING, {"errors": (), "failed_health": ("shop: refused",)}, IgnoreReason.HEALTH_FAILED),
        # The ignored error is still there, behind another.
        ({}, {"key": "k2", "errors": ("e9", "e1")}, IgnoreReason.NEW_ERROR),
        # It was ignored without any error, and now there is one.
        (UNERRING, {"errors": ()}, IgnoreReason.HOLDS),
        (UNERRING, {"key": "k2", "errors": ("e1",)}, IgnoreReason.NEW_ERROR),
        (UNERRING | {"alert_name": "Other"}, {"key": "k2", "errors": ("e1",)}, IgnoreReason.OTHER_ALERT),
        # Nobody knows what is in the log.
        ({}, {"key": "k2", "errors": (), "logs_unread": True}, IgnoreReason.LOGS_UNREAD),
        (UNERRING, {"errors": (), "logs_unread": True}, IgnoreReason.LOGS_UNREAD),
    ],
)
def test_pattern_holds_while_it_is_the_same(
    of_pattern: dict[str, Any], of_cause: dict[str, Any], reason: IgnoreReason
) -> None:
    found, text = judge_pattern(pattern(**of_pattern), INCIDENT, cause(**of_cause), NOON)
    assert found is reason
    outlived = {
        IgnoreReason.MORE_ERRORS,
        IgnoreReason.HEALTH_FAILED,
        IgnoreReason.NEW_ERROR,
        IgnoreReason.LOGS_UNREAD,
    }
    assert bool(text) is (reason in outlived)


def test_of_several_that_hold_the_one_that_ends_last_is_told() -> None:
    short = pattern(id="1" * 32, expires_at=NOON + timedelta(days=1))
    long = pattern(id="2" * 32, created_by="bob")
    found = judge_patterns([short, long], INCIDENT, cause(), NOON)
    assert found.pattern is long
    assert found.suppression == ActiveSuppression(
        kind=ExcuseKind.IGNORED,
        text="called a false positive by bob: TypeError: boom",
        until=long.expires_at,
    )


def test_one_that_holds_hides_that_another_does_not() -> None:
    outlived, holding = pattern(id="1" * 32, error_count=0), pattern(id="2" * 32, error_count=9)
    found = judge_patterns([outlived, holding], INCIDENT, cause(error_count=8), NOON)
    assert (found.pattern, found.outlived) == (holding, "")


def test_reason_of_the_decision_says_that_a_pattern_is_outlived() -> None:
    found = judge_patterns([pattern()], INCIDENT, cause(error_count=99), NOON)
    assert found.suppression is None
    assert found.outlived == (
        "ana called TypeError: boom a false positive, and that does not hold:"
        " 99 errors within five minutes, and there were 4 when it was ignored."
    )
    evidence = given(logs=logs(log_pattern("boom", 99)))
    first, *others = reasons_for(replace(evidence, outlived=found.outlived))
    assert first.text.endswith(found.outlived)
    assert first.decisive
    assert [reason.text for reason in others] == [reason.text for reason in reasons_for(evidence)[1:]]


def test_long_text_of_an_error_is_cut() -> None:
    found = judge_patterns([pattern(cause_text="x\n" * 5_000)], INCIDENT, cause(), NOON)
    assert found.suppression is not None
    assert len(found.suppression.text) < 250
    assert "\n" not in found.suppression.text


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PatternState.ACTIVE),
        ({"expires_at": NOON}, PatternState.EXPIRED),
        ({"revoked_at": NOON}, PatternState.REVOKED),
    ],
)
def test_state_of_a_pattern(changes: dict[str, Any], state: PatternState) -> None:
    assert pattern_state(pattern(**changes), NOON) is state


EXPIRED_TOKEN = known("jwt", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)


@pytest.mark.parametrize(
    "evidence",
    [
        given(logs=logs(log_pattern("boom", 9))),
        # What is not real without an excuse has the cause of what is not real with one.
        given(logs=logs(log_pattern("jwt expired", 9)), matches=(match(EXPIRED_TOKEN),)),
        given(),
    ],
    ids=["real", "known not to be an issue", "no log"],
)
def test_cause_is_the_same_with_and_without_an_excuse(evidence: RuleInput) -> None:
    excuse = ActiveSuppression(kind=ExcuseKind.SILENCE, text="silence by ana", until=NOON)
    suppressed = replace(evidence, suppression=excuse, outlived="x")
    assert reasons_for(suppressed)[0].conclusion is Conclusion.SUPPRESSED
    assert cause_of(INCIDENT, suppressed) == cause_of(INCIDENT, evidence)
