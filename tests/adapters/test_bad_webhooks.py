"""Bad input, one row each: either the whole body is refused with a reason, or one alert is, by its field."""

import json
from typing import Any

import pytest

from issue_intelligence.adapters.alertmanager.alert_format import AlertmanagerFormat
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.core.intake.identity import label_fingerprint
from issue_intelligence.ports.alert_format import AlertFormat, NotJsonError, WrongShapeError
from tests.factories.webhooks import body_of, raw_alert

FORMATS = pytest.mark.parametrize(
    "alert_format", [GrafanaFormat(), AlertmanagerFormat()], ids=["grafana", "am"]
)


@FORMATS
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"hello",
        b"status=firing",
        b'{"alerts": [',
        b'{"alerts": []} {}',
        b'{"alerts": [tru]}',
        b"{'alerts': []}",
        # Not UTF-8: a stray byte, UTF-16, an encoded half of a pair, a stray byte inside an alert.
        b'{"alerts": []}\xff',
        '{"alerts": []}'.encode("utf-16"),
        b'{"receiver": "\xed\xa0\x80", "alerts": []}',
        b'{"alerts": [{"status": "\xff"}]}',
        # NUL bytes.
        b"\0",
        b'{"receiver": "a\0b", "alerts": []}',
    ],
)
def test_a_body_that_is_not_json_is_refused_as_such(alert_format: AlertFormat, body: bytes) -> None:
    with pytest.raises(NotJsonError):
        alert_format.parse(body)


@FORMATS
@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"[]", "", "must be an object, got list"),
        (b'"text"', "", "must be an object, got text"),
        (b"12", "", "must be an object, got number"),
        (b" null", "", "must be an object, got null"),
        (b"{}", "alerts", "is missing"),
        (b'{"alerts": {}}', "alerts", "must be a list, got object"),
        (b'{"alerts": "x"}', "alerts", "must be a list, got text"),
        (b'{"alerts": 1}', "alerts", "must be a list, got number"),
        (b'{"alerts": [], "receiver": 5}', "receiver", "must be text, got number"),
        (b'{"alerts": [], "groupKey": []}', "groupKey", "must be text, got list"),
        (b'{"alerts": [], "externalURL": true}', "externalURL", "must be text, got true or false"),
        (b'{"alerts": [], "orgId": {}}', "orgId", "must be a number or text, got object"),
        # More than 64 bits, more than any program counts.
        (b'{"alerts": [], "orgId": 9223372036854775808}', "orgId", "cannot be read"),
        (b'{"alerts": [], "orgId": ' + b"9" * 5000 + b"}", "orgId", "cannot be read"),
        (b'{"alerts": [], "truncatedAlerts": "1"}', "truncatedAlerts", "must be a number, got text"),
        (b'{"alerts": [], "version": {}}', "version", "must be text or a number, got object"),
        # Far beyond what a stack could follow, inside an alert, beside it, and as the whole body.
        (b'{"alerts": [' + b"[" * 90_000 + b"]" * 90_000 + b"]}", "", "nested too deeply"),
        (b'{"alerts": [], "x": ' + b'{"a":' * 90_000 + b"1" + b"}" * 90_001, "", "nested too deeply"),
        (b'{"alerts": [' + b",".join([b"1"] * 20_001) + b"]}", "alerts", "at most 20000"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_by_its_field(
    alert_format: AlertFormat, body: bytes, field: str, message: str
) -> None:
    with pytest.raises(WrongShapeError) as caught:
        alert_format.parse(body)
    assert caught.value.field_path == field
    assert message in caught.value.message


LONG = "x" * 4097

BAD_ALERTS: list[tuple[Any, str, str]] = [
    # No object at all.
    (5, "", "must be an object, got number"),
    (None, "", "must be an object, got null"),
    ([], "", "must be an object, got list"),
    ({}, ".status", "is missing"),
    # Missing fields.
    (raw_alert(status=None), ".status", "is missing"),
    (raw_alert(labels=None), ".labels", "is missing"),
    (raw_alert(startsAt=None), ".startsAt", "is missing"),
    # Numbers and the like where text belongs.
    (raw_alert(status=1), ".status", "must be text, got number"),
    (raw_alert(startsAt=1795431000), ".startsAt", "must be text, got number"),
    (raw_alert(endsAt=5), ".endsAt", "must be text, got number"),
    (raw_alert(labels=[]), ".labels", "must be an object, got list"),
    (raw_alert(labels={"alertname": "x", "severity": 3}), ".labels.severity", "must be text, got number"),
    (raw_alert(labels={"alertname": None}), ".labels.alertname", "must be text, got null"),
    (raw_alert(labels={"k" * 5000: 1}), f".labels.{'k' * 80}", "must be text, got number"),
    (raw_alert(labels={"a": {"b": "c"}}), ".labels.a", "must be text, got object"),
    (raw_alert(annotations={"summary": True}), ".annotations.summary", "must be text, got true or false"),
    (raw_alert(fingerprint=12), ".fingerprint", "must be text, got number"),
    (raw_alert(generatorURL=[]), ".generatorURL", "must be text, got list"),
    # Values that cannot be.
    (raw_alert(status="FIRING"), ".status", 'must be "firing" or "resolved", got "FIRING"'),
    (raw_alert(status=""), ".status", 'must be "firing" or "resolved"'),
    (raw_alert(labels={}), ".labels", "at least one label"),
    (raw_alert(startsAt=""), ".startsAt", "must be a time such as"),
    (raw_alert(startsAt="2026-13-01T00:00:00Z"), ".startsAt", "must be a time such as"),
    (raw_alert(startsAt="0000-01-01T00:00:00Z"), ".startsAt", "must be a time such as"),
    (raw_alert(startsAt="0001-01-01T00:00:00Z"), ".startsAt", "1970 to 2261"),
    (raw_alert(startsAt="9999-12-31T23:59:59Z"), ".startsAt", "1970 to 2261"),
    (raw_alert(endsAt="yesterday"), ".endsAt", "must be a time such as"),
    # Too long, too many.
    (raw_alert(labels={"alertname": LONG}), ".labels.alertname", "longer than 4096"),
    (raw_alert(labels={LONG: "x"}), f".labels.{'x' * 80}", "longer than 4096"),
    (raw_alert(labels={f"l{n}": "x" for n in range(201)}), ".labels", "at most 200"),
    (raw_alert(fingerprint="f" * 257), ".fingerprint", "longer than 256"),
    # No database stores NUL in text, and replacing it would make another alert of it.
    (raw_alert(labels={"alertname": "a\0b"}), ".labels.alertname", "NUL"),
    (raw_alert(labels={"a\0b": "x"}), ".labels.a\ufffdb", "NUL"),
    (raw_alert(fingerprint="\0"), ".fingerprint", "NUL"),
]


@FORMATS
@pytest.mark.parametrize(("bad", "field", "message"), BAD_ALERTS)
def test_one_bad_alert_costs_the_good_ones_nothing(
    alert_format: AlertFormat, bad: Any, field: str, message: str
) -> None:
    notification = alert_format.parse(body_of(raw_alert(fingerprint="a"), bad, raw_alert(fingerprint="b")))
    assert [alert.fingerprint for alert in notification.alerts] == ["a", "b"]
    (rejected,) = notification.rejected
    assert (rejected.index, rejected.field) == (1, f"alerts[1]{field}")
    assert message in rejected.message


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("silenceURL", "text"),
        ("dashboardURL", "text"),
        ("panelURL", "text"),
        ("ruleUID", "text"),
        ("orgId", "a number or text"),
    ],
)
def test_grafanas_own_fields_are_named_too(field: str, kind: str) -> None:
    notification = GrafanaFormat().parse(body_of(raw_alert(**{field: {}})))
    assert notification.rejected[0].field == f"alerts[0].{field}"
    assert notification.rejected[0].message == f"must be {kind}, got object"


@FORMATS
@pytest.mark.parametrize(
    "changes",
    [
        # Senders differ in what they leave out.
        {"annotations": None, "endsAt": None, "generatorURL": None},
        {"endsAt": ""},
        # Nothing names the rule; the context says so.
        {"labels": {"x": "y"}},
        # Dates at the edge of sense.
        {"startsAt": "2026-11-23T10:50:00.123456789+05:30"},
        {"startsAt": "2199-01-01T00:00:00Z"},
        {"status": "resolved", "endsAt": "9999-12-31T23:59:59.999999999Z"},
        # Fields that we do not know.
        {"enrichments": {"deep": [[[[]]]]}, "embeddedImage": "x" * 100_000},
        {"labels": {f"l{n}": "x" * 4096 for n in range(200)}},
        {"annotations": {"summary": "😀 ü \t"}},
    ],
)
def test_unusual_alerts_are_accepted(alert_format: AlertFormat, changes: dict[str, Any]) -> None:
    notification = alert_format.parse(body_of(raw_alert(**changes)))
    assert len(notification.alerts) == 1
    assert notification.alerts[0].ends_at is None


@FORMATS
def test_a_missing_fingerprint_is_computed_from_the_labels(alert_format: AlertFormat) -> None:
    notification = alert_format.parse(body_of(raw_alert(fingerprint=None), raw_alert(fingerprint="")))
    computed = label_fingerprint({"alertname": "HighErrorRate", "service": "api"})
    assert [alert.fingerprint for alert in notification.alerts] == [computed, computed]


@FORMATS
def test_descriptions_are_shortened_and_never_cost_the_alert(alert_format: AlertFormat) -> None:
    annotations = {"summary": "y" * 65_537, "text": "a\0b", **{f"n{number}": "x" for number in range(500)}}
    body = body_of(raw_alert(annotations=annotations, generatorURL="https://example.com/" + "z" * 9_000))
    alert = alert_format.parse(body).alerts[0]
    assert alert.annotations["summary"] == "y" * 65_536 + "… (cut; 65537 characters were sent)"
    assert alert.annotations["text"] == "a\ufffdb"
    assert len(alert.annotations) == 200
    assert alert.generator_url == ""


@FORMATS
@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (r"a\ud800", "a\ufffd"),
        (r"\udc00b", "\ufffdb"),
        (r"\ud800\ud800", "\ufffd\ufffd"),
        # A whole pair stays, beside half of one.
        (r"\ud83d\ude00\ud83d", "😀\ufffd"),
        # No escape at all: a backslash and letters.
        (r"\\ud800 \uD800", "\\ud800 \ufffd"),
    ],
)
def test_half_of_a_surrogate_pair_is_replaced(alert_format: AlertFormat, escaped: str, read: str) -> None:
    body = body_of(raw_alert(annotations={"summary": "HERE"})).replace(b"HERE", escaped.encode())
    summary = alert_format.parse(body).alerts[0].annotations["summary"]
    assert summary == read
    assert summary.encode("utf-8")


@FORMATS
def test_three_thousand_alerts_in_one_body_are_all_read(alert_format: AlertFormat) -> None:
    sent = [raw_alert(fingerprint=f"{number:016x}") for number in range(3_200)]
    sent[1_600] = raw_alert(status="broken")
    notification = alert_format.parse(body_of(*sent))
    assert len(notification.alerts) == 3_199
    assert len({alert.id for alert in notification.alerts}) == 3_199
    assert [rejected.field for rejected in notification.rejected] == ["alerts[1600].status"]


@FORMATS
def test_a_numeric_version_and_a_negative_count_are_understood(alert_format: AlertFormat) -> None:
    body = json.dumps({"alerts": [], "version": 2, "truncatedAlerts": -3}).encode()
    assert alert_format.parse(body).envelope.truncated_alerts == 0


@FORMATS
def test_thousands_of_bad_alerts_are_all_counted_and_the_first_explained(alert_format: AlertFormat) -> None:
    version = "1" if isinstance(alert_format, GrafanaFormat) else "4"
    body = json.dumps({"version": version, "alerts": [{}] * 1_000 + [raw_alert()]}).encode()
    parsed = alert_format.parse(body)
    assert (len(parsed.rejected), len(parsed.alerts)) == (1_000, 1)
    assert [parsed.rejected[0].field, parsed.rejected[999].field] == ["alerts[0].status", "alerts[999]"]
