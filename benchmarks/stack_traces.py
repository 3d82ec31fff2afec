"""How many stack traces are found whole and alone and told right, beside a one-regex grouper."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import print_table
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from tests.core.investigate.stack_traces.dresses import DRESSES
from tests.core.investigate.stack_traces.trace_corpus import TraceCase, trace_cases

# Lies beside some checkouts; the benchmark does without where it is not there.
_SHARED = Path(__file__).parent.parent.parent / "shared" / "data" / "stack_traces" / "traces.json"
_NOISE = "2026-11-24T11:00:00Z INFO GET /health 200 1ms"
# What log shippers are usually told: a row that is indented, or names a cause, belongs to the one above.
_CONTINUED = re.compile(r"\s|Caused by|Traceback|\.\.\. \d")


@dataclass(slots=True)
class _Score:
    cases: int = 0
    whole: int = 0
    rival: int = 0
    language: int = 0
    exception: int = 0
    culprit: int = 0


def main() -> None:
    sets = {
        "shared": _shared_cases(),
        "tuned on": trace_cases("tuned"),
        "held out": trace_cases("held_out"),
    }
    for name, cases in sets.items():
        if cases:
            _print_by_language(name, cases)
    rows = [
        [dress, *(_share(score.whole, score) for score in scores)]
        for dress in DRESSES
        for scores in [[_score(cases, dress) for cases in sets.values() if cases]]
    ]
    print_table(
        "Traces found whole and alone, by what stands around their rows",
        ["dress", *(name for name, cases in sets.items() if cases)],
        rows,
    )


def _print_by_language(name: str, cases: Sequence[TraceCase]) -> None:
    languages = sorted({case.language for case in cases})
    groups = [(language, [case for case in cases if case.language == language]) for language in languages]
    rows = []
    for label, members in [*groups, ("all", list(cases))]:
        score = _score(members, "bare")
        is_labelled = any(case.exception for case in members)
        rows.append(
            [
                label,
                str(score.cases),
                _share(score.whole, score),
                _share(score.rival, score),
                _share(score.language, score),
                _share(score.exception, score) if is_labelled else "not labelled",
                _share(score.culprit, score) if is_labelled else "not labelled",
            ]
        )
    columns = ["language", "traces", "whole and alone", "one regex", "language told", "exception", "culprit"]
    print_table(f"Stack traces, {name}", columns, rows)


def _score(cases: Iterable[TraceCase], dress: str) -> _Score:
    score = _Score()
    for case in cases:
        rows = DRESSES[dress](case.rows)
        texts = [_NOISE, *rows, _NOISE]
        found = analyze_log([read_log_line(at, text) for at, text in enumerate(texts, 1)]).stack_traces
        score.cases += 1
        score.rival += _regex_group(texts) == (2, len(rows) + 1)
        if not found:
            continue
        trace = found[0]
        is_whole = len(found) == 1 and (trace.first_line, trace.last_line) == (2, len(rows) + 1)
        score.whole += is_whole
        score.language += trace.language in _names_of(case.language)
        score.exception += trace.exception == case.exception
        score.culprit += case.has_culprit(trace.culprit)
    return score


def _names_of(language: str) -> set[str]:
    # V8 writes the same in a browser and on a server.
    return {language, "nodejs"} if language == "javascript" else {language}


def _regex_group(texts: Sequence[str]) -> tuple[int, int]:
    """Give first and last line of the rival's group that begins with the second line."""
    last = 2
    while last < len(texts) and _CONTINUED.match(texts[last]):
        last += 1
    return 2, last


def _shared_cases() -> Sequence[TraceCase]:
    if not _SHARED.exists():
        return []
    cases = json.loads(_SHARED.read_text(encoding="utf-8"))["cases"]
    return [
        TraceCase(name=case["id"], language=case["lang"], exception="", place="", rows=tuple(case["lines"]))
        for case in cases
    ]


def _share(number: int, score: _Score) -> str:
    return f"{number} ({number / score.cases:.0%})"
