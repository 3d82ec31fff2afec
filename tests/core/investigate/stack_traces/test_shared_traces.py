"""Real traces from outside are found whole and alone among other lines."""

import json

import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from tests.core.investigate.log_text import read_lines
from tests.real_parts import shared_data, shared_data_folder

_TRACES = shared_data_folder("stack_traces") / "traces.json"
_KNOWN = {"nodejs": "nodejs", "javascript": "nodejs", "python": "python"}


def _cases() -> list[dict[str, object]]:
    if not _TRACES.exists():
        # One case that is skipped, so that the run says what it missed.
        return [{"id": "not at hand"}]
    cases = json.loads(_TRACES.read_text(encoding="utf-8"))["cases"]
    return [case for case in cases if case["lang"] in _KNOWN]


@pytest.mark.parametrize("prefix", ["", "2026-11-24T11:00:00Z ", "2026-11-24T11:00:00Z ERROR "])
@pytest.mark.parametrize("case", _cases(), ids=lambda case: str(case["id"]))
def test_trace_is_found_whole_and_alone(case: dict[str, object], prefix: str) -> None:
    shared_data("stack_traces")
    rows = case["lines"]
    assert isinstance(rows, list)
    noise = ["2026-11-24T11:00:00Z INFO GET /health 200 1ms"]
    lines = read_lines([*noise, *(prefix + row for row in rows), *noise])
    [trace] = analyze_log(lines).stack_traces
    assert trace.language == _KNOWN[str(case["lang"])]
    assert (trace.first_line, trace.last_line) == (2, len(rows) + 1)
    groups = [group for _, _, group in per_line(lines)]
    assert len(set(groups[1:-1])) == 1
    assert groups[0] == groups[-1] != groups[1]
