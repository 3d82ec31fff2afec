"""Whatever incidents there are and in whichever order they are looked at: no chains, and the same groups."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.decide.grouping import regroup
from issue_intelligence.core.model.correlation import Peer
from issue_intelligence.core.model.incident import Join
from issue_intelligence.core.model.service import Service
from tests.core.decide.factories import NOON
from tests.core.decide.peers import peer

SERVICES = ("edge", "shop", "postgres")
# A circle, too.
GRAPH = DependencyGraph(
    (
        Service(name="edge", dependencies=("shop",)),
        Service(name="shop", dependencies=("postgres",)),
        Service(name="postgres", dependencies=("edge",)),
    )
)


@st.composite
def with_errors(draw: st.DrawFn) -> list[Peer]:
    """Incidents that each have an error of their own, with some of what ties incidents together."""
    return [
        peer(
            f"i{number}",
            service=draw(st.sampled_from(SERVICES)),
            issue_key=draw(st.sampled_from("klm")) + str(number // 3),
            error=f"e{number}",
            pattern=f"fault {number} of its own",
            speaks_of_connection=draw(st.booleans()),
            request_ids=tuple(draw(st.sets(st.sampled_from(("r1", "r2", "r3", "r4")), max_size=1))),
        )
        for number in range(draw(st.integers(min_value=2, max_value=7)))
    ]


@st.composite
def of_one_service(draw: st.DrawFn) -> list[Peer]:
    """Incidents of one service at one time, with an error each or none."""
    errors = draw(st.lists(st.sampled_from(("", "", "e1", "e2", "e3")), min_size=2, max_size=7))
    return [peer(f"i{number}", error=error) for number, error in enumerate(errors)]


def look_at_all(peers: Sequence[Peer]) -> dict[str, Peer]:
    """Hold each against those before it, as one worker after the other does."""
    seen: dict[str, Peer] = {}
    for mine in peers:
        found = regroup(mine, list(seen.values()), GRAPH, is_first=True)
        seen[mine.incident.id] = mine
        for move in found.moves:
            moving = [
                each
                for each in seen.values()
                if each.incident.id == move.incident_id
                or (each.incident.joined and each.incident.joined.into == move.incident_id)
            ]
            join = Join(into=move.into, reason=move.reason, text=move.text, at=NOON)
            for each in moving:
                seen[each.incident.id] = replace(each, incident=replace(each.incident, joined=join))
    return seen


def groups(seen: dict[str, Peer]) -> set[frozenset[str]]:
    by_leader: dict[str, set[str]] = {}
    for name, each in seen.items():
        by_leader.setdefault(each.incident.joined.into if each.incident.joined else name, set()).add(name)
    return {frozenset(members) for members in by_leader.values()}


@given(with_errors() | of_one_service(), st.randoms(use_true_random=False))
def test_what_leads_is_part_of_nothing(peers: list[Peer], random: Random) -> None:
    random.shuffle(peers)
    seen = look_at_all(peers)
    for each in seen.values():
        join = each.incident.joined
        assert join is None or seen[join.into].incident.joined is None


@given(with_errors(), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order(peers: list[Peer], random: Random) -> None:
    before = groups(look_at_all(peers))
    random.shuffle(peers)
    assert groups(look_at_all(peers)) == before


@given(of_one_service(), st.randoms(use_true_random=False))
def test_one_service_has_as_many_incidents_as_errors(peers: list[Peer], random: Random) -> None:
    random.shuffle(peers)
    distinct = {each.known.error for each in peers} - {""}
    assert len(groups(look_at_all(peers))) == max(1, len(distinct))


@given(with_errors() | of_one_service())
def test_every_join_gives_a_sentence(peers: list[Peer]) -> None:
    for each in look_at_all(peers).values():
        assert each.incident.joined is None or each.incident.joined.text.endswith(".")
