"""Recommended actions name what to open, call or check."""

import pytest

from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.core.report.error_advice import advice_for
from issue_intelligence.core.report.recommend import MAX_ACTIONS, recommend
from tests.core.report import example
from tests.core.report.hostile import hostile_report
from tests.core.report.rich_reports import RICH_REPORTS


@pytest.mark.parametrize(
    ("report", "words"),
    [
        # The frame, the deployment, the endpoint, the earlier issues.
        (
            "type_error",
            [
                "`src/cart.ts:10 in total`",
                "deployment of checkout, which finished 108 s before the first error",
                "`POST /api/orders`",
                "#12",
            ],
        ),
        # The solution comes first, then what is down.
        ("known_issue", ["known issue", "`checkout` back", "database", "connection is taken"]),
        # What was tried in vain is not advised again.
        ("known_issue", ["known issue", "it was tried and did not help", "what it wrote last."]),
        # Where nothing is known, the time to look at.
        ("little_known", ["2026-11-24 11:03:05 UTC"]),
        # The rule and what its error means, never the service's code.
        ("monitoring", ["nothing listens", "credentials"]),
    ],
)
def test_actions_name_what_was_found(report: str, words: list[str]) -> None:
    actions = recommend(RICH_REPORTS[report])
    places = [next((at for at, action in enumerate(actions) if word in action), None) for word in words]
    assert None not in places, actions
    assert places == sorted(place for place in places if place is not None)


def test_there_is_always_something_to_do_and_never_too_much() -> None:
    assert len(recommend(hostile_report("x"))) == MAX_ACTIONS
    bare = example.report(
        investigation=example.investigation(logs=None, health=None, history=None, changes=None)
    )
    assert len(recommend(bare)) == 1


def test_change_after_the_alert_is_not_blamed() -> None:
    later = example.evidence(CollectorName.CHANGES, (example.change(minutes=5),), "deployments")
    actions = recommend(example.report(investigation=example.investigation(changes=later)))
    assert not any("deployment" in action for action in actions)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("TypeError: Cannot read properties of undefined (reading 'price')", "a value is missing"),
        ("AttributeError: 'NoneType' object has no attribute 'id'", "a value is missing"),
        ("connect ECONNREFUSED 10.0.0.1:5432", "nothing listens"),
        # The special before the general: a pool's time-out is about the pool.
        (
            "Timed out fetching a new connection from the connection pool",
            "every database connection is taken",
        ),
        ("Error: timeout of 5000ms exceeded", "did not answer in time"),
        ("ReadTimeoutError: HTTPSConnectionPool", "did not answer in time"),
        (
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            "ran out of memory",
        ),
        ("OSError: [Errno 28] No space left on device", "a disk is full"),
        ('relation "orders" does not exist', "migrations"),
        ("JsonWebTokenError: jwt malformed", "credential"),
        ("getaddrinfo ENOTFOUND api.example.com", "host name"),
        # Words, not parts of words.
        ("panicking is not a word of ours", ""),
        ("order 429 is late", ""),
        ("file does not exist", ""),
        ("", ""),
    ],
)
def test_advice(text: str, advice: str) -> None:
    found = advice_for(text)
    assert advice in found
    assert bool(advice) == bool(found)
