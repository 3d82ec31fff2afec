"""What we meant to do outside is known before it is done, so that nothing is done twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.report_tables import audit
from issue_intelligence.ports.issue_ledger import Effect, EffectKind, EffectState
from tests.database.events import NOW
from tests.database.rows import rows_of

CREATE = Effect(
    marker="marker-1", kind=EffectKind.CREATE, incident_id="incident-1", revision=1, issue_key="cause-1"
)
COMMENT = replace(CREATE, marker="marker-2", kind=EffectKind.COMMENT, issue_key="", issue_number=7)
OTHERS = replace(CREATE, incident_id="incident-2", revision=4)


async def complete(ledger: DatabaseIssueLedger, effect: Effect, number: int = 7) -> None:
    await ledger.complete(effect, number=number, url=f"file:///{number}", now=NOW)


async def test_first_intent_is_new_and_a_second_does_not_know(ledger: DatabaseIssueLedger) -> None:
    assert await ledger.intend(CREATE, NOW) is EffectState.NEW
    # The run crashed after it had acted, or before: nobody knows.
    assert await ledger.intend(CREATE, NOW) is EffectState.UNKNOWN
    # A later run of the same incident has the same doubt.
    assert await ledger.intend(replace(CREATE, revision=2), NOW) is EffectState.UNKNOWN


async def test_completed_effect_is_done(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(COMMENT, NOW)
    assert not await ledger.is_done(COMMENT.marker)
    await complete(ledger, COMMENT)
    assert await ledger.is_done(COMMENT.marker)
    assert await ledger.intend(COMMENT, NOW) is EffectState.DONE
    assert not await ledger.is_done("never heard of")


async def test_creation_by_another_incident_is_taken_until_it_is_done(ledger: DatabaseIssueLedger) -> None:
    assert await ledger.intend(CREATE, NOW) is EffectState.NEW
    assert await ledger.intend(OTHERS, NOW) is EffectState.TAKEN
    await complete(ledger, CREATE)
    assert await ledger.intend(OTHERS, NOW) is EffectState.DONE_BY_OTHER


async def test_creation_that_was_given_up_may_be_taken_over(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(CREATE, NOW)
    await ledger.give_up(CREATE.incident_id, CREATE.revision, "the tracker said no")
    # It may have acted before it failed, so whoever takes over looks first.
    assert await ledger.intend(OTHERS, NOW) is EffectState.UNKNOWN
    assert await ledger.intend(CREATE, NOW) is EffectState.TAKEN


async def test_giving_up_frees_one_runs_open_intents_only(ledger: DatabaseIssueLedger) -> None:
    done = replace(COMMENT, marker="marker-3")
    later = replace(COMMENT, marker="marker-4", revision=2)
    for effect in (CREATE, done, later):
        await ledger.intend(effect, NOW)
    await complete(ledger, done)
    await ledger.give_up("incident-1", 1, "no")
    assert await ledger.is_done(done.marker)
    assert await ledger.intend(replace(later, incident_id="incident-2"), NOW) is EffectState.TAKEN


async def test_created_issue_is_linked_to_its_cause(ledger: DatabaseIssueLedger) -> None:
    assert await ledger.link("cause-1") is None
    await ledger.intend(CREATE, NOW)
    assert await ledger.link("cause-1") is None
    await complete(ledger, CREATE)
    link = await ledger.link("cause-1")
    assert link is not None
    assert (link.number, link.url, link.created_at, link.generation) == (7, "file:///7", NOW, 0)


async def test_comment_links_nothing(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(COMMENT, NOW)
    await complete(ledger, COMMENT)
    assert await ledger.link("") is None


async def test_next_issue_of_a_cause_is_its_next_generation(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(CREATE, NOW)
    await complete(ledger, CREATE)
    second = replace(CREATE, marker="marker-9", revision=5)
    later = NOW + timedelta(hours=1)
    await ledger.intend(second, later)
    await ledger.complete(second, number=8, url="file:///8", now=later)
    link = await ledger.link("cause-1")
    assert link is not None
    assert (link.number, link.url, link.created_at, link.generation) == (8, "file:///8", later, 1)


async def test_completing_twice_is_completing_once(ledger: DatabaseIssueLedger, databases: Databases) -> None:
    await ledger.intend(CREATE, NOW)
    await complete(ledger, CREATE)
    await complete(ledger, CREATE, number=99)
    link = await ledger.link("cause-1")
    assert link is not None
    assert (link.number, link.generation) == (7, 0)
    [entry] = await rows_of(databases, audit)
    assert (entry.actor, entry.action, entry.subject) == ("system", "issue_create", "incident/incident-1")
    assert entry.details == {"issue_number": 7, "url": "file:///7", "revision": 1}


async def test_of_many_incidents_at_once_one_creates(ledger: DatabaseIssueLedger) -> None:
    effects = [replace(CREATE, incident_id=f"incident-{number}") for number in range(10)]
    states = await asyncio.gather(*(ledger.intend(effect, NOW) for effect in effects))
    assert sorted(states) == [EffectState.NEW] + [EffectState.TAKEN] * 9


def creation(number: int) -> Effect:
    return replace(
        CREATE, marker=f"creation-{number}", incident_id=f"incident-{number}", issue_key=f"cause-{number}"
    )


async def test_of_many_creations_at_once_only_so_many_are_let_in(ledger: DatabaseIssueLedger) -> None:
    states = await asyncio.gather(
        *(ledger.intend(creation(number), NOW, creations_per_hour=3) for number in range(12))
    )
    assert sorted(states) == [EffectState.NEW] * 3 + [EffectState.OVER_LIMIT] * 9
    # Who was let in keeps its place after a crash; the others are noted as waiting.
    inside = [number for number, state in enumerate(states) if state is EffectState.NEW]
    for number in inside:
        assert await ledger.intend(creation(number), NOW, creations_per_hour=3) is EffectState.UNKNOWN
    waiting = [await ledger.is_waiting(f"incident-{number}") for number in range(12)]
    assert waiting == [number not in inside for number in range(12)]


async def test_creation_leaves_the_count_an_hour_later(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(creation(1), NOW, creations_per_hour=1)
    await ledger.complete(creation(1), number=1, url="file:///1", now=NOW)
    almost, then = NOW + timedelta(minutes=59), NOW + timedelta(minutes=60)
    assert await ledger.creations(almost) == [NOW]
    assert await ledger.intend(creation(2), almost, creations_per_hour=1) is EffectState.OVER_LIMIT
    assert await ledger.creations(then) == []
    assert await ledger.intend(creation(2), then, creations_per_hour=1) is EffectState.UNKNOWN
    assert not await ledger.is_waiting("incident-2")


async def test_given_up_creation_frees_its_place(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(creation(1), NOW, creations_per_hour=1)
    await ledger.give_up("incident-1", 1, "the tracker said no")
    assert await ledger.intend(creation(2), NOW, creations_per_hour=1) is EffectState.NEW
    # It comes back, and waits like any other.
    assert await ledger.intend(creation(1), NOW, creations_per_hour=1) is EffectState.OVER_LIMIT
    assert await ledger.intend(creation(1), NOW) is EffectState.UNKNOWN


async def test_comments_do_not_count(ledger: DatabaseIssueLedger) -> None:
    await ledger.intend(COMMENT, NOW, creations_per_hour=1)
    await complete(ledger, COMMENT)
    assert await ledger.creations(NOW) == []


async def test_postponed_creation_is_anybodys(ledger: DatabaseIssueLedger) -> None:
    await ledger.postpone(CREATE, NOW)
    assert await ledger.is_waiting(CREATE.incident_id)
    # It waits for its turn, so it has none of the places.
    assert await ledger.creations(NOW) == []
    assert await ledger.intend(OTHERS, NOW) is EffectState.UNKNOWN
    # What is under way or done is not put off by a late comer.
    await ledger.postpone(CREATE, NOW)
    assert not await ledger.is_waiting(CREATE.incident_id)
    await complete(ledger, OTHERS)
    await ledger.postpone(CREATE, NOW)
    assert await ledger.is_done(CREATE.marker)


async def test_first_intent_is_remembered(ledger: DatabaseIssueLedger) -> None:
    assert await ledger.intended_at(CREATE.marker) is None
    await ledger.intend(CREATE, NOW)
    await ledger.intend(CREATE, NOW + timedelta(hours=1))
    assert await ledger.intended_at(CREATE.marker) == NOW
