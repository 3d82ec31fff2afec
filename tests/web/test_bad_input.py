"""What a client can send, good or bad, gets the answer of the contract; nothing it can send is a 500."""

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.factories.webhooks import body_of, captured_body, grafana_example, raw_alert
from tests.journey.service_process import ServiceProcess

JSON = {"Content-Type": "application/json"}
LIMIT = 5 * 1024 * 1024
GOOD = raw_alert(fingerprint="good")
# Deeper than any parser's stack.
DEEP = b"[" * 100_000 + b"]" * 100_000


def post(
    client: httpx2.Client, body: bytes | Iterator[bytes], path: str = "/alerts/grafana"
) -> httpx2.Response:
    return client.post(path, content=body, headers=JSON)


def error_of(answer: httpx2.Response) -> dict[str, Any]:
    """The error, in the one shape that all errors have."""
    assert answer.headers["Content-Type"] == "application/json"
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == {"code", "message", "details"}
    return error


def stored_bodies(service: ServiceProcess) -> list[bytes]:
    with sqlite3.connect(service.folder / "data" / "issue-intelligence-intake.db") as connection:
        return [row[0] for row in connection.execute("SELECT body FROM inbound_events ORDER BY id")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"alerts": [',
        b'{"alerts": []} trailing',
        b"{'alerts': []}",
        b'{"alerts": [NaN]}',
        # NUL is no JSON, and neither are other encodings than UTF-8.
        b'{"alerts": [], "receiver": "a\0b"}',
        b'{"alerts": [], "receiver": "\xff\xfe"}',
        '{"alerts": []}'.encode("utf-16"),
        bytes(range(256)),
    ],
)
@pytest.mark.parametrize("path", ["/alerts/grafana", "/alerts/alertmanager"])
def test_what_is_not_json_is_400(client: httpx2.Client, path: str, body: bytes) -> None:
    answer = post(client, body, path)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "not_json")


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"[]", "", "object"),
        (b"null", "", "object"),
        (b'"text"', "", "object"),
        (b"17", "", "object"),
        (b"{}", "alerts", "is missing"),
        (b'{"alerts": {}}', "alerts", "list"),
        (b'{"alerts": "many"}', "alerts", "list"),
        (b'{"alerts": 3}', "alerts", "list"),
        (DEEP, "", ""),
        (b'{"alerts": ' + DEEP + b"}", "", ""),
        # Grafana before 9 (legacy alerting), and a contact point with a payload of its own.
        (grafana_example("grafana-legacy"), "alerts", "legacy alerting"),
        (b'{"text": "disk is full", "channel": "#ops"}', "alerts", "custom payload"),
    ],
)
def test_json_of_the_wrong_shape_is_422_and_kept_raw(
    client: httpx2.Client, service: ServiceProcess, body: bytes, field: str, message: str
) -> None:
    answer = post(client, body)
    error = error_of(answer)
    assert (answer.status_code, error["code"]) == (422, "invalid_payload"), error
    assert message in error["message"]
    assert error["details"][0]["field"] == field
    assert stored_bodies(service)[-1] == body


@pytest.mark.parametrize(
    ("alert", "field"),
    [
        ("text", "alerts[0]"),
        (None, "alerts[0]"),
        ({}, "alerts[0].status"),
        (raw_alert(status=None), "alerts[0].status"),
        (raw_alert(status="broken"), "alerts[0].status"),
        (raw_alert(status=1), "alerts[0].status"),
        (raw_alert(labels=None), "alerts[0].labels"),
        (raw_alert(labels={}), "alerts[0].labels"),
        (raw_alert(labels=[]), "alerts[0].labels"),
        # Numbers where text belongs.
        (raw_alert(labels={"alertname": 5}), "alerts[0].labels.alertname"),
        (raw_alert(annotations={"summary": 5}), "alerts[0].annotations.summary"),
        (raw_alert(fingerprint=7), "alerts[0].fingerprint"),
        (raw_alert(labels={"alertname": "a\0b"}), "alerts[0].labels.alertname"),
        # Absurd dates.
        (raw_alert(startsAt=None), "alerts[0].startsAt"),
        (raw_alert(startsAt="yesterday"), "alerts[0].startsAt"),
        (raw_alert(startsAt=1700000000), "alerts[0].startsAt"),
        (raw_alert(startsAt="2026-02-30T00:00:00Z"), "alerts[0].startsAt"),
        (raw_alert(startsAt="9999-12-31T23:59:59Z"), "alerts[0].startsAt"),
        (raw_alert(startsAt="0001-01-01T00:00:00Z"), "alerts[0].startsAt"),
        (raw_alert(labels={"alertname": [[[["deep"]]]]}), "alerts[0].labels.alertname"),
    ],
)
def test_bad_alert_alone_is_422_names_its_field_and_is_kept_raw(
    client: httpx2.Client, service: ServiceProcess, alert: Any, field: str
) -> None:
    body = body_of(alert)
    answer = post(client, body)
    error = error_of(answer)
    assert (answer.status_code, error["code"]) == (422, "invalid_payload")
    assert [detail["field"] for detail in error["details"]] == [field]
    assert stored_bodies(service)[-1] == body


def test_bad_alert_does_not_cost_the_good_ones(client: httpx2.Client, service: ServiceProcess) -> None:
    # Mere information gets no issue, whose link would show where the file is.
    labels = {"severity": "info"}
    good = [raw_alert(fingerprint=f"kept-{n}", labels=labels | {"alertname": f"Kept{n}"}) for n in (0, 1)]
    body = body_of(good[0], raw_alert(startsAt="never"), good[1])
    answer = post(client, body)
    said = answer.json()
    assert answer.status_code == 200
    assert said["success"] is True
    assert len(said["alertIds"]) == 2
    assert said["alertId"] == said["alertIds"][0]
    assert [(bad["index"], bad["field"]) for bad in said["rejected"]] == [(1, "alerts[1].startsAt")]
    assert stored_bodies(service)[-1] == body
    for alert_id in said["alertIds"]:
        # At once, and again when the worker has looked.
        assert client.get(f"/alerts/{alert_id}").json()["status"] in ("received", "investigated")
        assert until_investigated(client, alert_id)["id"] == alert_id


def until_investigated(client: httpx2.Client, alert_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        alert: dict[str, Any] = client.get(f"/alerts/{alert_id}").json()
        if alert["status"] == "investigated":
            return alert
        time.sleep(0.1)
    raise AssertionError(f"not investigated within a minute: {alert}")


def test_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not(client: httpx2.Client) -> None:
    empty = b'{"alerts": []}'
    assert post(client, empty + b" " * (LIMIT - len(empty))).status_code == 200
    answer = post(client, empty + b" " * (LIMIT + 1 - len(empty)))
    assert (answer.status_code, error_of(answer)["code"]) == (413, "too_large")


def test_too_much_is_noticed_without_a_content_length(client: httpx2.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"alerts": []}'
        left = LIMIT + 1 - 14
        while left > 0:
            yield b" " * min(left, 65_536)
            left -= 65_536

    answer = post(client, chunks())
    assert (answer.status_code, error_of(answer)["code"]) == (413, "too_large")


def test_thousands_of_alerts_in_one_body_are_all_kept(client: httpx2.Client) -> None:
    alerts = [
        raw_alert(fingerprint=f"many-{n}", labels={"alertname": "Storm", "instance": f"i{n}"})
        for n in range(3_200)
    ]
    ids = post(client, body_of(*alerts)).json()["alertIds"]
    assert len(set(ids)) == 3_200
    for alert_id in (ids[0], ids[1_600], ids[-1]):
        assert client.get(f"/alerts/{alert_id}").status_code == 200


@pytest.mark.parametrize(
    ("body", "alerts"),
    [
        # An empty group, also as Go writes it.
        (body_of(), 0),
        (b'{"alerts": null}', 0),
        (body_of(GOOD, truncatedAlerts=40), 1),
        (body_of(GOOD | {"values": None}), 1),
        (body_of(GOOD | {"values": {"A": 1, "B": None, "C": "text"}}), 1),
        (body_of(GOOD | {"endsAt": "0001-01-01T00:00:00Z"}), 1),
        (body_of(GOOD | {"annotations": None}), 1),
        (body_of(GOOD | {"unknown": {"nested": [1, 2]}}), 1),
        # A lone surrogate is replaced; it cannot be stored anywhere.
        (body_of(GOOD | {"annotations": {"summary": "a\ud800b"}}), 1),
        (body_of(GOOD | {"annotations": {"summary": "a\0b"}}), 1),
        # The same alert twice in a body is one alert.
        (body_of(GOOD, GOOD), 2),
        (body_of(GOOD, GOOD | {"status": "resolved", "endsAt": "2026-11-23T11:00:00Z"}), 2),
    ],
)
def test_odd_but_readable_is_200(client: httpx2.Client, body: bytes, alerts: int) -> None:
    answer = post(client, body)
    said = answer.json()
    assert answer.status_code == 200, said
    assert "rejected" not in said
    assert len(said["alertIds"]) == alerts
    assert said["alertId"] == (said["alertIds"][0] if alerts else None)


def test_truncation_by_the_sender_is_counted(client: httpx2.Client) -> None:
    post(client, body_of(GOOD, truncatedAlerts=7))
    metrics = client.get("/metrics").text
    assert re.search(r'alerts_truncated_total\{source="grafana"\} (?!0\.0)', metrics)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "json"])
def test_other_content_types_are_415(client: httpx2.Client, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post("/alerts/grafana", content=body_of(GOOD), headers=headers)
    assert (answer.status_code, error_of(answer)["code"]) == (415, "wrong_content_type")


def test_json_with_a_charset_is_welcome(client: httpx2.Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert client.post("/alerts/grafana", content=body_of(GOOD), headers=headers).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["grafana-v1-firing-two", "grafana-v1-mixed", "grafana-v1-datasource-nodata", "grafana-v1-truncated"],
)
def test_grafanas_own_examples_are_read_whole(client: httpx2.Client, name: str) -> None:
    body = grafana_example(name)
    said = post(client, body).json()
    assert "rejected" not in said
    assert len(said["alertIds"]) == len(json.loads(body)["alerts"])


def test_notification_at_the_wrong_door_is_told_the_right_one(client: httpx2.Client) -> None:
    grafanas = grafana_example("grafana-v1-firing-two")
    alertmanagers = captured_body("alertmanager-01-hook_default-firing-3alerts.json")
    wrong = post(client, grafanas, "/alerts/alertmanager")
    assert wrong.status_code == 422
    assert "/alerts/grafana" in error_of(wrong)["message"]
    also_wrong = post(client, alertmanagers)
    assert also_wrong.status_code == 422
    assert "/alerts/alertmanager" in error_of(also_wrong)["message"]
    assert len(post(client, alertmanagers, "/alerts/alertmanager").json()["alertIds"]) == 3
