"""What answers of health endpoints mean."""

import json
from typing import Any

import pytest

from issue_intelligence.adapters.http_probe.answer import read_answer
from issue_intelligence.core.model.evidence import HealthProbe, ServiceState

UP, DOWN, DEGRADED = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED


def read(status: int, body: Any = None, *, elapsed_seconds: float = 0.1) -> tuple[HealthProbe, ...]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer("shop", status, raw, elapsed_seconds=elapsed_seconds, degraded_after_seconds=3)


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (200, {"status": "ok"}, UP),
        (204, b"", UP),
        # A body that says nothing we know leaves the status code to speak.
        (200, {"status": "whatever"}, UP),
        (200, [1, 2], UP),
        (200, b"\xff{", UP),
        (200, b"[" * 60_000, UP),
        (200, {"status": "Degraded"}, DEGRADED),
        (200, {"status": "warn"}, DEGRADED),
        (200, {"status": "DOWN"}, DOWN),
        (200, {"status": "fail"}, DOWN),
        (200, {"healthy": False}, DOWN),
        (429, {}, DEGRADED),
        (503, {"status": "ok"}, DOWN),
        (404, b"", DOWN),
        (401, b"", DOWN),
        # No status of any standard.
        (799, b"", DOWN),
    ],
)
def test_status_and_body_give_the_state(status: int, body: Any, state: ServiceState) -> None:
    probe = read(status, body)[0]
    assert (probe.name, probe.state, probe.status_code) == ("shop", state, status)
    assert probe.detail.startswith(f"answered {status}")


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ({"checks": {"database": "up", "payments": "down"}}, [("database", UP), ("payments", DOWN)]),
        # Spring Boot.
        (
            {
                "components": {
                    "db": {"status": "UP", "details": {"database": "H2"}},
                    "x": {"status": "UNKNOWN"},
                }
            },
            [("db", UP)],
        ),
        # The IETF draft: several instances of one part, the worst speaks.
        ({"checks": {"redis:time": [{"status": "pass"}, {"status": "warn"}]}}, [("redis:time", DEGRADED)]),
        ({"dependencies": {"mail": True, "cache": False, "n": 3}}, [("mail", UP), ("cache", DOWN)]),
        ({"checks": [{"name": "disk", "state": "failing"}, {"no": "name"}, 7]}, [("disk", DOWN)]),
        ({"checks": "fine", "components": None}, []),
    ],
)
def test_parts_become_probes(body: Any, parts: list[tuple[str, ServiceState]]) -> None:
    assert [(probe.name, probe.state) for probe in read(200, body)[1:]] == parts


def test_parts_of_a_failing_service_are_read_too() -> None:
    probes = read(503, {"checks": {"db": {"status": "down", "message": "connection\n refused"}}})
    assert probes[1].detail == "the service calls it down: connection refused"


def test_flood_of_parts_is_bounded() -> None:
    probes = read(200, {"checks": {"n" * 200 + str(number): "up" for number in range(100)} | {"m": "up"}})
    assert len(probes) <= 51
    assert all(len(probe.name) <= 80 for probe in probes)


def test_slow_answer_names_its_time() -> None:
    probe = read(200, {"status": "ok"}, elapsed_seconds=4.25)[0]
    assert (probe.state, probe.detail) == (DEGRADED, "answered 200, but only after 4.2 s")
