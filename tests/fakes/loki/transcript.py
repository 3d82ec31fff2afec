"""The transcript of a real Loki: what was asked and what it answered."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real_parts import shared_data

_BLOCK = re.compile(
    r"^### (?P<method>GET|POST) (?P<path>\S+) ?(?P<params>\{[^\n]*\})?\n"
    r"-> (?P<status>\d{3}) ?(?P<kind>[^\n]*)\n"
    r"(?P<body>.*?)(?=\n###|\n===|\Z)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    method: str
    path: str
    params: dict[str, str]
    status: int
    kind: str
    # Long ones were cut in the transcript.
    body: str

    @property
    def is_whole(self) -> bool:
        return not self.body.endswith("[cut]") and (self.status != 200 or self.body.endswith("}"))


def transcript() -> list[Exchange]:
    """Read it; skips the test when it is not at hand."""
    return list(_exchanges(shared_data("loki") / "loki-real-responses.txt"))


def _exchanges(path: Path) -> Iterator[Exchange]:
    for found in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        params = json.loads(found["params"]) if found["params"] else {}
        yield Exchange(
            method=found["method"],
            path=found["path"],
            params={name: str(value) for name, value in params.items()},
            status=int(found["status"]),
            kind=found["kind"],
            body=found["body"].strip("\n"),
        )
