"""Finds the families: functions that make one scenario of what they draw."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.scenarios.draw import Draw
from tests.scenarios.scenario import Scenario

Write = Callable[[Draw], Scenario]
_FAMILIES: list["Family"] = []


class Split(StrEnum):
    DEV = "dev"
    HELD_OUT = "held_out"


class Kind(StrEnum):
    """The mission's seven kinds of alert, and what else comes in."""

    HTTP_5XX = "http_5xx"
    HTTP_4XX = "http_4xx"
    DATABASE = "database"
    RESPONSE_TIME = "response_time"
    MEMORY_CPU = "memory_cpu"
    CRASH = "crash"
    AUTHENTICATION = "authentication"
    MONITORING = "monitoring"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    name: str
    split: Split
    kind: Kind
    # What an engineer on call would call it.
    is_real: bool
    # Loud noise stands beside the quiet cause.
    red_herring: bool
    variants: int
    write: Write

    def scenarios(self, seed: int) -> list[tuple[str, Scenario]]:
        """Give all variants with their names, the same for the same seed."""
        return [
            (f"{self.name}-{number:02d}", self.write(Draw(f"{seed}:{self.name}:{number}")))
            for number in range(1, self.variants + 1)
        ]


def family(
    kind: Kind, *, is_real: bool, red_herring: bool = False, variants: int = 10
) -> Callable[[Write], Write]:
    """Register a function as a family; its name is the family's, its module's package the split."""

    def register(write: Write) -> Write:
        split = Split.HELD_OUT if ".held_out." in write.__module__ else Split.DEV
        name = write.__name__.replace("_", "-")
        made = Family(
            name=name,
            split=split,
            kind=kind,
            is_real=is_real,
            red_herring=red_herring,
            variants=variants,
            write=write,
        )
        if any(each.name == name for each in _FAMILIES):
            raise ValueError(f"two families are called {name}")
        _FAMILIES.append(made)
        return write

    return register


def families(*splits: Split) -> list[Family]:
    """Give the families of these splits, of all for none, in the order of their names."""
    for split in splits or Split:
        package = importlib.import_module(f"tests.scenarios.families.{split.value}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    chosen = [each for each in _FAMILIES if not splits or each.split in splits]
    return sorted(chosen, key=lambda each: each.name)
