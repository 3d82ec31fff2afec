"""An attempt is reserved once, counted once, and remembered by what came of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.known_issues import DatabaseKnownIssues
from issue_intelligence.adapters.database.remediation_ledger import DatabaseRemediationLedger
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.remediate.guardrails import PastAttempts
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.remediation_ledger import Attempt
from tests.core.remediate.situations import EXIT_0, EXIT_1, look
from tests.database.events import NOW
from tests.fakes.stopped_clock import StoppedClock

POOL = "database-connection-pool-exhausted"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(databases: Databases) -> DatabaseRemediationLedger:
    return DatabaseRemediationLedger(databases)


def attempt(incident_id: str = "i1", **changes: object) -> Attempt:
    base = Attempt(
        incident_id=incident_id,
        revision=1,
        service="shop",
        action="restart",
        known_issue_id=POOL,
        why="The known issue asks for it.",
        before=look(healthy=False, errors=30),
        intended_at=NOW,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def result(outcome: Outcome = Outcome.HELPED) -> RemediationResult:
    return RemediationResult(
        attempted=True,
        success=outcome is Outcome.HELPED,
        action="restart",
        logs=("exit code 0",),
        should_create_issue=outcome is not Outcome.HELPED,
        outcome=outcome,
        reason="as seen",
        started_at=NOW,
        finished_at=NOW + MINUTE,
        before=look(healthy=False),
        after=look(),
        known_issue_id=POOL,
    )


def always(_past: PastAttempts) -> bool:
    return True


async def tried(ledger: DatabaseRemediationLedger, incident_id: str, outcome: Outcome | None) -> None:
    """Make an attempt, a minute after the one of the incident before."""
    made = attempt(incident_id, intended_at=NOW + int(incident_id[1:]) * MINUTE)
    assert await ledger.reserve(made, may=always)
    if outcome is not None:
        await ledger.prove(made, result(outcome))


async def past(ledger: DatabaseRemediationLedger, at_minute: int = 30) -> PastAttempts:
    return await ledger.past(
        incident_id="i99", service="shop", action="restart", now=NOW + at_minute * MINUTE
    )


async def test_attempt_reads_back_as_it_was_stored(ledger: DatabaseRemediationLedger) -> None:
    assert await ledger.attempt_of("i1") is None
    assert await ledger.reserve(attempt(), may=always)
    assert await ledger.attempt_of("i1") == attempt()
    stands = await ledger.performed(attempt(), EXIT_0, NOW + MINUTE)
    assert stands == attempt(report=EXIT_0, performed_at=NOW + MINUTE)
    await ledger.prove(stands, result())
    assert await ledger.attempt_of("i1") == replace(stands, result=result())


async def test_first_note_of_how_it_ended_stands(ledger: DatabaseRemediationLedger) -> None:
    await ledger.reserve(attempt(), may=always)
    await ledger.performed(attempt(), EXIT_1, NOW)
    stands = await ledger.performed(attempt(), EXIT_0, NOW + MINUTE)
    assert (stands.report, stands.performed_at) == (EXIT_1, NOW)


async def test_incident_is_reserved_once_whoever_allows_it(ledger: DatabaseRemediationLedger) -> None:
    assert await ledger.reserve(attempt(), may=always)
    assert not await ledger.reserve(attempt(revision=2), may=always)


async def test_two_incidents_at_one_moment_restart_the_service_once(
    ledger: DatabaseRemediationLedger,
) -> None:
    """Each sees the other's reservation, or comes before it."""

    def unless_tried(seen: PastAttempts) -> bool:
        return seen.last_at is None

    reserved = await asyncio.gather(
        *(ledger.reserve(attempt(f"i{number}"), may=unless_tried) for number in range(8))
    )
    assert sorted(reserved) == [False] * 7 + [True]


async def test_known_issue_is_counted_once(databases: Databases, ledger: DatabaseRemediationLedger) -> None:
    known = DatabaseKnownIssues(databases, StoppedClock(NOW))
    await known.add_missing(seed_entries())
    await ledger.reserve(attempt(), may=always)
    assert await ledger.prove(attempt(), result()) == result()
    # A crash before the step was recorded comes here again, and may see something else.
    assert await ledger.prove(attempt(), result(Outcome.NO_CHANGE)) == result()
    [entry] = [entry for entry in await known.all() if entry.id == POOL]
    assert (entry.auto_fix_success_count, entry.auto_fix_fail_count) == (1, 0)


@pytest.mark.parametrize(
    ("outcomes", "in_a_row"),
    [
        ([], 0),
        ([Outcome.FAILED], 1),
        ([Outcome.FAILED, Outcome.HELPED], 0),
        ([Outcome.HELPED, Outcome.NO_CHANGE, Outcome.WORSE], 2),
        # What cannot be told is no success.
        ([Outcome.UNKNOWN, Outcome.UNKNOWN], 2),
        # One that is under way neither counts nor ends the row.
        ([Outcome.FAILED, Outcome.FAILED, None], 2),
    ],
)
async def test_failures_in_a_row(
    ledger: DatabaseRemediationLedger, outcomes: list[Outcome | None], in_a_row: int
) -> None:
    for number, outcome in enumerate(outcomes):
        await tried(ledger, f"i{number}", outcome)
    assert (await past(ledger)).failures_in_a_row == in_a_row


async def test_success_that_did_not_last_counts_as_a_failure(ledger: DatabaseRemediationLedger) -> None:
    await tried(ledger, "i1", Outcome.HELPED)
    run = Run(incident_id="i1", revision=2)
    for _ in range(2):
        await ledger.relapse(attempt("i1"), result(Outcome.NO_CHANGE), run, NOW + 20 * MINUTE)
    found = await past(ledger)
    assert (found.failures_in_a_row, found.last_failure_at) == (1, NOW + MINUTE)


async def test_cool_down_is_of_the_service_and_the_budget_of_all(ledger: DatabaseRemediationLedger) -> None:
    await tried(ledger, "i1", Outcome.HELPED)
    await ledger.reserve(attempt("i2", service="cart", intended_at=NOW + 2 * MINUTE), may=always)
    found = await past(ledger)
    assert (found.of_incident, found.last_at, found.within_an_hour) == (False, NOW + MINUTE, 2)
    assert (await past(ledger, at_minute=61)).within_an_hour == 1
