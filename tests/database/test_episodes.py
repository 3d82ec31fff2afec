"""Episodes as they come back, and what one run tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.episodes import DatabaseEpisodes
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.model.episode import Episode
from issue_intelligence.ports.incident_store import Run
from tests.database.events import NOW, event, firing, record, resolved

MINUTE = timedelta(minutes=1)
FIRST, SECOND = Run(incident_id="a" * 32, revision=1), Run(incident_id="a" * 32, revision=2)


@pytest.fixture
def episodes(databases: Databases, incidents: DatabaseIncidentStore) -> DatabaseEpisodes:
    return DatabaseEpisodes(databases, incidents)


async def take(store: DatabaseIncidentStore, *alerts: tuple[float, Alert]) -> str:
    """Record each alert at its minute; give the incident of all."""
    for number, (minute, alert) in enumerate(alerts, start=1):
        await record(
            store, event(number, alert, received_at=NOW + MINUTE * minute), now=NOW + MINUTE * minute
        )
    [run] = await store.claim_runs(NOW + timedelta(days=1), 5)
    return run.incident_id


def episode(start: float, end: float | None, series: str = "a") -> Episode:
    ended_at = None if end is None else NOW + MINUTE * end
    return Episode(series=series, started_at=NOW + MINUTE * start, ended_at=ended_at)


async def test_each_start_is_an_episode(episodes: DatabaseEpisodes, incidents: DatabaseIncidentStore) -> None:
    again = replace(firing("a"), id="7" * 32, starts_at=NOW + MINUTE * 5)
    incident_id = await take(
        incidents,
        (0, firing("a", starts_at=NOW)),
        (2, resolved("a", at=NOW + MINUTE * 2, starts_at=NOW)),
        (5, again),
    )
    assert await episodes.of_incident(incident_id) == (episode(0, 2), episode(5, None))
    incident = await incidents.incident(incident_id)
    assert await episodes.of_key(incident.key, NOW + MINUTE) == (episode(5, None),)
    assert await episodes.of_key("another", NOW) == ()


async def test_start_that_fires_again_has_several(
    episodes: DatabaseEpisodes, incidents: DatabaseIncidentStore
) -> None:
    incident_id = await take(
        incidents,
        (0, firing("a", starts_at=NOW)),
        (2, resolved("a", at=NOW + MINUTE * 2, starts_at=NOW)),
        (9, firing("a", starts_at=NOW)),
        (12, resolved("a", at=NOW + MINUTE * 12, starts_at=NOW)),
        (20, firing("a", starts_at=NOW)),
    )
    found = await episodes.of_incident(incident_id)
    assert found == (episode(0, 2), episode(9, 12), episode(20, None))


async def test_clock_that_runs_ahead_starts_nothing_in_the_future(
    episodes: DatabaseEpisodes, incidents: DatabaseIncidentStore
) -> None:
    ahead = NOW + timedelta(days=900)
    incident_id = await take(incidents, (0, firing("a", starts_at=ahead)))
    assert await episodes.of_incident(incident_id) == (episode(0, None),)


async def test_one_run_tells_of_a_subject(episodes: DatabaseEpisodes) -> None:
    assert await episodes.tells(FIRST, "k", "recurring", NOW - MINUTE, NOW)
    # The same run again, after a crash; and another one.
    assert await episodes.tells(FIRST, "k", "recurring", NOW - MINUTE, NOW + MINUTE)
    assert not await episodes.tells(SECOND, "k", "recurring", NOW - MINUTE, NOW + MINUTE)
    assert await episodes.tells(SECOND, "k", "flapping", NOW, NOW)
    # It was told long ago.
    assert await episodes.tells(SECOND, "k", "recurring", NOW + MINUTE, NOW + MINUTE * 2)


async def test_incident_that_nobody_decided_has_told_nothing(episodes: DatabaseEpisodes) -> None:
    assert await episodes.told_findings("a" * 32) is None
