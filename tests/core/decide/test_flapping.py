"""An incident that resolves and fires again, over and over, and what must be told of it all the same."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issue_intelligence.core.decide.flapping import (
    FlapLimits,
    excuse_of,
    flapping_of,
    got_worse,
    merged,
)
from issue_intelligence.core.model.episode import Episode
from issue_intelligence.core.model.evidence import (
    CollectorName,
    HealthProbe,
    Investigation,
    ProbeKind,
    ServiceState,
)
from tests.core.decide.factories import NOON, collected, error, health, logs, pattern

LIMITS = FlapLimits(cycles=3, window=timedelta(hours=1))


def minute(at: float) -> timedelta:
    return timedelta(minutes=at)


def episode(start: float, end: float | None, series: str = "a") -> Episode:
    return Episode(
        series=series,
        started_at=NOON + minute(start),
        ended_at=None if end is None else NOON + minute(end),
    )


def every(step: float, count: int, *, lasting: float = 1, series: str = "a") -> list[Episode]:
    return [episode(step * number, step * number + lasting, series) for number in range(count)]


@pytest.mark.parametrize(
    ("episodes", "cycles"),
    [
        # Fired, and three times again within the hour.
        (every(10, 4), 3),
        # Twice again is not enough.
        (every(10, 3), None),
        # It goes on firing at last.
        ([*every(10, 3), episode(30, None)], 3),
        # As often, over a longer time.
        (every(25, 4), None),
        # Once it flaps, it goes on while no hour passes without a change.
        (every(10, 12), 11),
        ([*every(10, 4), episode(80, 81)], 4),
        # An hour of quiet ends it, and so does an hour of firing.
        ([*every(10, 4), episode(91, 92)], None),
        ([*every(10, 4, lasting=1), episode(40, 101)], None),
        # Ten instances that fail and recover together are one cycle, not ten.
        ([each for number in range(10) for each in every(20, 2, series=f"pod-{number}")], None),
        # One instance flaps, while another fires all the time.
        ([*every(10, 4), episode(0, None, "b")], 3),
        # Instances that take turns: the incident comes and goes.
        ([episode(10 * number, 10 * number + 1, f"pod-{number}") for number in range(4)], 3),
        # Told twice, and in no order.
        ([*reversed(every(10, 4)), *every(10, 4)], 3),
        # A clock that ran backwards ends an episode at its start.
        ([episode(10 * number, 10 * number - 3) for number in range(4)], 3),
        ([], None),
    ],
)
def test_flapping(episodes: list[Episode], cycles: int | None) -> None:
    found = flapping_of(episodes, LIMITS)
    assert (found.cycles if found else None) == cycles


def test_spell_keeps_its_beginning_while_it_goes_on() -> None:
    short, long = flapping_of(every(10, 4), LIMITS), flapping_of(every(10, 9), LIMITS)
    assert short is not None
    assert long is not None
    assert short.began_at == long.began_at == NOON + minute(30)
    assert short.first_at == long.first_at == NOON
    assert (short.calm_at, long.calm_at) == (NOON + minute(91), NOON + minute(141))
    assert short.sentence == "It flapped 3 times between 2026-11-24 12:00 and 12:31 UTC"
    assert excuse_of(short).until == short.calm_at


def test_setting_says_how_many_cycles() -> None:
    assert flapping_of(every(10, 4), FlapLimits(cycles=4, window=timedelta(hours=1))) is None
    assert flapping_of(every(10, 4), FlapLimits(cycles=3, window=timedelta(minutes=25))) is None


spans = st.lists(
    st.tuples(st.integers(0, 600), st.integers(0, 90), st.sampled_from("abc")), min_size=1, max_size=30
)


@given(spans, st.integers())
def test_order_of_episodes_does_not_matter(numbers: list[tuple[int, int, str]], seed: int) -> None:
    episodes = [episode(start, start + lasts, series) for start, lasts, series in numbers]
    shuffled = random.Random(seed).sample(episodes, len(episodes))
    assert flapping_of(episodes, LIMITS) == flapping_of(shuffled, LIMITS)


@given(spans)
def test_merged_episodes_are_apart_and_cover_the_same_time(numbers: list[tuple[int, int, str]]) -> None:
    found = merged(episode(start, start + lasts, series) for start, lasts, series in numbers)
    ends = [each.ended_at for each in found]
    assert all(
        end is not None and end < after.started_at for end, after in zip(ends, found[1:], strict=False)
    )
    assert found[0].started_at == NOON + minute(min(start for start, _, _ in numbers))
    assert max(end for end in ends if end) == NOON + minute(max(a + b for a, b, _ in numbers))


def probe(name: str, state: ServiceState) -> HealthProbe:
    return HealthProbe(
        name=name, state=state, response_time_ms=None, detail=f"{state}", kind=ProbeKind.DEPENDENCY
    )


def seen(*messages: str, down: tuple[str, ...] = ()) -> Investigation:
    """Errors, the likely cause first, and which of two dependencies are down."""
    return Investigation(
        logs=collected(
            CollectorName.LOGS,
            logs(*(pattern(each) for each in messages), ranked=tuple(error(each) for each in messages)),
        ),
        health=collected(
            CollectorName.HEALTH,
            health(
                probes=tuple(
                    probe(name, ServiceState.DOWN if name in down else ServiceState.UP)
                    for name in ("mail", "pay")
                )
            ),
        ),
    )


@pytest.mark.parametrize(
    ("told", "found", "worse"),
    [
        (seen("boom"), seen("boom"), ""),
        # It flaps: what failed fails again, or does not just now.
        (seen("boom", down=("mail",)), seen("boom", down=("mail",)), ""),
        (seen("boom", down=("mail",)), seen(), ""),
        (seen("boom"), seen("boom", down=("pay",)), "a health check fails that did not: dependency pay"),
        (
            seen("boom", down=("mail",)),
            seen("boom", down=("mail", "pay")),
            "a health check fails that did not: dependency pay",
        ),
        # Another error came first; that a known one did is nothing new.
        (seen("boom"), seen("crash", "boom"), "the first error is a new one"),
        (seen("boom", "crash"), seen("crash", "boom"), ""),
        # Behind the first there may be anything.
        (seen("boom"), seen("boom", "noise"), ""),
        # Nobody had read the log.
        (Investigation(), seen("boom"), "the first error is a new one"),
        (seen("boom"), Investigation(), ""),
    ],
)
def test_what_got_worse_is_told_although_it_flaps(
    told: Investigation, found: Investigation, worse: str
) -> None:
    assert got_worse(told, found) == worse
