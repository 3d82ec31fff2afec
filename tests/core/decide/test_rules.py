"""Each rule alone: where it holds and where it just does not."""

import pytest

from issue_intelligence.core.decide import rules
from issue_intelligence.core.decide.inputs import (
    ActiveSuppression,
    ExcuseKind,
    RuleInput,
    ValidationThresholds,
)
from issue_intelligence.core.decide.rules import Rule
from issue_intelligence.core.model.alert import AlertSeverity, MonitoringFault
from issue_intelligence.core.model.evidence import CollectorName, HealthProbe, ServiceState
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.logs import LogLevel
from tests.core.decide.factories import (
    NOON,
    context,
    given,
    health,
    known,
    logs,
    match,
    metrics,
    pattern,
    trace,
)

JWT = known("jwt-expired", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
BOTS = known("bots", "wp-login", disposition=Disposition.NOT_AN_ISSUE)
ONE_JWT = pattern("jwt expired")
ONLY_4XX = {"2xx": 100, "4xx": 60}
WELL = health()
NOT_CALLED = ValidationThresholds(create_issue_on_single_error_with_stack_trace=False)


@pytest.mark.parametrize(
    ("rule", "situation", "holds"),
    [
        # Grafana could not ask the data source.
        (rules.monitoring_fault, given(context(fault=MonitoringFault.NO_DATA)), True),
        # An ordinary alert.
        (rules.monitoring_fault, given(), False),
        # One alert of the incident speaks of the service after all.
        (rules.monitoring_fault, given(context(), context(fault=MonitoringFault.ERROR)), False),
        (
            rules.suppressed,
            given(suppression=ActiveSuppression(kind=ExcuseKind.SILENCE, text="silence by ana", until=NOON)),
            True,
        ),
        # Nobody knows when the excuse ends; it holds all the same.
        (
            rules.suppressed,
            given(
                suppression=ActiveSuppression(kind=ExcuseKind.DEPENDENCY, text="redis is down", until=None)
            ),
            True,
        ),
        (rules.suppressed, given(), False),
        # The only error is the harmless one.
        (rules.known_not_an_issue, given(logs=logs(ONE_JWT), matches=(match(JWT),)), True),
        # Its stack trace is explained by the same entry.
        (
            rules.known_not_an_issue,
            given(logs=logs(traces=(trace("TokenExpiredError", "jwt expired"),)), matches=(match(JWT),)),
            True,
        ),
        # Two entries together explain everything.
        (
            rules.known_not_an_issue,
            given(logs=logs(ONE_JWT, pattern("GET /wp-login 404")), matches=(match(JWT), match(BOTS))),
            True,
        ),
        # One other error remains among a thousand harmless ones.
        (
            rules.known_not_an_issue,
            given(logs=logs(pattern("jwt expired", 1_000), pattern("payment lost")), matches=(match(JWT),)),
            False,
        ),
        # A stack trace that nobody explains.
        (
            rules.known_not_an_issue,
            given(logs=logs(ONE_JWT, traces=(trace(),)), matches=(match(JWT),)),
            False,
        ),
        # Requests fail with 5xx meanwhile.
        (
            rules.known_not_an_issue,
            given(logs=logs(ONE_JWT), matches=(match(JWT),), metrics=metrics(by_status={"5xx": 1})),
            False,
        ),
        # The service is not well.
        (
            rules.known_not_an_issue,
            given(logs=logs(ONE_JWT), matches=(match(JWT),), health=health(api=False)),
            False,
        ),
        # Answers take more than twice as long as usual.
        (
            rules.known_not_an_issue,
            given(
                logs=logs(ONE_JWT), matches=(match(JWT),), metrics=metrics(seconds=2.1, baseline_seconds=1.0)
            ),
            False,
        ),
        # Only the alert's text matched, and the log has nothing to explain.
        (rules.known_not_an_issue, given(logs=logs(), matches=(match(JWT, 0),)), True),
        # Only the alert's text matched, and the log could not be read.
        (rules.known_not_an_issue, given(failed=(CollectorName.LOGS,), matches=(match(JWT, 0),)), False),
        # A known issue that is a problem.
        (
            rules.known_not_an_issue,
            given(logs=logs(pattern("pool exhausted")), matches=(match(known()),)),
            False,
        ),
        # Health failed, and the log has an error.
        (rules.health_failed, given(health=health(database=False), logs=logs(pattern("boom"))), True),
        # The only error is that nothing answers: it logs nothing while it is down.
        (rules.health_failed, given(health=health(api=False)), True),
        # The alert itself speaks of errors.
        (rules.health_failed, given(context("HighErrorRate"), health=health(database=False)), True),
        # A memory alert is no error, and nothing else is one.
        (rules.health_failed, given(context("HighMemoryUsage"), health=health(database=False)), False),
        # A dependency that is down counts as failed health.
        (
            rules.health_failed,
            given(health=health(external={"redis": ServiceState.DOWN}), logs=logs(pattern("boom"))),
            True,
        ),
        # Degraded is not failed.
        (
            rules.health_failed,
            given(health=health(external={"redis": ServiceState.DEGRADED}), logs=logs(pattern("boom"))),
            False,
        ),
        # Unknown health is not failed health.
        (
            rules.health_failed,
            given(health=health(api=None, ms=None), logs=logs(pattern("boom"))),
            False,
        ),
        # Errors while everything is well.
        (rules.health_failed, given(health=WELL, logs=logs(pattern("boom"))), False),
        (
            rules.critical_with_stack_trace,
            given(context(severity=AlertSeverity.CRITICAL), logs=logs(traces=(trace(),))),
            True,
        ),
        # The alert is a warning, yet the log itself says fatal.
        (
            rules.critical_with_stack_trace,
            given(logs=logs(pattern("died", level=LogLevel.FATAL), traces=(trace(),))),
            True,
        ),
        (rules.critical_with_stack_trace, given(logs=logs(traces=(trace(),))), False),
        (
            rules.critical_with_stack_trace,
            given(context(severity=AlertSeverity.CRITICAL), logs=logs()),
            False,
        ),
        # Exactly the threshold is enough (architecture.md 6.14).
        (rules.sustained_errors, given(logs=logs(pattern("boom", 3))), True),
        (rules.sustained_errors, given(logs=logs(pattern("boom", 2))), False),
        # Many errors, spread thin.
        (rules.sustained_errors, given(logs=logs(pattern("boom", 9), in_five_minutes=2)), False),
        # The alert counted them, though the log shows none.
        (rules.sustained_errors, given(logs=logs(), metrics=metrics(in_five_minutes=25)), True),
        # A threshold of zero does not make silence an error.
        (
            rules.sustained_errors,
            given(logs=logs(), thresholds=ValidationThresholds(min_error_count=0)),
            False,
        ),
        # Many, but the callers' own.
        (
            rules.sustained_errors,
            given(
                metrics=metrics(in_five_minutes=60, by_status=ONLY_4XX),
                logs=logs(pattern("GET /x 404", 60)),
                health=WELL,
            ),
            False,
        ),
        (rules.above_baseline, given(metrics=metrics(errors=9, baseline_errors=4.0)), True),
        # Exactly twice is not more than twice.
        (rules.above_baseline, given(metrics=metrics(errors=8, baseline_errors=4.0)), False),
        # A stray error where there usually is none.
        (rules.above_baseline, given(metrics=metrics(errors=1, baseline_errors=0.0)), False),
        (rules.above_baseline, given(metrics=metrics(errors=3, baseline_errors=0.0)), True),
        (rules.above_baseline, given(metrics=metrics(seconds=2.1, baseline_seconds=1.0)), True),
        # Nothing to compare with.
        (rules.above_baseline, given(metrics=metrics(errors=900, seconds=9.0)), False),
        (rules.single_with_stack_trace, given(logs=logs(pattern("boom"), traces=(trace(),))), True),
        # Three are sustained and not single.
        (rules.single_with_stack_trace, given(logs=logs(pattern("boom", 3), traces=(trace(),))), False),
        (rules.single_with_stack_trace, given(logs=logs(pattern("boom"))), False),
        # The only trace is the harmless one's.
        (
            rules.single_with_stack_trace,
            given(logs=logs(pattern("boom"), traces=(trace("E", "jwt expired"),)), matches=(match(JWT),)),
            False,
        ),
        # Turned off by configuration.
        (
            rules.single_with_stack_trace,
            given(logs=logs(pattern("boom"), traces=(trace(),)), thresholds=NOT_CALLED),
            False,
        ),
        (rules.user_error, given(metrics=metrics(by_status=ONLY_4XX), health=WELL), True),
        # Turning callers away is ours.
        (rules.user_error, given(metrics=metrics(by_status={**ONLY_4XX, "429": 1}), health=WELL), False),
        (rules.user_error, given(metrics=metrics(by_status={**ONLY_4XX, "5xx": 1}), health=WELL), False),
        # Nobody knows whether the service is well.
        (rules.user_error, given(metrics=metrics(by_status=ONLY_4XX)), False),
        (rules.user_error, given(metrics=metrics(by_status=ONLY_4XX), health=health(database=False)), False),
        (
            rules.user_error,
            given(metrics=metrics(by_status=ONLY_4XX), health=WELL, logs=logs(traces=(trace(),))),
            False,
        ),
        # An error that no caller caused stands beside the 4xx.
        (
            rules.user_error,
            given(metrics=metrics(by_status=ONLY_4XX), health=WELL, logs=logs(pattern("payment lost"))),
            False,
        ),
        # 412 milliseconds are not a status.
        (
            rules.user_error,
            given(metrics=metrics(by_status=ONLY_4XX), health=WELL, logs=logs(pattern("lost after 412 ms"))),
            False,
        ),
        # The alert counted more errors than callers caused.
        (
            rules.user_error,
            given(metrics=metrics(by_status=ONLY_4XX, in_five_minutes=61), health=WELL),
            False,
        ),
        # More 4xx than twice the usual.
        (
            rules.user_error,
            given(metrics=metrics(by_status=ONLY_4XX, errors=60, baseline_errors=5.0), health=WELL),
            False,
        ),
        # The alert's name itself speaks of a rise.
        (
            rules.user_error,
            given(context("AuthFailureSpike"), metrics=metrics(by_status=ONLY_4XX), health=WELL),
            False,
        ),
        (rules.evidence_missing, given(failed=(CollectorName.HISTORY,)), True),
        # A collector that nobody configured says nothing.
        (rules.evidence_missing, given(), False),
        (rules.unconfirmed, given(), True),
    ],
)
def test_rule_speaks_only_where_it_holds(rule: Rule, situation: RuleInput, holds: bool) -> None:
    assert (rule(situation) is not None) is holds


def test_failed_database_is_told_once() -> None:
    own = HealthProbe(name="stock", state=ServiceState.DOWN, response_time_ms=40.0, detail="answered 503")
    database = HealthProbe(
        name="database", state=ServiceState.DOWN, response_time_ms=None, detail="the service calls it down"
    )
    told = rules.health_failed(
        given(
            logs=logs(pattern("it broke")), health=health(api=False, database=False, probes=(own, database))
        )
    )
    assert told is not None
    assert "stock: answered 503; database: the service calls it down)" in told.text
    # Where no probe names the database, it is said in our words.
    told = rules.health_failed(
        given(logs=logs(pattern("it broke")), health=health(api=False, database=False, probes=(own,)))
    )
    assert told is not None
    assert "stock: answered 503; the database is not connected)" in told.text


def test_failed_health_is_told_in_the_probes_words() -> None:
    probe = HealthProbe(
        name="api", state=ServiceState.DOWN, response_time_ms=None, detail="no answer within 10 s"
    )
    reason = rules.health_failed(given(health=health(api=False, probes=(probe,))))
    assert reason is not None
    assert "api: no answer within 10 s" in reason.text


def test_missing_evidence_is_named_with_its_error() -> None:
    reason = rules.evidence_missing(given(failed=(CollectorName.LOGS, CollectorName.KNOWN_ISSUES)))
    assert reason is not None
    assert "logs (no answer within 10 s)" in reason.text
    assert "known issues" in reason.text


def test_a_decision_without_alerts_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one alert"):
        RuleInput(contexts=(), investigation=given().investigation)
