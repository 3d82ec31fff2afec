"""How the fake GitHub misbehaves."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What one request meets instead of, or after, its effect."""

    # 0 answers nothing: the connection is closed.
    status: int
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    # True does what was asked first, so that only the answer is lost.
    after_effect: bool = False
    # True keeps the connection open without an answer until the fake stops.
    hangs: bool = False
    # Instead of GitHub's JSON.
    html: str = ""
    # Only requests of this method meet it; "" for all.
    method: str = ""
    # Only requests whose path ends so.
    path_end: str = ""

    def meets(self, method: str, path: str) -> bool:
        return self.method in ("", method) and path.endswith(self.path_end)


_KINDS = (
    Fault(status=502, html="<html>Bad gateway</html>"),
    Fault(status=503, message="Service unavailable"),
    # The effect stands, and nobody is told.
    Fault(status=0, after_effect=True),
    Fault(status=500, message="Server Error", after_effect=True),
    Fault(status=0),
    Fault(status=200, html="<html>We are having a moment</html>", after_effect=True),
)


class RandomFaults:
    """Lets a share of all requests fail, each time the same ones for the same order of requests."""

    def __init__(self, share: float, *, seed: int = 4) -> None:
        self._share = share
        self._random = random.Random(seed)
        self.met = 0

    def next(self) -> Fault | None:
        if self._random.random() >= self._share:
            return None
        self.met += 1
        return self._random.choice(_KINDS)
