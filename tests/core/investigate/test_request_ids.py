"""Ids of requests and traces are found in fields and in text, under their usual names."""

import json

import pytest

from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.request_ids import request_ids_of


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ERROR order is lost request_id=4d9be8c2", ("4d9be8c2",)),
        ("ERROR order is lost (requestId: 4d9be8c2)", ("4d9be8c2",)),
        ("ERROR lost, correlation id = 7f8a2c1e-1b2c-4d3e-8f90.", ("7f8a2c1e-1b2c-4d3e-8f90",)),
        ("ERROR X-Request-ID: abc-123-def trace_id=0af7651916cd43dd", ("abc-123-def", "0af7651916cd43dd")),
        # The trace id of a W3C trace context, not the span's.
        (
            "ERROR traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ("0af7651916cd43dd8448eb211c80319c",),
        ),
        (json.dumps({"level": "error", "msg": "lost", "reqId": "req-1842"}), ("req-1842",)),
        (json.dumps({"msg": "lost", "trace": {"id": "0af7651916cd43dd"}}), ("0af7651916cd43dd",)),
        # A tracer that is switched off, and what is too short to tell requests apart.
        ("ERROR lost trace_id=00000000000000000000000000000000 request_id=17", ()),
        ("ERROR the request identity is unknown", ()),
    ],
)
def test_ids_of_a_line(text: str, ids: tuple[str, ...]) -> None:
    assert request_ids_of(read_log_line(1, text)) == ids


def test_a_line_that_lists_many_gives_the_first_five() -> None:
    text = " ".join(f"request_id=request-{number}" for number in range(100))
    assert request_ids_of(read_log_line(1, text)) == tuple(f"request-{number}" for number in range(5))
