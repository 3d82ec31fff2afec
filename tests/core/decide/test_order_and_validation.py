"""Which rule wins when several hold, how sure we are, and what follows."""

import pytest

from issue_intelligence.core.decide.inputs import (
    ActiveSuppression,
    ExcuseKind,
    RuleInput,
    ValidationThresholds,
)
from issue_intelligence.core.decide.validation import validate
from issue_intelligence.core.model.alert import AlertSeverity, MonitoringFault
from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.logs import LogLevel
from issue_intelligence.core.model.verdict import Conclusion, RuleName
from tests.core.decide.factories import (
    NOON,
    context,
    given,
    health,
    history,
    known,
    logs,
    match,
    metrics,
    pattern,
    trace,
)

SILENCE = ActiveSuppression(kind=ExcuseKind.SILENCE, text="silence by ana", until=NOON)
JWT = known("jwt-expired", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
POOL = known(disposition=Disposition.REMEDIATE, auto=True, script="restart")
CRITICAL = context(severity=AlertSeverity.CRITICAL)
NO_DATA = context(fault=MonitoringFault.NO_DATA)


@pytest.mark.parametrize(
    ("situation", "rule", "conclusion"),
    [
        # A fault of the monitoring says nothing about the service, silenced or not.
        (given(NO_DATA, suppression=SILENCE), RuleName.MONITORING_FAULT, Conclusion.MONITORING),
        # Even a service that is down stays silent during maintenance.
        (
            given(CRITICAL, suppression=SILENCE, health=health(api=False)),
            RuleName.SUPPRESSED,
            Conclusion.SUPPRESSED,
        ),
        # Many expired tokens are still no problem of the service.
        (
            given(logs=logs(pattern("jwt expired", 500)), matches=(match(JWT),), health=health()),
            RuleName.KNOWN_NOT_AN_ISSUE,
            Conclusion.NOT_REAL,
        ),
        # Expired tokens while the service is down: it is down.
        (
            given(logs=logs(pattern("jwt expired", 500)), matches=(match(JWT),), health=health(api=False)),
            RuleName.HEALTH_FAILED,
            Conclusion.REAL,
        ),
        # Expired tokens hide three lost payments: sustained.
        (
            given(logs=logs(pattern("jwt expired", 500), pattern("payment lost", 3)), matches=(match(JWT),)),
            RuleName.SUSTAINED_ERRORS,
            Conclusion.REAL,
        ),
        # Health is the stronger sign of the two.
        (
            given(CRITICAL, logs=logs(pattern("boom"), traces=(trace(),)), health=health(database=False)),
            RuleName.HEALTH_FAILED,
            Conclusion.REAL,
        ),
        # One critical error with a trace is real, not merely possible.
        (
            given(CRITICAL, logs=logs(pattern("boom"), traces=(trace(),))),
            RuleName.CRITICAL_WITH_STACK_TRACE,
            Conclusion.REAL,
        ),
        # Sustained comes before the baseline.
        (
            given(
                logs=logs(pattern("boom", 9)),
                metrics=metrics(errors=9, in_five_minutes=9, baseline_errors=2.0),
            ),
            RuleName.SUSTAINED_ERRORS,
            Conclusion.REAL,
        ),
        # A single error with a trace, but slow answers: the rise decides.
        (
            given(
                logs=logs(pattern("boom"), traces=(trace(),)),
                metrics=metrics(seconds=3.0, baseline_seconds=1.0),
            ),
            RuleName.ABOVE_BASELINE,
            Conclusion.REAL,
        ),
        # A trace is a sign, whatever is missing.
        (
            given(logs=logs(pattern("boom"), traces=(trace(),)), failed=(CollectorName.HEALTH,)),
            RuleName.SINGLE_WITH_STACK_TRACE,
            Conclusion.POSSIBLE,
        ),
        # Sixty 4xx in five minutes: rule 9 takes them out of rule 6.
        (
            given(
                context("High4xx", error_count=60),
                metrics=metrics(errors=60, in_five_minutes=60, by_status={"2xx": 900, "4xx": 60}),
                health=health(),
            ),
            RuleName.USER_ERROR,
            Conclusion.NOT_REAL,
        ),
        # Loki did not answer.
        (given(failed=(CollectorName.LOGS,)), RuleName.EVIDENCE_MISSING, Conclusion.POSSIBLE),
        # Everything was looked at, and nothing was found.
        (given(logs=logs(), health=health()), RuleName.UNCONFIRMED, Conclusion.UNCONFIRMED),
    ],
)
def test_first_rule_that_holds_decides(situation: RuleInput, rule: RuleName, conclusion: Conclusion) -> None:
    result, reasons = validate(situation)
    assert [reason.rule for reason in reasons if reason.decisive] == [rule]
    assert reasons[0].decisive
    assert result.conclusion is conclusion
    assert result.reason == reasons[0].text


def test_later_rules_still_say_theirs() -> None:
    everything = given(
        CRITICAL,
        logs=logs(pattern("boom", 9), traces=(trace(),)),
        health=health(api=False),
        metrics=metrics(errors=9, baseline_errors=1.0),
        failed=(CollectorName.HISTORY,),
    )
    _, reasons = validate(everything)
    assert [reason.rule for reason in reasons] == [
        RuleName.HEALTH_FAILED,
        RuleName.CRITICAL_WITH_STACK_TRACE,
        RuleName.SUSTAINED_ERRORS,
        RuleName.ABOVE_BASELINE,
        RuleName.EVIDENCE_MISSING,
    ]


def test_contradicting_rules_make_us_less_sure() -> None:
    alone, _ = validate(given(logs=logs(pattern("jwt expired")), matches=(match(JWT),)))
    against, _ = validate(given(logs=logs(pattern("jwt expired", 3)), matches=(match(JWT),)))
    assert against.conclusion is alone.conclusion is Conclusion.NOT_REAL
    assert against.confidence < alone.confidence


def test_agreeing_rules_make_us_surer_and_missing_evidence_less() -> None:
    sustained = validate(given(logs=logs(pattern("boom", 9))))[0].confidence
    rising = validate(given(logs=logs(pattern("boom", 9)), metrics=metrics(errors=9, baseline_errors=1.0)))[0]
    without_health = validate(given(logs=logs(pattern("boom", 9)), failed=(CollectorName.HEALTH,)))[0]
    assert without_health.confidence < sustained < rising.confidence


def test_service_that_is_well_speaks_against_what_an_alert_counts() -> None:
    """It does not decide: an alert that counted errors may have seen what no log tells."""
    told = context("High5xx", error_count=12)
    alone, _ = validate(given(told, metrics=metrics(in_five_minutes=12)))
    well, reasons = validate(given(told, metrics=metrics(in_five_minutes=12), logs=logs(), health=health()))
    assert alone.conclusion is well.conclusion is Conclusion.REAL
    assert well.confidence < alone.confidence
    assert RuleName.ALL_WELL in {reason.rule for reason in reasons}


@pytest.mark.parametrize(
    ("situation", "files_issue"),
    [
        # Real problems are filed whatever the threshold.
        (given(logs=logs(pattern("boom", 3)), thresholds=ValidationThresholds(min_confidence=100)), True),
        # A single error with a trace reaches the mission's 60.
        (given(logs=logs(pattern("boom"), traces=(trace(),))), True),
        # The same under a stricter threshold is kept without an issue.
        (
            given(
                logs=logs(pattern("boom"), traces=(trace(),)),
                thresholds=ValidationThresholds(min_confidence=90),
            ),
            False,
        ),
        # Without logs we would rather file one too many.
        (given(failed=(CollectorName.LOGS,)), True),
        # A mere information without logs is not worth it.
        (given(context(severity=AlertSeverity.INFO), failed=(CollectorName.LOGS,)), False),
        # Without history nothing about the fault itself is missing.
        (given(logs=logs(), failed=(CollectorName.HISTORY,)), False),
        # Someone must mend the alert rule.
        (given(NO_DATA), True),
        (given(context(fault=MonitoringFault.ERROR)), True),
        # A series that went away is usually a service that was taken away.
        (given(context(fault=MonitoringFault.MISSING_SERIES)), False),
        (given(suppression=SILENCE, logs=logs(pattern("boom", 9))), False),
        (given(logs=logs(pattern("jwt expired")), matches=(match(JWT),)), False),
        # Nothing is set up that could be looked at, so the alert's own word stands.
        (given(), True),
        (given(context(severity=AlertSeverity.INFO)), False),
        # Somebody tries out the contact point.
        (given(context("TestAlert", severity=AlertSeverity.CRITICAL, summary="Notification test")), False),
        # A critical alert about what no log tells.
        (given(CRITICAL, health=health()), True),
        # The same, of a service whose numbers are as usual.
        (given(CRITICAL, health=health(), metrics=metrics(rate=0.001, baseline_rate=0.002)), False),
        # As usual, and yet its log warns again and again.
        (
            given(
                CRITICAL,
                health=health(),
                metrics=metrics(rate=0.001, baseline_rate=0.002),
                logs=logs(pattern("login failed for user 7", 40, level=LogLevel.WARNING)),
            ),
            True,
        ),
        # Nearly out of memory, before anything fails.
        (given(context("HighMemory"), health=health(), metrics=metrics(memory=95)), True),
        (given(context("HighMemory"), health=health(), metrics=metrics(memory=90)), False),
        # A cache that is full by design is no matter of another alert.
        (given(context("SlowAnswers"), health=health(), metrics=metrics(memory=95)), False),
        # Callers who did nothing wrong are turned away.
        (given(metrics=metrics(by_status={"2xx": 900, "429": 60}), health=health()), True),
        # It came three times before and was nothing; once it was something, it counts again.
        (given(logs=logs(pattern("flaky", 9)), health=health(), history=history(not_real=3)), False),
        (given(logs=logs(pattern("flaky", 9)), health=health(), history=history(not_real=3, real=1)), True),
        (given(logs=logs(pattern("flaky", 9)), health=health(api=False), history=history(not_real=9)), True),
    ],
)
def test_issue_is_filed_only_where_someone_should_act(situation: RuleInput, files_issue: bool) -> None:
    assert validate(situation)[0].should_create_issue is files_issue


def test_open_issue_is_updated_instead_of_a_second_one() -> None:
    real, _ = validate(given(logs=logs(pattern("boom", 3)), history=history(open_issue=41)))
    not_real, _ = validate(
        given(logs=logs(pattern("jwt expired")), matches=(match(JWT),), history=history(open_issue=41))
    )
    assert real.should_update_existing == 41
    assert not_real.should_update_existing is None


@pytest.mark.parametrize(
    ("situation", "attempts"),
    [
        (given(logs=logs(pattern("pool exhausted", 3)), matches=(match(POOL),)), True),
        # Only an issue, says the entry.
        (given(logs=logs(pattern("pool exhausted", 3)), matches=(match(known(auto=True)),)), False),
        # To be repaired, but by a person.
        (
            given(
                logs=logs(pattern("pool exhausted", 3)),
                matches=(match(known(disposition=Disposition.REMEDIATE)),),
            ),
            False,
        ),
        # Nobody repairs during maintenance.
        (given(logs=logs(pattern("pool exhausted", 3)), matches=(match(POOL),), suppression=SILENCE), False),
        # A fault of the monitoring is never repaired by restarting the service.
        (given(NO_DATA, matches=(match(POOL, 0),)), False),
        (given(logs=logs(pattern("boom", 3))), False),
    ],
)
def test_remediation_needs_a_known_issue_that_wants_it(situation: RuleInput, attempts: bool) -> None:
    assert validate(situation)[0].should_attempt_remediation is attempts


def test_harmless_entry_does_not_speak_for_a_real_problem() -> None:
    both = given(logs=logs(pattern("jwt expired", 50), pattern("payment lost", 3)), matches=(match(JWT, 50),))
    assert validate(both)[0].known_issue is None
    with_pool = given(
        logs=logs(pattern("jwt expired", 50), pattern("pool exhausted", 3)),
        matches=(match(JWT, 50), match(POOL, 3)),
    )
    assert validate(with_pool)[0].known_issue == POOL
