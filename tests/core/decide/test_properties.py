"""What holds for every decision, whatever the evidence."""

from hypothesis import given as for_all
from hypothesis import strategies as st

from issue_intelligence.core.decide.confidence import FIXED, start_points
from issue_intelligence.core.decide.inputs import (
    ActiveSuppression,
    ExcuseKind,
    RuleInput,
    ValidationThresholds,
)
from issue_intelligence.core.decide.severity import severity_of
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.alert import AlertSeverity, MonitoringFault
from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.logs import LogLevel
from issue_intelligence.core.model.verdict import Conclusion, Severity
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

ORDER = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
RATES = st.none() | st.floats(0, 1)
SECONDS = st.none() | st.floats(0, 60)
COUNTS = st.none() | st.integers(0, 1_000)
ANSWERS = st.none() | st.booleans()
TEXTS = st.sampled_from(["boom", "jwt expired", "pool exhausted", "GET /x 404", "database is locked"])
ENTRIES = st.sampled_from(
    [
        known("jwt-expired", "jwt expired", disposition=Disposition.NOT_AN_ISSUE),
        known("pool", "pool exhausted", disposition=Disposition.REMEDIATE, auto=True, script="restart"),
        known("locked", "is locked"),
    ]
)
CONTEXTS = st.builds(
    context,
    st.sampled_from(["HighErrorRate", "HighMemoryUsage", "AuthFailureSpike"]),
    severity=st.sampled_from(AlertSeverity),
    error_count=st.none() | st.floats(0, 1e6),
    fault=st.none() | st.sampled_from(MonitoringFault),
)
LOGS = st.builds(
    lambda patterns, traced, users: logs(*patterns, traces=(trace(),) if traced else (), users=users),
    st.lists(st.builds(pattern, TEXTS, st.integers(1, 50), level=st.sampled_from(LogLevel)), max_size=4),
    st.booleans(),
    COUNTS,
)
METRICS = st.builds(
    metrics,
    errors=COUNTS,
    in_five_minutes=COUNTS,
    rate=RATES,
    seconds=SECONDS,
    baseline_errors=st.none() | st.floats(0, 1_000),
    baseline_seconds=SECONDS,
    by_status=st.none()
    | st.dictionaries(st.sampled_from(["2xx", "4xx", "429", "5xx"]), st.integers(0, 1_000), max_size=4),
)
HEALTH = st.builds(health, api=ANSWERS, database=ANSWERS, ms=st.none() | st.floats(0, 60_000))
SITUATIONS = st.builds(
    lambda contexts, found, numbers, state, entries, failed, excuse, confidence: given(
        *contexts,
        logs=found,
        metrics=numbers,
        health=state,
        matches=tuple(match(entry) for entry in entries),
        failed=tuple(failed),
        suppression=excuse,
        thresholds=ValidationThresholds(min_confidence=confidence),
    ),
    st.lists(CONTEXTS, min_size=1, max_size=3),
    st.none() | LOGS,
    st.none() | METRICS,
    st.none() | HEALTH,
    st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.id),
    st.sets(st.sampled_from([CollectorName.LOGS, CollectorName.HEALTH, CollectorName.HISTORY])),
    st.none() | st.just(ActiveSuppression(kind=ExcuseKind.DEPLOYMENT, text="deployment", until=NOON)),
    st.integers(0, 100),
)


@for_all(SITUATIONS)
def test_every_verdict_has_one_decisive_reason_and_it_comes_first(situation: RuleInput) -> None:
    verdict = decide(situation, service=None, component_teams={})
    assert [reason.decisive for reason in verdict.reasons] == [True] + [False] * (len(verdict.reasons) - 1)
    assert verdict.validation.conclusion is verdict.reasons[0].conclusion
    assert 0 <= verdict.validation.confidence <= 100


@for_all(SITUATIONS)
def test_points_of_the_reasons_add_up_to_the_confidence(situation: RuleInput) -> None:
    verdict = decide(situation, service=None, component_teams={})
    points = sum(reason.points for reason in verdict.reasons)
    if verdict.reasons[0].rule in FIXED:
        assert points == 0
    else:
        assert start_points(verdict.validation.conclusion) + points == verdict.validation.confidence


@for_all(SITUATIONS)
def test_same_evidence_gives_the_same_verdict(situation: RuleInput) -> None:
    first, second = (decide(situation, service=None, component_teams={}) for _ in range(2))
    assert first == second


@for_all(SITUATIONS)
def test_only_a_problem_of_the_service_is_repaired(situation: RuleInput) -> None:
    result = decide(situation, service=None, component_teams={}).validation
    if result.should_attempt_remediation:
        assert result.conclusion in {Conclusion.REAL, Conclusion.POSSIBLE}
        assert result.known_issue is not None
        assert result.known_issue.auto_remediable


@for_all(rate=RATES, seconds=SECONDS, users=COUNTS, api=ANSWERS, conclusion=st.sampled_from(Conclusion))
def test_a_number_that_becomes_unknown_never_raises_the_severity(
    rate: float | None, seconds: float | None, users: int | None, api: bool | None, conclusion: Conclusion
) -> None:
    def rank(rate: float | None, seconds: float | None, users: int | None, api: bool | None) -> int:
        situation = given(
            logs=logs(users=users),
            metrics=metrics(rate=rate, seconds=seconds),
            health=health(api=api, ms=None),
        )
        return ORDER.index(severity_of(situation, conclusion)[0])

    known_rank = rank(rate, seconds, users, api)
    assert rank(None, seconds, users, api) <= known_rank
    assert rank(rate, None, users, api) <= known_rank
    assert rank(rate, seconds, None, api) <= known_rank
    assert rank(rate, seconds, users, None) <= known_rank


@for_all(SITUATIONS)
def test_all_numbers_unknown_is_never_above_low_without_a_critical_trace(situation: RuleInput) -> None:
    unknown = given(*situation.contexts, metrics=metrics(), health=health(api=None, ms=None), logs=logs())
    assert severity_of(unknown, Conclusion.REAL)[0] is Severity.LOW
