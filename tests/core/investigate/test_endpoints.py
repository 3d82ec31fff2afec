"""Endpoints are named with their variables templated."""

import json

import pytest

from issue_intelligence.core.investigate.endpoints import endpoint_of
from tests.core.investigate.log_text import read_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POST /api/orders/42 failed", "POST /api/orders/<num>"),
        ("GET https://shop.example/users/7?tab=1: timeout", "GET /users/<num>"),
        (
            json.dumps({"msg": "x", "method": "post", "url": "https://shop.example/api/orders/1"}),
            "POST /api/orders/<num>",
        ),
        (json.dumps({"msg": "x", "route": "/api/orders/"}), "/api/orders"),
        (json.dumps({"msg": "GET /a failed", "path": "C:/x"}), "GET /a"),
        (json.dumps({"msg": "/orders/1", "method": "GET", "httpStatus": 500}), "GET /orders/<num>"),
        ("GET ready", None),
        ("forget /etc/passwd", None),
    ],
)
def test_endpoints(text: str, expected: str | None) -> None:
    assert endpoint_of(read_lines([text])[0]) == expected
