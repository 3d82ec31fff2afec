"""What a report of a deployment may hold, and which field is named when it holds something else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from issue_intelligence.core.model.deployment import DeploymentReport, DeploymentStatus
from issue_intelligence.web.api.deployment_body import read_report
from issue_intelligence.web.errors import HttpError

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STARTED = {"service": "shop", "status": "started", "version": "1.4.2", "id": "run-7"}


def read(body: Any) -> DeploymentReport:
    return read_report(body if isinstance(body, bytes) else json.dumps(body).encode(), NOW)


def test_whole_report_is_read() -> None:
    found = read(
        {
            "service": " shop ",
            "status": "failed",
            "version": "1.4.2",
            "environment": "production",
            "id": "run-7",
            "started_at": "2026-11-24T12:50:00+01:00",
            "finished_at": "2026-11-24T11:55:00Z",
            "url": "https://ci.example/7",
            "by": "Ana Ünïcode",
        }
    )
    assert found == DeploymentReport(
        service="shop",
        status=DeploymentStatus.FAILED,
        version="1.4.2",
        environment="production",
        id="run-7",
        started_at=datetime(2026, 11, 24, 11, 50, tzinfo=UTC),
        finished_at=datetime(2026, 11, 24, 11, 55, tzinfo=UTC),
        url="https://ci.example/7",
        by="Ana Ünïcode",
    )


def test_service_and_status_are_enough() -> None:
    assert read({"service": "shop", "status": "started"}) == DeploymentReport(
        service="shop", status=DeploymentStatus.STARTED
    )


def test_clock_that_runs_a_little_ahead_means_now() -> None:
    assert read(STARTED | {"started_at": "2026-11-24T12:04:00Z"}).started_at == NOW


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"service": ""}, "service", "must not be empty"),
        ({"service": "   "}, "service", "must not be empty"),
        ({"service": None}, "service", "must be text"),
        ({"service": "x" * 256}, "service", "at most 255"),
        ({"service": "a\u0000b"}, "service", "control characters"),
        ({"service": "a\nb"}, "service", "control characters"),
        ({"service": ["shop"]}, "service", "must be text"),
        ({"status": "done"}, "status", "started, finished or failed"),
        ({"status": None}, "status", "started, finished or failed"),
        ({"version": 1.4}, "version", "must be text"),
        ({"version": "v" * 256}, "version", "at most 255"),
        ({"started_at": "yesterday"}, "started_at", "2026-11-24T12:00:00Z"),
        ({"started_at": "2026-11-24T12:00:00"}, "started_at", "such as 2026-11-24T12:00:00Z"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at", "2026-11-24T12:00:00Z"),
        ({"started_at": "9999-12-31T23:59:59Z"}, "started_at", "future"),
        ({"started_at": "2001-01-01T00:00:00Z"}, "started_at", "more than a year"),
        ({"started_at": 1763985600}, "started_at", "must be text"),
        ({"finished_at": "2026-11-24T12:00:00Z"}, "finished_at", "beside status started"),
        (
            {"status": "failed", "started_at": "2026-11-24T11:00:00Z", "finished_at": "2026-11-24T10:00:00Z"},
            "finished_at",
            "before started_at",
        ),
        ({"url": "javascript:alert(1)"}, "url", "http://"),
        ({"url": "https://x/" + "y" * 2000}, "url", "at most 2000"),
        ({"startedAt": "2026-11-24T11:00:00Z"}, "startedAt", "is not known"),
    ],
)
def test_wrong_shape_is_named_by_its_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(HttpError) as caught:
        read(STARTED | change)
    error = caught.value
    assert (error.status, error.code) == (422, "invalid_payload")
    assert [detail["field"] for detail in error.details] == [field]
    assert words in error.details[0]["message"]
    assert error.message.startswith(f"{field}: ")


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"service": "\xff"}', b'{"service": "\\ud800"}', b"[" * 60_000]
)
def test_what_is_no_json_is_said_so(body: bytes) -> None:
    with pytest.raises(HttpError) as caught:
        read(body)
    assert (caught.value.status, caught.value.code) == (400, "not_json")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "body: must be an object"),
        (b"null", "body: must be an object"),
        (b"{}", "service: is missing; status: is missing"),
    ],
)
def test_what_is_no_object_or_lacks_a_field_is_said_so(body: bytes, message: str) -> None:
    with pytest.raises(HttpError) as caught:
        read(body)
    assert (caught.value.status, caught.value.message) == (422, message)


def test_answer_stays_small_whatever_was_sent() -> None:
    with pytest.raises(HttpError) as caught:
        read(STARTED | {"x" * 500 + str(number): 1 for number in range(100)})
    assert len(caught.value.body()) < 10_000
