"""What is taken from findings to hold incidents against each other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.decide.connection_words import speaks_of_connection
from issue_intelligence.core.decide.joined_severity import with_members
from issue_intelligence.core.decide.traits import symptoms_of, told_once
from issue_intelligence.core.model.correlation import IncidentTraits, Member
from issue_intelligence.core.model.evidence import (
    Change,
    CollectorName,
    HealthProbe,
    Investigation,
    ProbeKind,
    ServiceState,
)
from issue_intelligence.core.model.incident import Join, JoinReason
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.verdict import Conclusion, Severity
from tests.core.decide import factories
from tests.core.decide.factories import NOON
from tests.core.decide.peers import MINUTE, peer, traits_with
from tests.core.report import example


def symptoms(
    found: Investigation, conclusion: Conclusion = Conclusion.REAL, **incident: Any
) -> IncidentTraits:
    return symptoms_of(peer("a", **incident).incident, found, began_at=NOON, conclusion=conclusion)


def logged(*errors: Any, traces: Any = ()) -> Investigation:
    return factories.given(logs=factories.logs(traces=traces, ranked=errors)).investigation


def probe(name: str, kind: ProbeKind, state: ServiceState, *, looked: bool = True) -> HealthProbe:
    return HealthProbe(name=name, state=state, response_time_ms=1, detail="", kind=kind, looked=looked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("connect ECONNREFUSED 10.0.0.5:5432", True),
        ("PrismaClientInitializationError: Can't reach database server at db:5432", True),
        ("Request failed with status code 503", True),
        ("dial tcp: lookup stock: no such host", True),
        ("TypeError: Cannot read properties of undefined", False),
        ("duplicate key value violates unique constraint", False),
        ("", False),
    ],
)
def test_words_that_blame_a_connection(text: str, expected: bool) -> None:
    assert speaks_of_connection(text) is expected


def test_likely_cause_and_its_requests_are_taken() -> None:
    top = replace(factories.error("connect ECONNREFUSED db:5432"), request_ids=("r1", "[REDACTED:token#1]"))
    behind = replace(factories.error("checkout failed"), request_ids=("r2",))
    found = symptoms(logged(top, behind))
    assert (found.error, found.request_ids, found.further_request_ids) == (top.fingerprint, ("r1",), ("r2",))
    assert found.speaks_of_connection


def test_fault_in_its_own_code_beside_the_connection_is_its_own() -> None:
    own = factories.trace("TypeError", "x is undefined")
    found = symptoms(
        logged(factories.error("connect ECONNREFUSED db:5432"), factories.error("x", own), traces=(own,))
    )
    assert not found.speaks_of_connection


def test_failed_requests_alone_are_no_error_of_its_own() -> None:
    found = symptoms(logged(replace(factories.error("GET /cart 500"), is_request=True)))
    assert (found.error, found.speaks_of_connection) == ("", False)


def test_log_says_nothing_of_a_fault_of_the_monitoring() -> None:
    assert symptoms(logged(factories.error("boom")), Conclusion.MONITORING).error == ""


def test_errors_that_a_known_issue_calls_harmless_are_not_its_own() -> None:
    entry = factories.known("expired-token", "token expired", disposition=Disposition.NOT_AN_ISSUE)
    given = factories.given(
        logs=factories.logs(ranked=(factories.error("token expired"), factories.error("payment lost"))),
        matches=(factories.match(entry),),
    )
    assert symptoms(given.investigation).message == "payment lost"


def test_what_it_needs_is_down_up_or_not_looked_at() -> None:
    health = factories.health(
        probes=(
            probe("shop", ProbeKind.HEALTH_URL, ServiceState.DOWN),
            probe("database", ProbeKind.DATABASE, ServiceState.DOWN),
            probe("redis", ProbeKind.REDIS, ServiceState.DEGRADED),
            # Our own fault, which says nothing.
            probe("stock", ProbeKind.DEPENDENCY, ServiceState.DOWN, looked=False),
        )
    )
    found = symptoms(factories.given(health=health).investigation)
    assert (found.down, found.up, found.unwell) == (("database",), ("redis",), True)


@pytest.mark.parametrize(
    ("service", "started", "finished", "counts"),
    [
        ("shop", -10, -5, True),
        # Still going on.
        ("shop", -10, None, True),
        # Over half an hour before.
        ("shop", -60, -31, False),
        # After it began.
        ("shop", 1, 2, False),
        # Of what it needs: no deployment that two incidents of it share.
        ("postgres", -10, -5, False),
    ],
)
def test_deployments_shortly_before(service: str, started: int, finished: int | None, counts: bool) -> None:
    change = Change(
        service=service,
        kind="deployment",
        started_at=NOON + started * MINUTE,
        finished_at=None if finished is None else NOON + finished * MINUTE,
        version="2",
    )
    all_changes: tuple[Change, ...] = (change,)
    changes = factories.collected(CollectorName.CHANGES, all_changes)
    found = symptoms(Investigation(changes=changes))
    at = NOON + timedelta(minutes=started)
    assert found.deployments == ((f"shop 2 at {at:%Y-%m-%d %H:%M} UTC",) if counts else ())


@pytest.mark.parametrize(
    ("before", "now", "tells"),
    [
        # It was told, and its log has calmed down since.
        (peer("a"), traits_with("a", tells=False, conclusion=Conclusion.UNCONFIRMED), True),
        # It turned out to be a false alarm.
        (peer("a"), traits_with("a", tells=False, conclusion=Conclusion.NOT_REAL), False),
        # It was part of another, so nobody heard of it.
        (peer("a", joined_to="b"), traits_with("a", tells=False), False),
        (peer("a", tells=False), traits_with("a", tells=False), False),
    ],
)
def test_what_was_told_goes_on_being_told(before: Any, now: IncidentTraits, tells: bool) -> None:
    assert told_once(now, before).tells is tells


def test_severity_is_that_of_the_worst_part_with_the_reason() -> None:
    verdict = example.verdict()
    low = replace(verdict, categorization=replace(verdict.categorization, severity=Severity.LOW))
    join = Join(into="a", reason=JoinReason.SAME_CAUSE, text="so.", at=NOON)

    def part(severity: Severity | None) -> Member:
        return Member(id="m", service="mail", alert_name="Down", severity=severity, join=join)

    raised = with_members(low, [part(Severity.MEDIUM), part(Severity.CRITICAL), part(None)])
    assert raised.categorization.severity is Severity.CRITICAL
    assert raised.categorization.reasons[-1].startswith("Severity critical: that of Down of mail")
    # Never lowered, and not for what nobody would hear of.
    assert with_members(raised, [part(Severity.LOW)]) == raised
    assert with_members(low, [part(None)]) == low
