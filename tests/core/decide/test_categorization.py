"""Severity, type and component, each from the first thing that tells."""

import pytest

from issue_intelligence.core.decide.component import component_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.issue_type import type_of
from issue_intelligence.core.decide.severity import severity_of
from issue_intelligence.core.decide.verdict import decide
from issue_intelligence.core.model.alert import AlertSeverity, MonitoringFault
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.logs import RequestStats
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion, IssueType, Severity
from tests.core.decide.factories import context, given, health, known, logs, match, metrics, pattern, trace

CRITICAL = context(severity=AlertSeverity.CRITICAL)
REAL, POSSIBLE, MONITORING = Conclusion.REAL, Conclusion.POSSIBLE, Conclusion.MONITORING


@pytest.mark.parametrize(
    ("situation", "conclusion", "severity"),
    [
        (given(health=health(api=False)), REAL, Severity.CRITICAL),
        # More than half fail, and more than ten people notice.
        (given(metrics=metrics(rate=0.51), logs=logs(users=11)), REAL, Severity.CRITICAL),
        # Ten people are not more than ten.
        (given(metrics=metrics(rate=0.51), logs=logs(users=10)), REAL, Severity.HIGH),
        # Nobody knows how many people: not critical.
        (given(metrics=metrics(rate=0.99), logs=logs()), REAL, Severity.HIGH),
        (given(metrics=metrics(rate=0.11)), REAL, Severity.HIGH),
        # Exactly at the limits is the severity below.
        (given(metrics=metrics(rate=0.10)), REAL, Severity.MEDIUM),
        (given(metrics=metrics(rate=0.01)), REAL, Severity.LOW),
        (given(metrics=metrics(seconds=5.1)), REAL, Severity.HIGH),
        (given(metrics=metrics(seconds=5.0)), REAL, Severity.MEDIUM),
        (given(metrics=metrics(seconds=3.0)), REAL, Severity.LOW),
        # The health check itself was slow.
        (given(health=health(ms=5_100.0)), REAL, Severity.HIGH),
        # High by time though the error rate alone says medium: the first rule from the top holds.
        (given(metrics=metrics(rate=0.02, seconds=6.0)), REAL, Severity.HIGH),
        # Nothing is known.
        (given(), REAL, Severity.LOW),
        # A database that is gone has no rule of its own in the mission.
        (given(health=health(database=False)), REAL, Severity.LOW),
        # Critical with a stack trace is at least high.
        (given(CRITICAL, logs=logs(traces=(trace(),))), REAL, Severity.HIGH),
        (given(CRITICAL, logs=logs(traces=(trace(),)), health=health(api=False)), REAL, Severity.CRITICAL),
        # Critical without a stack trace goes by the numbers.
        (given(CRITICAL), REAL, Severity.LOW),
        # Possible is one lower, and low stays low.
        (given(metrics=metrics(rate=0.2)), POSSIBLE, Severity.MEDIUM),
        (given(metrics=metrics(rate=0.02)), POSSIBLE, Severity.LOW),
        (given(), POSSIBLE, Severity.LOW),
        # The service's numbers say nothing about its monitoring.
        (given(metrics=metrics(rate=0.9)), MONITORING, Severity.LOW),
        (given(CRITICAL), MONITORING, Severity.MEDIUM),
    ],
)
def test_severity_is_the_first_rule_from_the_top(
    situation: RuleInput, conclusion: Conclusion, severity: Severity
) -> None:
    assert severity_of(situation, conclusion)[0] is severity


@pytest.mark.parametrize(
    ("situation", "kind"),
    [
        # The class decides, though the message says "token".
        (given(logs=logs(traces=(trace("TypeError", "Cannot read 'token' of undefined"),))), IssueType.BUG),
        (given(logs=logs(traces=(trace("PrismaClientInitializationError", "no"),))), IssueType.DATABASE),
        (given(logs=logs(pattern("psycopg.errors.UniqueViolation: twice"))), IssueType.DATABASE),
        (given(logs=logs(pattern("JsonWebTokenError: invalid signature"))), IssueType.SECURITY),
        (given(logs=logs(pattern("TimeoutError: SQL took too long"))), IssueType.PERFORMANCE),
        (given(logs=logs(pattern("MemoryError"))), IssueType.INFRASTRUCTURE),
        (given(logs=logs(pattern("failed: SQLSTATE[40P01]"))), IssueType.DATABASE),
        (given(logs=logs(pattern("request failed with status 504"))), IssueType.PERFORMANCE),
        (given(logs=logs(pattern("responded: status=403"))), IssueType.SECURITY),
        # 500 says that something failed, the word says what.
        (given(logs=logs(pattern("status 500: database is locked"))), IssueType.DATABASE),
        # Database comes before security and performance.
        (given(logs=logs(pattern("database auth timeout"))), IssueType.DATABASE),
        (given(logs=logs(pattern("auth service is slow"))), IssueType.SECURITY),
        (given(logs=logs(pattern("slow disk"))), IssueType.PERFORMANCE),
        (given(logs=logs(pattern("no space left on device"))), IssueType.INFRASTRUCTURE),
        # "author" is not "auth", "sqlmap.txt" is not "sql", and "tokenizer" no token.
        (given(context("ShopAlert"), logs=logs(pattern("author of tokenizer not found"))), IssueType.BUG),
        # A parser's token has nothing to do with signing in.
        (
            given(context("ShopAlert"), logs=logs(pattern("Unexpected token < in JSON at position 0"))),
            IssueType.BUG,
        ),
        # The first error tells more than the second.
        (given(logs=logs(pattern("too many clients already"), pattern("TypeError: x"))), IssueType.DATABASE),
        # Most failed requests are refused sign-ins.
        (
            given(logs=logs(requests=RequestStats(total=99, status_codes={"200": 30, "401": 60, "500": 9}))),
            IssueType.SECURITY,
        ),
        # Without any error, the alert's own words in camel case.
        (given(context("DatabaseConnectionFailures")), IssueType.DATABASE),
        (given(context("HighMemoryUsage")), IssueType.INFRASTRUCTURE),
        (given(context("HttpErrors")), IssueType.BUG),
    ],
)
def test_type_is_told_by_class_code_status_then_whole_words(situation: RuleInput, kind: IssueType) -> None:
    assert type_of(situation, REAL, None)[0] is kind


def test_known_issue_tells_the_type_when_the_error_does_not() -> None:
    unclear = given(context("ShopAlert"), logs=logs(pattern("boom")))
    assert type_of(unclear, REAL, known(category="performance"))[0] is IssueType.PERFORMANCE
    assert type_of(unclear, REAL, known(category="whatever"))[0] is IssueType.BUG


def test_fault_of_the_monitoring_has_a_type_of_its_own() -> None:
    situation = given(context("DatabaseDown", fault=MonitoringFault.NO_DATA))
    assert type_of(situation, MONITORING, None)[0] is IssueType.MONITORING


@pytest.mark.parametrize(
    ("situation", "service", "component"),
    [
        # The catalogue knows better than any endpoint.
        (given(logs=logs(endpoints=("GET /api/x",))), Service(name="shop", component="checkout"), "checkout"),
        # An entry without a component leaves it to the endpoint.
        (given(logs=logs(endpoints=("GET /api/x",))), Service(name="shop"), "backend-api"),
        # "/apiary" is not below "/api".
        (given(logs=logs(endpoints=("GET /apiary",))), None, "unknown"),
        # The alert names the endpoint when the log does not.
        (given(context(endpoints=("/auth/login",))), None, "authentication"),
        (given(logs=logs(traces=(trace(file="src/Cart.tsx"),))), None, "frontend"),
        (given(logs=logs(pattern("Minified React error #31"))), None, "frontend"),
        # "reactor" is not React.
        (given(logs=logs(pattern("reactor stopped"))), None, "unknown"),
        (given(context(service="scraper")), None, "scraper"),
        (given(), None, "unknown"),
    ],
)
def test_component_is_the_first_thing_that_tells(
    situation: RuleInput, service: Service | None, component: str
) -> None:
    assert component_of(situation, service)[0] == component


def test_harmless_errors_beside_a_problem_do_not_tell_its_type() -> None:
    jwt = known("jwt", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
    situation = given(
        logs=logs(pattern("jwt expired", 900), pattern("TypeError: x", 3)), matches=(match(jwt, 900),)
    )
    verdict = decide(situation, service=None, component_teams={})
    assert verdict.validation.conclusion is REAL
    assert verdict.categorization.type is IssueType.BUG


def test_labels_and_team_follow_from_the_categories() -> None:
    situation = given(logs=logs(pattern("TypeError: x", 3), endpoints=("GET /api/x",)))
    verdict = decide(situation, service=None, component_teams={"backend-api": ["@backend", "@oncall"]})
    assert verdict.categorization.labels == (
        "automated-alert",
        "needs-triage",
        "severity:low",
        "type:bug",
        "component:backend-api",
    )
    assert verdict.categorization.assign_team == "@backend, @oncall"
    assert len(verdict.categorization.reasons) == 3


def test_component_without_a_team_is_assigned_to_nobody() -> None:
    assert decide(given(), service=None, component_teams={}).categorization.assign_team is None
