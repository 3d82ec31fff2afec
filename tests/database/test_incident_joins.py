"""Incidents become parts of others in one transaction: no chain, no cycle, whoever comes first."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_joins import DatabaseIncidentJoins
from issue_intelligence.adapters.database.incident_pages import DatabaseIncidentPages
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.report_tables import audit
from issue_intelligence.core.model.correlation import Move, Peer, Regrouping
from issue_intelligence.core.model.incident import IncidentStatus, JoinReason
from issue_intelligence.ports.incident_joins import JoinRefusedError
from issue_intelligence.ports.incident_pages import IncidentQuery
from issue_intelligence.ports.incident_store import Run
from tests.core.decide.peers import traits_with
from tests.database.events import NOW, event, firing, record, resolved
from tests.database.rows import rows_of
from tests.database.test_findings import FINDINGS

HOUR = timedelta(hours=1)
TRAITS = traits_with("it", error="e1")


@pytest.fixture
def joins(databases: Databases) -> DatabaseIncidentJoins:
    return DatabaseIncidentJoins(databases)


async def three_runs(incidents: DatabaseIncidentStore) -> list[Run]:
    """Three incidents that are being looked at, in the order of their services."""
    for number in range(3):
        labels = {"alertname": "Down", "service": f"s{number}"}
        await record(incidents, event(number + 1, firing(f"a{number}", labels=labels)))
    runs = await incidents.claim_runs(NOW, 10)
    for run in runs:
        await incidents.save_verdict(run, FINDINGS, NOW)
    services = {run: (await incidents.incident(run.incident_id)).service for run in runs}
    return sorted(runs, key=lambda run: services[run])


def joining(run: Run, into: Run) -> Regrouping:
    move = Move(
        incident_id=run.incident_id, into=into.incident_id, reason=JoinReason.SAME_CAUSE, text="the same."
    )
    return Regrouping(moves=(move,))


async def join(joins: DatabaseIncidentJoins, run: Run, into: Run) -> None:
    decided = joining(run, into)
    await joins.correlate(run, TRAITS, NOW, recent=HOUR, decide=lambda *_: decided)


async def leads(incidents: DatabaseIncidentStore, run: Run) -> str:
    joined = (await incidents.incident(run.incident_id)).joined
    return joined.into if joined else ""


async def test_join_is_kept_with_its_reason_and_both_see_it(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, _ = await three_runs(incidents)
    await join(joins, two, one)
    joined = (await incidents.incident(two.incident_id)).joined
    assert joined is not None
    assert (joined.into, joined.reason, joined.text, joined.at, joined.by) == (
        one.incident_id,
        JoinReason.SAME_CAUSE,
        "the same.",
        NOW,
        "",
    )
    [member] = await joins.members(one.incident_id)
    assert (member.id, member.service, member.severity) == (two.incident_id, "s1", TRAITS.severity)
    assert await joins.count_leading_incidents() == 2
    # The one that leads deserves a look; the other is having its own.
    assert (await incidents.incident(one.incident_id)).revision == 2
    assert (await incidents.incident(two.incident_id)).revision == 1
    found = await incidents.findings(two)
    assert found is not None
    assert found.correlation.joined == joined


async def test_what_is_part_of_it_comes_along(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, three = await three_runs(incidents)
    await join(joins, three, two)
    await join(joins, two, one)
    assert await leads(incidents, three) == one.incident_id
    assert {member.id for member in await joins.members(one.incident_id)} == {
        two.incident_id,
        three.incident_id,
    }


async def test_run_that_was_cut_off_gets_the_same_answer_again(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, three = await three_runs(incidents)
    await join(joins, two, one)
    again = await joins.correlate(two, TRAITS, NOW, recent=HOUR, decide=lambda *_: joining(two, three))
    assert again.joined is not None
    assert again.joined.into == one.incident_id


async def test_of_two_at_once_the_second_sees_what_the_first_decided(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    runs = await three_runs(incidents)

    async def look(run: Run) -> None:
        def decide(_mine: Peer, others: Sequence[Peer], is_first: bool) -> Regrouping:
            assert is_first
            seen = [each for each in others if each.traits is not None and each.incident.joined is None]
            if not seen:
                return Regrouping()
            into = seen[0].incident.id
            return Regrouping(
                moves=(
                    Move(incident_id=run.incident_id, into=into, reason=JoinReason.SAME_CAUSE, text="so."),
                )
            )

        await joins.correlate(run, TRAITS, NOW, recent=HOUR, decide=decide)

    await asyncio.gather(*(look(run) for run in runs))
    assert await joins.count_leading_incidents() == 1
    leaders = {await leads(incidents, run) for run in runs}
    assert len(leaders - {""}) == 1
    assert "" in leaders


async def test_only_what_is_open_or_resolved_not_long_ago_is_held_against(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, _three = await three_runs(incidents)
    labels = {"alertname": "Down", "service": "s1"}
    await record(incidents, event(9, resolved("a1", labels=labels), received_at=NOW + timedelta(minutes=1)))
    seen: list[set[str]] = []

    def decide(_mine: Peer, others: Sequence[Peer], _is_first: bool) -> Regrouping:
        seen.append({each.incident.service for each in others})
        return Regrouping()

    await joins.correlate(one, TRAITS, NOW + HOUR, recent=2 * HOUR, decide=decide)
    await incidents.save_verdict(Run(incident_id=one.incident_id, revision=2), FINDINGS, NOW)
    later = Run(incident_id=one.incident_id, revision=2)
    await joins.correlate(later, TRAITS, NOW + 3 * HOUR, recent=2 * HOUR, decide=decide)
    assert seen == [{"s1", "s2"}, {"s2"}]
    assert (await incidents.incident(two.incident_id)).status is IncidentStatus.RESOLVED


async def test_what_people_have_heard_of_goes_on_being_told(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, *_ = await three_runs(incidents)
    await joins.correlate(one, TRAITS, NOW, recent=HOUR, decide=lambda *_: Regrouping())
    calmed = Run(incident_id=one.incident_id, revision=2)
    await incidents.save_verdict(calmed, FINDINGS, NOW)
    quiet = traits_with("it", tells=False)
    await joins.correlate(calmed, quiet, NOW, recent=HOUR, decide=lambda *_: Regrouping())
    [peer] = await joins.peers_of_services(["S0"])
    assert peer.known.tells


async def test_person_merges_and_splits_and_we_leave_it_so(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins, databases: Databases
) -> None:
    one, two, three = await three_runs(incidents)
    await join(joins, two, one)
    # Into a part means into the whole.
    await joins.merge(three.incident_id, into=two.incident_id, by="admin", note="one outage", now=NOW)
    merged = (await incidents.incident(three.incident_id)).joined
    assert merged is not None
    assert (merged.into, merged.reason, merged.by) == (one.incident_id, JoinReason.PERSON, "admin")
    assert merged.text == "admin joined it to Down of s0: one outage"
    await joins.split(three.incident_id, by="admin", note="it is not", now=NOW)
    apart = await incidents.incident(three.incident_id)
    assert (apart.joined, apart.kept_apart) == (None, True)
    # Both deserve a look.
    assert apart.revision == 2
    rows = await rows_of(databases, audit)
    assert [(row.action, row.actor, row.subject) for row in rows] == [
        ("incident_merge", "admin", f"incident/{three.incident_id}"),
        ("incident_split", "admin", f"incident/{three.incident_id}"),
    ]


async def test_merge_into_itself_its_part_or_nothing_is_refused(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, _ = await three_runs(incidents)
    await join(joins, two, one)
    for run, into, said in (
        (one, one.incident_id, "part of itself"),
        # A cycle.
        (one, two.incident_id, "split it off first"),
        (two, one.incident_id, "already"),
        (one, "0" * 32, "no such incident"),
    ):
        with pytest.raises(JoinRefusedError, match=said) as refused:
            await joins.merge(run.incident_id, into=into, by="admin", note="", now=NOW)
        assert refused.value.field == "into"
    with pytest.raises(JoinRefusedError, match="part of no other"):
        await joins.split(one.incident_id, by="admin", note="", now=NOW)


async def test_two_people_who_merge_both_ways_make_no_cycle(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, _ = await three_runs(incidents)
    results = await asyncio.gather(
        joins.merge(one.incident_id, into=two.incident_id, by="a", note="", now=NOW),
        joins.merge(two.incident_id, into=one.incident_id, by="b", note="", now=NOW),
        return_exceptions=True,
    )
    assert [isinstance(result, JoinRefusedError) for result in results].count(True) == 1
    assert [await leads(incidents, run) for run in (one, two)].count("") == 1


async def test_open_parts_are_looked_at_again_at_the_time_given(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins
) -> None:
    one, two, three = await three_runs(incidents)
    await join(joins, two, one)
    await joins.wake_members(one.incident_id, NOW + HOUR)
    assert (await incidents.incident(two.incident_id)).recheck_at == NOW + HOUR
    assert (await incidents.incident(three.incident_id)).recheck_at is None
    # A look that is due before stays.
    await joins.wake_members(one.incident_id, NOW + 2 * HOUR)
    assert (await incidents.incident(two.incident_id)).recheck_at == NOW + HOUR


async def test_pages_of_incidents_follow_each_other_without_gaps(
    incidents: DatabaseIncidentStore, joins: DatabaseIncidentJoins, databases: Databases
) -> None:
    one, two, _ = await three_runs(incidents)
    await join(joins, two, one)
    pages = DatabaseIncidentPages(databases, incidents, joins)
    seen, before = [], ""
    while True:
        page = await pages.page(IncidentQuery(limit=2, before=before))
        seen += [each["service"] for each in page.incidents]
        if page.next_before is None:
            break
        before = page.next_before
    assert sorted(seen) == ["s0", "s1", "s2"]
    leading = await pages.page(IncidentQuery(leading_only=True, status=IncidentStatus.OPEN))
    assert {each["id"]: each["part_count"] for each in leading.incidents}[one.incident_id] == 1
    assert two.incident_id not in {each["id"] for each in leading.incidents}
    for cursor in ("x", "t1", "t1-" + "g" * 32):
        with pytest.raises(ValueError, match="not a cursor"):
            await pages.page(IncidentQuery(before=cursor))
