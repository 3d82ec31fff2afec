"""When two incidents are one matter, and when they are not: one row a reason, or a reason why not."""

from typing import Any

import pytest

from issue_intelligence.core.decide.correlation import contradict, judge_join, similarity
from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.model.correlation import Peer
from issue_intelligence.core.model.incident import IncidentStatus, JoinReason
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion
from tests.core.decide.factories import NOON
from tests.core.decide.peers import MINUTE, peer, undecided

GRAPH = DependencyGraph(
    (
        Service(name="edge", dependencies=("shop",)),
        Service(name="shop", dependencies=("postgres", "database")),
        Service(name="stock", dependencies=("database",)),
        Service(name="postgres", aliases=("pg",)),
        # Two that need each other.
        Service(name="cart", dependencies=("price",)),
        Service(name="price", dependencies=("cart",)),
    )
)
REFUSED: dict[str, Any] = {"error": "refused", "speaks_of_connection": True}
VENDOR = "carrier <*> rejects our client certificate for label <num>"


def a(**changes: Any) -> Peer:
    return peer("a", **changes)


def b(**changes: Any) -> Peer:
    return peer("b", **changes)


@pytest.mark.parametrize(
    ("mine", "other", "reason", "said"),
    [
        # Two rules, one bug: the issue key is the same.
        (
            a(issue_key="k", error="e1"),
            b(issue_key="k", error="e1"),
            JoinReason.SAME_CAUSE,
            "same likely cause",
        ),
        # However long ago the other began.
        (
            a(issue_key="k"),
            b(issue_key="k", opened_at=NOON - 300 * MINUTE),
            JoinReason.SAME_CAUSE,
            "a of shop has the same likely cause as b of shop",
        ),
        # A known issue named the cause of only one, and the error is the same.
        (a(error="e1"), b(error="e1"), JoinReason.SAME_CAUSE, "e1 went wrong"),
        # One request failed in two services.
        (
            a(error="e1", request_ids=("req-1",)),
            b(service="stock", error="e2", request_ids=("req-1", "req-2")),
            JoinReason.SHARED_REQUEST,
            "Request req-1 failed in a of shop and in b of stock",
        ),
        # The likely cause of one is behind the loudest error of the other.
        (
            a(error="e1", request_ids=("req-1",)),
            b(service="stock", error="e2", request_ids=("req-2",), further_request_ids=("req-1",)),
            JoinReason.SHARED_REQUEST,
            "req-1",
        ),
        # Caller and what it needs.
        (a(**REFUSED), b(service="postgres", error="disk"), JoinReason.DEPENDENCY, "explained by postgres"),
        # Under another of its names.
        (a(**REFUSED), b(service="PG", error="disk"), JoinReason.DEPENDENCY, "explained by PG"),
        # Two steps away.
        (a(service="edge", **REFUSED), b(service="postgres", error="disk"), JoinReason.DEPENDENCY, "edge"),
        # A caller that logs nothing, while its probe of the dependency fails.
        (a(down=("postgres",)), b(service="postgres", error="disk"), JoinReason.DEPENDENCY, "postgres"),
        # Or while the dependency is itself known to be unwell.
        (a(), b(service="postgres", unwell=True), JoinReason.DEPENDENCY, "postgres"),
        # Two callers of one database that is down; nobody alerts on the database.
        (a(down=("database",)), b(service="stock", down=("database",)), JoinReason.DEPENDENCY, "database"),
        # One deployment, two faults.
        (
            a(error="e1", deployments=("shop 2 at 11:50 UTC",)),
            b(error="e2", deployments=("shop 2 at 11:50 UTC",)),
            JoinReason.SHARED_DEPLOYMENT,
            "after the deployment of shop 2",
        ),
        # Two services, nearly the same words.
        (
            a(error="e1", pattern=VENDOR),
            b(service="mail", error="e2", pattern=VENDOR + " again"),
            JoinReason.SIMILAR_ERROR,
            "nearly the same error",
        ),
        # The same trace of shared code.
        (
            a(error="t", has_trace=True),
            b(service="mail", error="t", has_trace=True),
            JoinReason.SIMILAR_ERROR,
            "same stack trace",
        ),
        # Two rules of one service, and only one has an error to show.
        (a(error="e1"), b(), JoinReason.SAME_SERVICE, "b of shop has no error of its own"),
        # Or none has.
        (a(), b(opened_at=NOON + 10 * MINUTE), JoinReason.SAME_SERVICE, "within 10 minutes"),
        # Short forms of an environment are the same environment.
        (a(), b(environment="prod"), JoinReason.SAME_SERVICE, "within 10 minutes"),
        # Two faults of the monitoring, of one service at one time.
        (
            a(conclusion=Conclusion.MONITORING),
            b(conclusion=Conclusion.MONITORING),
            JoinReason.SAME_SERVICE,
            "within 10 minutes",
        ),
    ],
)
def test_one_matter(mine: Peer, other: Peer, reason: JoinReason, said: str) -> None:
    link, back = judge_join(mine, other, GRAPH), judge_join(other, mine, GRAPH)
    assert link is not None
    assert back is not None
    assert (link.reason, back.reason) == (reason, reason)
    assert link.cause == -back.cause
    assert said in link.text


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        # Two rules of one service with two errors: two bugs.
        (a(error="e1"), b(error="e2")),
        # Also with traces in the same request-heavy log: the requests behind the loudest say nothing here.
        (
            a(error="e1", has_trace=True, request_ids=("r-1",), further_request_ids=("r-2",)),
            b(error="e2", has_trace=True, request_ids=("r-2",), further_request_ids=("r-1",)),
        ),
        # Another environment.
        (a(issue_key="k"), b(issue_key="k", environment="staging")),
        # An environment that nobody named may be any, and ties nothing.
        (a(), b(environment="unknown")),
        # Another service, and nothing in common.
        (a(), b(service="mail")),
        # The same service, an hour later.
        (a(), b(opened_at=NOON + 60 * MINUTE)),
        # The monitoring is blind; that is no part of the fault, though all else agrees.
        (a(issue_key="k"), b(issue_key="k", conclusion=Conclusion.MONITORING)),
        # A false alarm is no part of a real fault.
        (a(issue_key="k"), b(issue_key="k", conclusion=Conclusion.NOT_REAL, tells=False)),
        # The caller has a fault of its own.
        (a(error="e1"), b(service="postgres", error="disk", unwell=True)),
        # It logs nothing, and the dependency has a fault but is not down.
        (a(), b(service="postgres", error="disk")),
        # By the caller's own look the dependency is up.
        (a(up=("postgres",), **REFUSED), b(service="postgres", error="disk")),
        # Nobody hears of the dependency, and nobody saw it down.
        (a(**REFUSED), b(service="postgres", error="disk", tells=False)),
        # The caller failed long before the dependency did.
        (a(opened_at=NOON - 30 * MINUTE, **REFUSED), b(service="postgres", error="disk")),
        # The dependency was well again before.
        (
            a(opened_at=NOON + 30 * MINUTE, **REFUSED),
            b(service="postgres", error="disk", status=IncidentStatus.RESOLVED),
        ),
        # Two callers of one thing that is down, and one fails by its own code.
        (a(down=("database",), error="e1"), b(service="stock", down=("database",))),
        # The same words about two addresses.
        (
            a(error="e1", pattern=VENDOR, message="label printer 10.0.0.1:9100 is gone"),
            b(service="mail", error="e2", pattern=VENDOR, message="label printer 10.0.0.2:9100 is gone"),
        ),
        # Words that everybody says.
        (a(error="e1", pattern="request failed"), b(service="mail", error="e2", pattern="request failed")),
        # The same words from two places of two codes.
        (
            a(error="t1", pattern=VENDOR, has_trace=True),
            b(service="mail", error="t2", pattern=VENDOR, has_trace=True),
        ),
        # The same words, an hour apart.
        (
            a(error="e1", pattern=VENDOR),
            b(service="mail", error="e2", pattern=VENDOR, opened_at=NOON + 60 * MINUTE),
        ),
        # One has not been looked at yet.
        (a(), undecided("b")),
    ],
)
def test_two_matters(mine: Peer, other: Peer) -> None:
    assert judge_join(mine, other, GRAPH) is None
    assert judge_join(other, mine, GRAPH) is None


def test_what_is_needed_is_the_cause_of_its_caller() -> None:
    link = judge_join(a(**REFUSED), b(service="postgres", error="disk"), GRAPH)
    assert link is not None
    assert link.cause == 1


def test_of_two_that_need_each_other_none_is_the_cause() -> None:
    link = judge_join(peer("a", service="cart", **REFUSED), peer("b", service="price", **REFUSED), GRAPH)
    assert link is not None
    assert (link.reason, link.cause) == (JoinReason.DEPENDENCY, 0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0.0),
        # Two words are too few to tell.
        ("request failed", "request failed", 0.0),
        # Masks are no words.
        ("<ip> <num> [REDACTED:email#1] failed", "<ip> <num> [REDACTED:email#2] failed", 0.0),
        ("disk of node is full", "disk of node is full", 1.0),
        ("Disk of node: <num> is full", "disk of node is full", 1.0),
        # Four words of six.
        ("disk of node is full", "disk of shelf is full", 4 / 6),
    ],
)
def test_similarity_of_patterns(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        (a(error="e1"), b(error="e2"), True),
        (a(error="e1"), b(error="e1"), False),
        # A known issue is the cause of both.
        (a(error="e1", issue_key="k"), b(error="e2", issue_key="k"), False),
        (a(error="e1"), b(), False),
        (a(error="e1"), b(error="e2", service="mail"), False),
    ],
)
def test_two_errors_of_one_service_contradict(mine: Peer, other: Peer, expected: bool) -> None:
    assert contradict(mine, other) is expected
