"""Requests are read from access logs and fields of all usual forms."""

import json

import pytest

from issue_intelligence.core.investigate.http_requests import HttpRequest, read_request, sum_requests
from tests.core.investigate.log_text import read_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Common log format: what follows the status is bytes.
        (
            '10.0.0.1 - - [24/Nov/2026:11:00:00 +0000] "GET /orders/7?x=1 HTTP/1.1" 500 1234 "-" "curl"',
            HttpRequest("GET /orders/<num>", 500, None),
        ),
        (
            'INFO:     127.0.0.1:5000 - "POST /orders HTTP/1.1" 201 Created',
            HttpRequest("POST /orders", 201, None),
        ),
        ("POST /api/orders 500 12ms", HttpRequest("POST /api/orders", 500, 12.0)),
        # morgan's "dev" form.
        ("GET /users/42 200 3.250 ms - 512", HttpRequest("GET /users/<num>", 200, 3.25)),
        ("PUT /a -> 404 in 1.5 s", HttpRequest("PUT /a", 404, 1500.0)),
        (
            json.dumps({"msg": "x", "method": "GET", "path": "/a/1", "status": 503, "duration_ms": 4}),
            HttpRequest("GET /a/<num>", 503, 4.0),
        ),
        # pino-http.
        (
            json.dumps(
                {
                    "msg": "x",
                    "req": {"method": "GET", "url": "/a"},
                    "res": {"statusCode": 200},
                    "responseTime": 7,
                }
            ),
            HttpRequest("GET /a", 200, 7.0),
        ),
        # No status: not a finished request.
        ("POST /api/orders failed", None),
        (json.dumps({"msg": "x", "status": 500}), None),
        ("sent 500 letters", None),
    ],
)
def test_requests_are_read(text: str, expected: HttpRequest | None) -> None:
    assert read_request(read_lines([text])[0]) == expected


def test_requests_add_up() -> None:
    stats = sum_requests(
        [HttpRequest("GET /", 200, 10.0), HttpRequest("GET /", 200, 20.0), HttpRequest("/", 500, None)]
    )
    assert stats is not None
    assert (stats.total, stats.status_codes, stats.mean_duration_ms) == (3, {"200": 2, "500": 1}, 15.0)


def test_a_log_without_requests_has_no_stats() -> None:
    assert sum_requests([]) is None
