"""Real traces from outside are found whole and alone among other lines."""

import json

import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from tests.core.investigate.log_text import read_lines
from tests.real_parts import shared_data, shared_data_folder

_TRACES = shared_data_folder("stack_traces") / "traces.json"
# Traces of V8 look alike in browser and server, and some do not say where they were made.
_LANGUAGES = {"javascript": {"javascript", "nodejs"}}


def _cases() -> list[dict[str, object]]:
    if not _TRACES.exists():
        # One case that is skipped, so that the run says what it missed.
        return [{"id": "not at hand"}]
    cases: list[dict[str, object]] = json.loads(_TRACES.read_text(encoding="utf-8"))["cases"]
    return cases


@pytest.mark.parametrize(
    "prefix", ["", "2026-11-24T11:00:00Z ", "2026-11-24T11:00:00Z ERROR ", "[worker-3] ", "api-1  | "]
)
@pytest.mark.parametrize("case", _cases(), ids=lambda case: str(case["id"]))
def test_trace_is_found_whole_and_alone(case: dict[str, object], prefix: str) -> None:
    shared_data("stack_traces")
    rows = case["lines"]
    assert isinstance(rows, list)
    noise = ["2026-11-24T11:00:00Z INFO GET /health 200 1ms"]
    lines = read_lines([*noise, *(prefix + row for row in rows), *noise])
    [trace] = analyze_log(lines).stack_traces
    language = str(case["lang"])
    assert trace.language in _LANGUAGES.get(language, {language})
    assert (trace.first_line, trace.last_line) == (2, len(rows) + 1)
    groups = [group for _, _, group in per_line(lines)]
    assert len(set(groups[1:-1])) == 1
    assert groups[0] == groups[-1] != groups[1]
