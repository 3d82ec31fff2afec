"""What varies between the variants of a family, drawn from one seed."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """The same seed draws the same values in the same order."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._steady: dict[str, int] = {}

    def pick(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        return self._random.sample(list(choices), count)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return self._random.randint(low, high)

    def steady(self, name: str, low: int, high: int) -> int:
        """Draw a whole number once for each name, such as the line in which an error occurs."""
        if name not in self._steady:
            self._steady[name] = self.between(low, high)
        return self._steady[name]

    def real(self, low: float, high: float, digits: int = 4) -> float:
        return round(self._random.uniform(low, high), digits)

    def hex(self, digits: int = 16) -> str:
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        text = self.hex(32)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def ip(self) -> str:
        """Draw an address of a private network."""
        return f"10.{self.between(0, 255)}.{self.between(0, 255)}.{self.between(1, 254)}"

    def email(self) -> str:
        name = self.pick(("ana", "bo", "chidi", "dora", "emre", "fay", "goran", "hana", "ivan", "june"))
        return f"{name}{self.between(1, 9999)}@example.com"

    def times(self, count: int, low: float, high: float) -> list[float]:
        """Draw seconds between two ends, in order."""
        return sorted(round(self._random.uniform(low, high), 3) for _ in range(count))
