"""Which incidents become one, seen from one of them, and which of them leads.

Groups are the connected sets of incidents that belong together, so they do not depend on the order in
which alerts arrive. Who leads may: whoever people have heard of goes on leading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from issue_intelligence.core.decide.correlation import Link, contradict, judge_join, kind_of, named
from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.model.correlation import Move, Peer, Regrouping
from issue_intelligence.core.model.incident import IncidentStatus, JoinReason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """A group that ours belongs to."""

    leader: Peer
    # The one of the group that ties it to ours, and how that looks from ours.
    member: Peer
    link: Link


def regroup(mine: Peer, others: Sequence[Peer], graph: DependencyGraph, *, is_first: bool) -> Regrouping:
    """Say what joins what. `others` are the incidents that are open, or have resolved not long ago.

    `is_first`: it has never been held against others, so nobody has heard of it. Service and time alone
    tie nothing to an incident that people know as one of its own.
    """
    if mine.incident.kept_apart or mine.traits is None:
        return Regrouping()
    released = ""
    if mine.incident.joined is not None:
        released = _why_released(mine, others, graph)
        if not released:
            return Regrouping()
    groups = list(_groups(mine, others))
    linked = [each for leader, members in groups if (each := _linked(mine, leader, members, graph))]
    strong = [each for each in linked if each.link.is_strong]
    chosen = strong + (_by_service(mine, linked, has_strong=bool(strong)) if is_first or released else [])
    return Regrouping(
        released=released, moves=_moves(mine, chosen, graph, is_first=is_first or bool(released))
    )


def _why_released(mine: Peer, others: Sequence[Peer], graph: DependencyGraph) -> str:
    """Say why an incident is no longer part of the one that leads it; "" when it still is."""
    join = mine.incident.joined
    if join is None:
        return ""
    leader = next((each for each in others if each.incident.id == join.into), None)
    if leader is None:
        return "What it was part of is over, and it is not."
    fires = mine.incident.status is IncidentStatus.OPEN
    whole = f"{named(leader.incident)}, of which it was part,"
    if fires and leader.incident.status is not IncidentStatus.OPEN:
        return f"{whole} has resolved, and it still fires."
    if join.reason is JoinReason.PERSON or not _tells(mine):
        return ""
    return _why_untold(mine, leader, others, graph, whole)


def _why_untold(mine: Peer, leader: Peer, others: Sequence[Peer], graph: DependencyGraph, whole: str) -> str:
    """Say why what deserves to be told is told by the other no more; "" when it is."""
    if not _tells(leader):
        return f"{whole} is told to nobody."
    join = mine.incident.joined
    if join is not None and join.reason is JoinReason.DEPENDENCY:
        group = [
            leader,
            *(each for each in others if each.incident.joined and each.incident.joined.into == join.into),
        ]
        if not any(judge_join(mine, each, graph) for each in group):
            return "What it needs is up again, and it still fires."
    return ""


def _groups(mine: Peer, others: Sequence[Peer]) -> Iterator[tuple[Peer, list[Peer]]]:
    """Give the groups that ours may be tied to: each leader, and all of its group with it."""
    by_leader: dict[str, list[Peer]] = {}
    for each in others:
        into = each.incident.joined.into if each.incident.joined else each.incident.id
        by_leader.setdefault(into, []).append(each)
    leaders = sorted((each for each in others if each.incident.joined is None), key=_age)
    for leader in leaders:
        if leader.incident.id == mine.incident.id or leader.incident.kept_apart or leader.traits is None:
            continue
        is_over = leader.incident.status is not IncidentStatus.OPEN
        if is_over and mine.incident.status is IncidentStatus.OPEN:
            # It would have to stand for itself again at once.
            continue
        if leader.repaired_at is not None and mine.incident.opened_at > leader.repaired_at:
            # What it was told to be is over, so nobody would hear of this.
            continue
        if kind_of(leader.known) is kind_of(mine.known):
            yield leader, sorted(by_leader[leader.incident.id], key=_age)


def _linked(mine: Peer, leader: Peer, members: Sequence[Peer], graph: DependencyGraph) -> _Linked | None:
    links = [(link, each) for each in members if (link := judge_join(mine, each, graph))]
    if not links:
        return None
    strong = [pair for pair in links if pair[0].is_strong]
    if not strong and any(contradict(mine, each) for each in members):
        # One of that group has another error of the same service: which of the two is it?
        return None
    # That it is the cause, or the effect, of the group says most.
    link, member = min(strong or links, key=lambda pair: -abs(pair[0].cause))
    return _Linked(leader=leader, member=member, link=link)


def _by_service(mine: Peer, linked: Sequence[_Linked], *, has_strong: bool) -> list[_Linked]:
    """Choose among groups of the same service and time.

    An incident that has an error takes all that have none; one that has none goes with the oldest.
    """
    weak = [each for each in linked if not each.link.is_strong]
    if mine.known.error:
        return weak
    return [] if has_strong else weak[:1]


def _moves(
    mine: Peer, chosen: Sequence[_Linked], graph: DependencyGraph, *, is_first: bool
) -> tuple[Move, ...]:
    ranks = {mine.incident.id: 1} | {each.leader.incident.id: 1 - each.link.cause for each in chosen}

    def order(peer: Peer) -> tuple[object, ...]:
        fresh = is_first and peer.incident.id == mine.incident.id
        over = peer.incident.status is not IncidentStatus.OPEN
        return over, not _tells(peer), ranks[peer.incident.id], fresh, _age(peer)

    everyone = (mine, *(each.leader for each in chosen))
    target = min(everyone, key=order)
    if not _tells(target) and any(_tells(each) for each in everyone):
        # It would be hidden behind what nobody hears of.
        return ()
    moves = []
    for each in chosen:
        mover = mine if target is each.leader else each.leader
        link = each.link if mover is mine else judge_join(each.member, mine, graph) or each.link
        moves.append(
            Move(
                incident_id=mover.incident.id,
                into=target.incident.id,
                reason=link.reason,
                text=f"{link.text}.",
            )
        )
    return tuple(moves)


def _tells(peer: Peer) -> bool:
    return peer.traits is not None and peer.traits.tells


def _age(peer: Peer) -> tuple[object, ...]:
    """Order by time, then by what does not depend on which alert came first."""
    return peer.incident.opened_at, peer.incident.key, peer.incident.id
