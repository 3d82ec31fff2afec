"""Whether an incident flaps: its alerts resolve and fire again, over and over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from issue_intelligence.core.decide.facts import failed_health_checks
from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.model.episode import Episode
from issue_intelligence.core.model.evidence import Investigation


@dataclass(frozen=True, slots=True, kw_only=True)
class FlapLimits:
    """`[validation]` of the configuration."""

    # This many times resolved and fired again within the window is flapping.
    cycles: int = 3
    # After so long without a change it is over.
    window: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flapping:
    """A spell of it: from the change that made it one to the last change."""

    # The change that was one too many; names the spell.
    began_at: datetime
    # The start of the first episode that counts.
    first_at: datetime
    last_at: datetime
    # Times it fired again.
    cycles: int
    calm_at: datetime

    @property
    def sentence(self) -> str:
        first, last = f"{self.first_at:%Y-%m-%d %H:%M}", f"{self.last_at:%H:%M}"
        if self.last_at.date() != self.first_at.date():
            last = f"{self.last_at:%Y-%m-%d %H:%M}"
        return f"It flapped {self.cycles} times between {first} and {last} UTC"


def flapping_of(episodes: Iterable[Episode], limits: FlapLimits) -> Flapping | None:
    """Give the newest spell of flapping that no calm window has followed by a further change; None for none.

    Whether it is over already, its `calm_at` tells. Counted are the times one series fires again, or the
    incident as a whole does, whichever is more: ten instances that fail and recover together are one cycle.
    """
    every = list(episodes)
    by_series: dict[str, list[Episode]] = {}
    for each in every:
        by_series.setdefault(each.series, []).append(each)
    spells = [_spell(merged(some), limits) for some in (every, *by_series.values())]
    return max(
        (spell for spell in spells if spell is not None),
        key=lambda spell: (spell.calm_at, spell.cycles),
        default=None,
    )


def merged(episodes: Iterable[Episode]) -> list[Episode]:
    """Put together what overlaps, in the order of time; an end before its start counts as at the start."""
    found: list[Episode] = []
    for each in sorted(episodes, key=lambda episode: episode.started_at):
        ended_at = None if each.ended_at is None else max(each.ended_at, each.started_at)
        last = found[-1] if found else None
        if last is None or (last.ended_at is not None and each.started_at > last.ended_at):
            found.append(replace(each, ended_at=ended_at))
        elif last.ended_at is not None:
            end = None if ended_at is None else max(ended_at, last.ended_at)
            found[-1] = replace(last, ended_at=end)
    return found


def _spell(episodes: Sequence[Episode], limits: FlapLimits) -> Flapping | None:
    spell: Flapping | None = None
    # Starts of the episodes within the window, the one before them first.
    starts: list[datetime] = []
    last_at: datetime | None = None
    for episode in episodes:
        for at, fires in ((episode.started_at, True), (episode.ended_at, False)):
            if at is None:
                continue
            if last_at is not None and at - last_at >= limits.window:
                spell, starts = None, []
            last_at = at
            if fires:
                starts = [start for start in starts if at - start < limits.window] + [at]
            if spell is not None:
                spell = replace(
                    spell, last_at=at, calm_at=at + limits.window, cycles=spell.cycles + int(fires)
                )
            elif len(starts) > limits.cycles:
                spell = Flapping(
                    began_at=at,
                    first_at=starts[0],
                    last_at=at,
                    cycles=len(starts) - 1,
                    calm_at=at + limits.window,
                )
    return spell


def excuse_of(spell: Flapping) -> ActiveSuppression:
    text = f"{spell.sentence.replace('It flapped', 'it flaps, fired again', 1)} and was told of before"
    return ActiveSuppression(kind=ExcuseKind.FLAPPING, text=text, until=spell.calm_at)


def got_worse(told: Investigation, found: Investigation) -> str:
    """Say what people who know of the one must hear of the other; "" for nothing.

    What failed when they were told may fail again: that is what flaps.
    """
    if new := _failing(found) - _failing(told):
        return f"a health check fails that did not: {min(new)}"
    top = _errors(found)[:1]
    known = {name for names in _errors(told) for name in names}
    if top and not known.intersection(top[0]):
        return "the first error is a new one"
    return ""


def _failing(investigation: Investigation) -> set[str]:
    health = investigation.health.data if investigation.health else None
    return {text.partition(": ")[0] for text in failed_health_checks(health)}


def _errors(investigation: Investigation) -> list[tuple[str, ...]]:
    """Give all names of each error, the likely cause first."""
    logs = investigation.logs.data if investigation.logs else None
    if logs is None:
        return []
    return [(each.fingerprint, each.shown_as, *each.members) for each in logs.errors]
