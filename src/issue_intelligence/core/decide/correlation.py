"""Whether two incidents are one matter, and why: every join has a reason and a sentence."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from issue_intelligence.core.decide.dependency_graph import DependencyGraph
from issue_intelligence.core.intake.environments import is_same_environment
from issue_intelligence.core.model.correlation import IncidentTraits, Peer
from issue_intelligence.core.model.incident import Incident, IncidentStatus, JoinReason
from issue_intelligence.core.model.verdict import Conclusion

# Incidents that opened this far apart may be one where nothing but the time ties them.
TOGETHER = timedelta(minutes=10)
# Token sets of two patterns, shared of all.
SIMILAR = 0.8
# "request failed" is said by everybody.
_LEAST_WORDS = 3
_TOKEN = re.compile(r"[^\s:,;=()\[\]{}\"'<>*]+")
_ADDRESS = re.compile(r"[\w.-]{1,100}:\d{2,5}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why two incidents belong together, told of the first of the two."""

    reason: JoinReason
    text: str
    # 1 when the other is what this one needs, and so the likely cause; -1 the other way; else 0.
    cause: int = 0

    @property
    def is_strong(self) -> bool:
        """Tell whether more than service and time tie the two together."""
        return self.reason is not JoinReason.SAME_SERVICE


def judge_join(mine: Peer, other: Peer, graph: DependencyGraph) -> Link | None:
    """Give the first reason that holds, None when the two are different matters.

    Whether it holds does not depend on the order of the two.
    """
    if mine.traits is None or other.traits is None or not _may_be_one(mine, other):
        return None
    for rule in (_same_cause, _shared_request):
        if link := rule(mine.incident, mine.traits, other.incident, other.traits):
            return link
    if link := _dependency(mine, other, graph):
        return link
    for rule in (_shared_deployment, _similar_error, _same_service):
        if link := rule(mine.incident, mine.traits, other.incident, other.traits):
            return link
    return None


def contradict(mine: Peer, other: Peer) -> bool:
    """Tell whether two incidents of one service each have an error of their own, and not the same."""
    one, two = mine.traits, other.traits
    if one is None or two is None or not _same_place(mine.incident, other.incident):
        return False
    return bool(one.error and two.error) and one.error != two.error and one.issue_key != two.issue_key


def named(incident: Incident) -> str:
    """Name an incident in a sentence."""
    return f"{incident.alert_name} of {incident.service}"


def kind_of(traits: IncidentTraits) -> Conclusion:
    """Tell problems of services, faults of the monitoring and false alarms apart; none joins another kind."""
    alone = (Conclusion.MONITORING, Conclusion.NOT_REAL)
    return traits.conclusion if traits.conclusion in alone else Conclusion.REAL


def blames_others(traits: IncidentTraits) -> bool:
    """Tell whether something that it needs may explain it: it blames a connection, or nothing at all."""
    return not traits.error or traits.speaks_of_connection


def _may_be_one(mine: Peer, other: Peer) -> bool:
    same_kind = kind_of(mine.known) is kind_of(other.known)
    return same_kind and is_same_environment(mine.incident.environment, other.incident.environment)


def _same_place(one: Incident, other: Incident) -> bool:
    same = one.service.casefold() == other.service.casefold()
    return same and is_same_environment(one.environment, other.environment)


def _together(one: Incident, other: Incident) -> bool:
    return abs(one.opened_at - other.opened_at) <= TOGETHER


def _same_cause(mine: Incident, one: IncidentTraits, other: Incident, two: IncidentTraits) -> Link | None:
    same_error = one.error == two.error and bool(one.error) and _same_place(mine, other)
    if not same_error and (not one.issue_key or one.issue_key != two.issue_key):
        return None
    said = f": {one.message or two.message}" if one.message or two.message else ""
    text = f"{named(mine)} has the same likely cause as {named(other)}{said}"
    return Link(reason=JoinReason.SAME_CAUSE, text=text)


def _shared_request(mine: Incident, one: IncidentTraits, other: Incident, two: IncidentTraits) -> Link | None:
    """One request failed in both; within a service only if it met the likely cause of both."""
    ours, theirs = set(one.request_ids), set(two.request_ids)
    shared = ours & theirs
    if not _same_place(mine, other):
        shared |= ours & set(two.further_request_ids) | theirs & set(one.further_request_ids)
    if not shared:
        return None
    text = f"Request {min(shared)} failed in {named(mine)} and in {named(other)}"
    return Link(reason=JoinReason.SHARED_REQUEST, text=text)


def _dependency(mine: Peer, other: Peer, graph: DependencyGraph) -> Link | None:
    one, two = mine.incident, other.incident
    forwards = graph.distance(one.service, two.service) is not None and explains(other, mine, graph)
    backwards = graph.distance(two.service, one.service) is not None and explains(mine, other, graph)
    if forwards or backwards:
        # In a cycle nobody is the cause of the other; whoever opened first leads.
        in_cycle = graph.need_each_other(one.service, two.service)
        cause = 0 if in_cycle else 1 if forwards else -1
        caller, needed = (one, two) if forwards else (two, one)
        text = f"{named(caller)} is explained by {needed.service}, which it needs: {named(needed)}"
        return Link(reason=JoinReason.DEPENDENCY, text=text, cause=cause)
    return _both_need(mine, other, graph)


def explains(needed: Peer, caller: Peer, graph: DependencyGraph) -> bool:
    """Tell whether the incident of a dependency is why its caller fails.

    A caller whose own code fails has a fault of its own, whatever else is down.
    """
    cause, effect = needed.traits, caller.traits
    if cause is None or effect is None or not blames_others(effect):
        return False
    if needed.incident.opened_at > caller.incident.opened_at + TOGETHER:
        return False
    ended = needed.incident.resolved_at
    if needed.incident.status is not IncidentStatus.OPEN and ended and ended < caller.incident.opened_at:
        return False
    name = graph.name_of(needed.incident.service)
    if name in _names(effect.down, graph):
        return True
    if name in _names(effect.up, graph) or not cause.tells:
        return False
    # Who logs nothing is not explained by any trouble of a dependency, only by one that is down.
    return bool(effect.error) or cause.unwell


def _both_need(mine: Peer, other: Peer, graph: DependencyGraph) -> Link | None:
    one, two = mine.known, other.known
    down = set(_names(one.down, graph)) & set(_names(two.down, graph))
    if not down or not blames_others(one) or not blames_others(two):
        return None
    text = f"{named(mine.incident)} and {named(other.incident)} need {min(down)}, which is down"
    return Link(reason=JoinReason.DEPENDENCY, text=text)


def _names(names: tuple[str, ...], graph: DependencyGraph) -> tuple[str, ...]:
    return tuple(graph.name_of(name) for name in names)


def _shared_deployment(
    mine: Incident, one: IncidentTraits, other: Incident, two: IncidentTraits
) -> Link | None:
    shared = set(one.deployments) & set(two.deployments)
    if not shared or not _same_place(mine, other):
        return None
    text = f"{named(mine)} and {named(other)} began after the deployment of {max(shared)}"
    return Link(reason=JoinReason.SHARED_DEPLOYMENT, text=text)


def _similar_error(mine: Incident, one: IncidentTraits, other: Incident, two: IncidentTraits) -> Link | None:
    if not one.error or not two.error or not _together(mine, other):
        return None
    if one.has_trace and two.has_trace and one.error != two.error:
        # The same words from two places in the code are two faults, unless both blame a connection.
        if not one.speaks_of_connection or not two.speaks_of_connection:
            return None
    elif one.error == two.error and one.has_trace:
        text = f"{named(mine)} has the same stack trace as {named(other)}: {one.message}"
        return Link(reason=JoinReason.SIMILAR_ERROR, text=text)
    if similarity(one.pattern, two.pattern) < SIMILAR or not _same_addresses(one.message, two.message):
        return None
    text = f"{named(mine)} logs nearly the same error as {named(other)}: {one.message}"
    return Link(reason=JoinReason.SIMILAR_ERROR, text=text)


def similarity(one: str, other: str) -> float:
    """Compare two masked patterns by their sets of words, 0 to 1; 0 where there are too few to tell."""
    ours, theirs = _tokens(one), _tokens(other)
    if min(len(ours), len(theirs)) < _LEAST_WORDS:
        return 0.0
    return len(ours & theirs) / len(ours | theirs)


# In a storm each pattern is held against hundreds of others.
@lru_cache(maxsize=4_096)
def _tokens(pattern: str) -> frozenset[str]:
    """Give the words; what was masked says nothing."""
    plain = re.sub(r"<[^<>]{1,40}>|\[REDACTED:[^\]]{1,60}\]", " ", pattern)
    words = (word.strip(".!?-").casefold() for word in _TOKEN.findall(plain))
    return frozenset(word for word in words if any(character.isalpha() for character in word))


def _same_addresses(one: str, other: str) -> bool:
    """Refused by two different addresses is not one fault."""
    ours, theirs = set(_ADDRESS.findall(one)), set(_ADDRESS.findall(other))
    return not ours or not theirs or bool(ours & theirs)


def _same_service(mine: Incident, one: IncidentTraits, other: Incident, two: IncidentTraits) -> Link | None:
    if not _same_place(mine, other) or not _together(mine, other) or (one.error and two.error):
        return None
    minutes = int(TOGETHER.total_seconds() // 60)
    silent = named(mine) if not one.error else named(other)
    pair = f"{named(mine)} and {named(other)}"
    text = f"{pair} began within {minutes} minutes, and {silent} has no error of its own"
    return Link(reason=JoinReason.SAME_SERVICE, text=text)
