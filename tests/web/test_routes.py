"""Paths and methods that are not there, and what every answer carries."""

import httpx2
import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/alerts",
        "/alerts/",
        "/alerts/grafana/",
        "/alerts/../etc/passwd",
        "/alerts/%2e%2e%2fetc%2fpasswd",
        "/alerts/ABCDEF",
        "/alerts/\u00fc",
        "/alerts/' OR 1=1",
        f"/alerts/{'0' * 32}",
        f"/alerts/{'0' * 33}",
        "/alerts/history/more",
        "/%00",
        "/" + "x" * 5_000,
        "/<script>alert(1)</script>",
    ],
)
def test_what_is_not_there_is_404(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/alerts/grafana"),
        ("DELETE", "/alerts/alertmanager"),
        ("OPTIONS", "/alerts/grafana"),
        ("POST", "/health"),
        ("POST", "/alerts/history"),
        ("DELETE", f"/alerts/{'0' * 32}"),
    ],
)
def test_other_methods_are_405_and_the_right_ones_are_named(
    client: httpx2.Client, method: str, path: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
    # Required beside 405 by RFC 9110, 15.5.6.
    assert answer.headers["Allow"]


def test_head_is_get_without_a_body(client: httpx2.Client) -> None:
    answer = client.head("/health")
    assert (answer.status_code, answer.content) == (200, b"")


def test_every_answer_forbids_to_be_a_page(client: httpx2.Client) -> None:
    for path in ("/health", "/ready", "/metrics", "/alerts/history"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=99999999999999999999", "limit"),
        # Digits, but not ours.
        ("limit=\u0661", "limit"),
        ("limit=1000000000000001", "limit"),
        ("status=lost", "status"),
        ("status=RECEIVED", "status"),
        # PostgreSQL takes no NUL in text.
        ("service=%00", "service"),
        ("before=yesterday", "before"),
        ("before=s", "before"),
        ("before=s-1", "before"),
        ("before=s1%3B DROP TABLE alert_events", "before"),
        ("before=s\u0661", "before"),
        ("before=s99999999999999999999999", "before"),
    ],
)
def test_bad_parameter_of_the_history_is_422_and_named(client: httpx2.Client, query: str, field: str) -> None:
    answer = client.get(f"/alerts/history?{query}")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "invalid_parameter")
    assert [detail["field"] for detail in error["details"]] == [field]


@pytest.mark.parametrize(
    "query", ["limit=1", "limit=500", "status=received", "status=firing", "before=s1", "service=shop", "x=y"]
)
def test_good_parameters_of_the_history_are_200(client: httpx2.Client, query: str) -> None:
    answer = client.get(f"/alerts/history?{query}")
    assert (answer.status_code, answer.json().keys()) == (200, {"alerts", "next_before"})
