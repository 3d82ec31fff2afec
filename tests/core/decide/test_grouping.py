"""What joins what, who leads, and when a part stands for itself again."""

from collections.abc import Sequence
from typing import Any

import pytest

from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.decide.grouping import regroup
from issue_intelligence.core.model.correlation import Peer, Regrouping
from issue_intelligence.core.model.incident import IncidentStatus, JoinReason
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion
from tests.core.decide.factories import NOON
from tests.core.decide.peers import MINUTE, peer, undecided

GRAPH = DependencyGraph((Service(name="shop", dependencies=("postgres",)), Service(name="postgres")))
REFUSED: dict[str, Any] = {"error": "refused", "speaks_of_connection": True}
QUIET: dict[str, Any] = {"tells": False, "conclusion": Conclusion.UNCONFIRMED}
RESOLVED = IncidentStatus.RESOLVED


def judged(mine: Peer, *others: Peer, is_first: bool = True) -> Regrouping:
    return regroup(mine, others, GRAPH, is_first=is_first)


def moves(mine: Peer, *others: Peer, is_first: bool = True) -> list[tuple[str, str]]:
    return [(move.incident_id, move.into) for move in judged(mine, *others, is_first=is_first).moves]


@pytest.mark.parametrize(
    ("mine", "others", "expected"),
    [
        # What people have heard of goes on leading, whenever it opened.
        (peer("a", issue_key="k"), [peer("b", issue_key="k", opened_at=NOON + MINUTE)], [("a", "b")]),
        # A part of it ties just as well.
        (
            peer("a", issue_key="k"),
            [peer("b", service="mail"), peer("c", issue_key="k", joined_to="b")],
            [("a", "b")],
        ),
        # What ties two groups makes them one, led by the one that opened first.
        (
            peer("a", error="e", request_ids=("r1", "r2")),
            [
                peer("b", service="mail", error="f", request_ids=("r1",), opened_at=NOON - MINUTE),
                peer("c", service="stock", error="g", request_ids=("r2",), opened_at=NOON - 2 * MINUTE),
            ],
            [("a", "c"), ("b", "c")],
        ),
        # What is needed takes over from its caller.
        (peer("a", service="postgres", error="disk"), [peer("b", **REFUSED)], [("b", "a")]),
        # A caller goes to what it needs.
        (peer("a", **REFUSED), [peer("b", service="postgres", error="disk")], [("a", "b")]),
        # What deserves to be told takes over from what is told to nobody.
        (peer("a", issue_key="k"), [peer("b", issue_key="k", **QUIET)], [("b", "a")]),
        # What is told to nobody may be part of anything.
        (peer("a", issue_key="k", **QUIET), [peer("b", issue_key="k")], [("a", "b")]),
        # One without an error of its own goes to the oldest group that has one, and ties no two together.
        (
            peer("a"),
            [peer("b", error="e", opened_at=NOON + MINUTE), peer("c", error="f")],
            [("a", "c")],
        ),
        # A group that has another error of the service already is another matter.
        (peer("a", error="e"), [peer("b"), peer("c", error="f", joined_to="b")], []),
        # What still fires is not hidden behind what is over.
        (peer("a", issue_key="k"), [peer("b", issue_key="k", status=RESOLVED)], []),
        # Both are over.
        (
            peer("a", issue_key="k", status=RESOLVED),
            [peer("b", issue_key="k", status=RESOLVED)],
            [("a", "b")],
        ),
        # Nor is what would have to be told, behind what fires and is told to nobody.
        (peer("a", issue_key="k", status=RESOLVED), [peer("b", issue_key="k", **QUIET)], []),
        # It began after our own remediation had helped, so the repair is not the end of it.
        (
            peer("a", issue_key="k", opened_at=NOON + MINUTE),
            [peer("b", issue_key="k", repaired_at=NOON)],
            [],
        ),
        # A person keeps it apart, be it ours or the other.
        (peer("a", issue_key="k", kept_apart=True), [peer("b", issue_key="k")], []),
        (peer("a", issue_key="k"), [peer("b", issue_key="k", kept_apart=True)], []),
        # The other has not been looked at.
        (peer("a", issue_key="k"), [undecided("b")], []),
        # Nothing is part of itself.
        (peer("a", issue_key="k"), [peer("c", issue_key="k", joined_to="a")], []),
    ],
)
def test_what_joins_what(mine: Peer, others: Sequence[Peer], expected: list[tuple[str, str]]) -> None:
    assert sorted(moves(mine, *others)) == expected
    # The order in which they are read changes nothing.
    assert sorted(moves(mine, *reversed(others))) == expected


def test_service_and_time_alone_tie_nothing_to_what_people_know() -> None:
    assert moves(peer("a"), peer("b", error="e"), is_first=False) == []
    assert moves(peer("a", issue_key="k"), peer("b", issue_key="k"), is_first=False) != []


def test_of_two_that_people_know_the_first_leads() -> None:
    older, younger = peer("b", issue_key="k", opened_at=NOON - MINUTE), peer("a", issue_key="k")
    assert moves(younger, older, is_first=False) == [("a", "b")]
    assert moves(older, younger, is_first=False) == [("a", "b")]


def test_each_join_has_a_sentence_about_the_one_that_moves() -> None:
    [move] = judged(peer("a", service="postgres", error="disk"), peer("b", **REFUSED)).moves
    assert (move.reason, move.incident_id) == (JoinReason.DEPENDENCY, "b")
    assert move.text == "b of shop is explained by postgres, which it needs: a of postgres."


@pytest.mark.parametrize(
    ("mine", "others", "said"),
    [
        # The one that leads it is closed.
        (peer("a", joined_to="b"), [], "is over"),
        # The one that leads it has resolved, and it still fires.
        (peer("a", joined_to="b"), [peer("b", status=RESOLVED)], "it still fires"),
        # So too where a person joined them.
        (peer("a", joined_to="b", by=JoinReason.PERSON), [peer("b", status=RESOLVED)], "it still fires"),
        # What leads it was judged a false alarm, and it is real.
        (peer("a", joined_to="b"), [peer("b", **QUIET)], "told to nobody"),
        # What it needs is up again.
        (
            peer("a", joined_to="b", by=JoinReason.DEPENDENCY, up=("postgres",), **REFUSED),
            [peer("b", service="postgres", error="disk")],
            "up again",
        ),
    ],
)
def test_part_stands_for_itself_again(mine: Peer, others: Sequence[Peer], said: str) -> None:
    assert said in judged(mine, *others, is_first=False).released


@pytest.mark.parametrize(
    ("mine", "others"),
    [
        # Its log says something else by now: it stays, or it would come and go.
        (peer("a", joined_to="b", error="e"), [peer("b", error="f")]),
        # Both are over.
        (peer("a", joined_to="b", status=RESOLVED), [peer("b", status=RESOLVED)]),
        # A person joined it to what is told to nobody.
        (peer("a", joined_to="b", by=JoinReason.PERSON), [peer("b", **QUIET)]),
        # Nobody would hear of it anyway.
        (peer("a", joined_to="b", **QUIET), [peer("b", **QUIET)]),
        # What it needs is still down.
        (
            peer("a", joined_to="b", by=JoinReason.DEPENDENCY, **REFUSED),
            [peer("b", service="postgres", error="disk")],
        ),
    ],
)
def test_part_stays(mine: Peer, others: Sequence[Peer]) -> None:
    assert judged(mine, *others, is_first=False) == Regrouping()


def test_released_part_finds_others_of_its_kind() -> None:
    mine = peer("a", joined_to="gone", issue_key="k")
    found = judged(mine, peer("b", issue_key="k"), is_first=False)
    assert found.released
    assert [(move.incident_id, move.into) for move in found.moves] == [("a", "b")]
