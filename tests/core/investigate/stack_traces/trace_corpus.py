"""The corpus of traces: text files, a language each, whose entries say what is to be found in them.

An entry begins with "### name | exception | place of the culprit"; no place where the trace tells none.
`tuned` was used while the readers were written; `held_out` was written before they first ran, and no rule was
made after it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "corpus"
PARTS = ("tuned", "held_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCase:
    name: str
    language: str
    exception: str
    # The end of "file:line" of the frame to look at, or a function where there is no file.
    place: str
    rows: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.language}-{self.name}"

    def has_culprit(self, culprit: str) -> bool:
        # How much of the path is shown depends on where the service was deployed; file and line do not.
        place = culprit.partition(" in ")[0].rpartition("/")[2]
        expected = re.split(r"[/\\\\]", self.place.replace(":line ", ":"))[-1].replace(".dart ", ".dart:")
        return place == re.sub(r"(:\d+):\d+$", r"\1", expected) if self.place else True


def trace_cases(part: str) -> Sequence[TraceCase]:
    cases: list[TraceCase] = []
    for path in sorted((_FOLDER / part).glob("*.txt")):
        for entry in path.read_text(encoding="utf-8").split("### ")[1:]:
            head, _, body = entry.partition("\n")
            name, exception, place = (word.strip() for word in head.split("|"))
            rows = tuple(body.removesuffix("\n").split("\n"))
            cases.append(
                TraceCase(name=name, language=path.stem, exception=exception, place=place, rows=rows)
            )
    return cases
