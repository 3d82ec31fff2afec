"""Whether a dependency that is down excuses an incident for now: the one that is down is told of, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from issue_intelligence.core.decide.correlation import blames_others, explains, named
from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.intake.environments import is_same_environment
from issue_intelligence.core.model.correlation import Peer
from issue_intelligence.core.model.incident import Incident, IncidentStatus

# An excuse lasts until the next look, at which the dependency may be up again.
LOOK_AGAIN = timedelta(minutes=5)
# What just opened is being looked at; it may turn out to be the cause.
UNDECIDED = timedelta(minutes=2)
_SOON = timedelta(minutes=1)


def suppression_by_dependency(
    mine: Peer, others: Sequence[Peer], graph: DependencyGraph, *, now: datetime
) -> ActiveSuppression | None:
    """Give the excuse, None for none. `others` are incidents of what ours needs, by `graph`.

    A dependency is no excuse unless people hear of it by an incident that ours does not lead: else ours is
    the one that tells.
    """
    if (
        mine.traits is None
        or mine.incident.status is not IncidentStatus.OPEN
        or not blames_others(mine.traits)
    ):
        return None
    needed = [each for each in others if _may_excuse(mine.incident, each.incident, graph)]
    service = mine.incident.service
    needed.sort(key=lambda each: (graph.distance(service, each.incident.service) or 0, _age(each)))
    for each in needed:
        if each.traits is not None and each.traits.tells and explains(each, mine, graph):
            told_by = named(each.incident)
            text = f"{each.incident.service}, which it needs, is in trouble and told of by {told_by}"
            return ActiveSuppression(kind=ExcuseKind.DEPENDENCY, text=text, until=now + LOOK_AGAIN)
    for each in needed:
        if each.traits is None and now - each.incident.opened_at < UNDECIDED and _suspects(mine, each, graph):
            text = f"{each.incident.service}, which it needs, has an alert that is being looked at"
            return ActiveSuppression(kind=ExcuseKind.DEPENDENCY, text=text, until=now + _SOON)
    return None


def _age(peer: Peer) -> tuple[datetime, str]:
    return peer.incident.opened_at, peer.incident.key


def _may_excuse(mine: Incident, needed: Incident, graph: DependencyGraph) -> bool:
    if needed.status is not IncidentStatus.OPEN or graph.distance(mine.service, needed.service) is None:
        return False
    if not is_same_environment(mine.environment, needed.environment):
        return False
    if needed.joined is not None and needed.joined.into == mine.id:
        return False
    if graph.need_each_other(mine.service, needed.service):
        # Each would excuse the other; whoever opened first tells.
        return (needed.opened_at, needed.key) < (mine.opened_at, mine.key)
    return True


def _suspects(mine: Peer, needed: Peer, graph: DependencyGraph) -> bool:
    name = graph.name_of(needed.incident.service)
    if name in {graph.name_of(each) for each in mine.known.up}:
        return False
    return bool(mine.known.error) or name in {graph.name_of(each) for each in mine.known.down}
