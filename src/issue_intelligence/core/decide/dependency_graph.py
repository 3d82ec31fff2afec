"""Who needs whom, by the service catalogue."""

from collections.abc import Sequence

from issue_intelligence.core.model.service import Service

# Further away, that one is down explains little of what another does.
MAX_DEPTH = 3


class DependencyGraph:
    """Knows services by name and alias, without regard to case; cycles are no trouble."""

    def __init__(self, catalogue: Sequence[Service]) -> None:
        # Read backwards, so that the first entry that claims a name keeps it, and a name beats an alias.
        self._names = {alias.casefold(): each.name for each in reversed(catalogue) for alias in each.aliases}
        self._names |= {each.name.casefold(): each.name for each in reversed(catalogue)}
        self._needs = {
            each.name: tuple(self.name_of(needed) for needed in each.dependencies)
            for each in reversed(catalogue)
        }
        needed = {name for names in self._needs.values() for name in names}
        self._for_all = next((each.name for each in catalogue if each.answers_for_all), None)
        self._known = self._needs.keys() | needed
        self._reached_from: dict[str, dict[str, int]] = {name: self._walk(name) for name in self._needs}

    def name_of(self, service: str) -> str:
        """Give the catalogue's name; for one that is not in it, the name itself in lower case."""
        return self._names.get(service.casefold(), service.casefold())

    def distance(self, caller: str, needed: str) -> int | None:
        """Count the steps from a caller to what it needs, 1 to 3; None when it does not need it."""
        target, start = self.name_of(needed), self._start(caller)
        return None if start == target else self._reached(start).get(target)

    def needed_by(self, caller: str) -> tuple[str, ...]:
        """Name all that a service needs within three steps, the nearest first."""
        return tuple(self._reached(self._start(caller)))

    def need_each_other(self, one: str, other: str) -> bool:
        return self.distance(one, other) is not None and self.distance(other, one) is not None

    def _start(self, caller: str) -> str:
        """Find the entry of a caller; where one entry answers for all, that one."""
        name = self.name_of(caller)
        return name if name in self._known or self._for_all is None else self._for_all

    def _reached(self, start: str) -> dict[str, int]:
        return self._reached_from.get(start, {})

    def _walk(self, start: str) -> dict[str, int]:
        reached: dict[str, int] = {}
        level = [start]
        for depth in range(1, MAX_DEPTH + 1):
            level = [needed for name in level for needed in self._needs.get(name, ())]
            level = [name for name in dict.fromkeys(level) if name != start and name not in reached]
            reached |= dict.fromkeys(level, depth)
        return reached
