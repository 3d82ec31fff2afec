"""Whatever is sent, the answer is a notification or one of the two documented errors, and always the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issue_intelligence.adapters.alertmanager.alert_format import AlertmanagerFormat
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.alert_format import (
    AlertFormat,
    NotJsonError,
    ParsedNotification,
    WrongShapeError,
)
from tests.factories.webhooks import raw_alert

FORMATS = pytest.mark.parametrize(
    "alert_format", [GrafanaFormat(), AlertmanagerFormat()], ids=["grafana", "am"]
)

# Text with every code point, halves of surrogate pairs and NUL included.
any_text = st.text(st.characters(exclude_categories=()), max_size=20)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
_FIELDS = [
    *raw_alert(),
    "values",
    "orgId",
    "silenceURL",
    "dashboardURL",
    "panelURL",
    "ruleUID",
    "generatorURL",
]
spoiled_alerts = st.builds(
    lambda changes: {**raw_alert(), **changes},
    st.dictionaries(st.sampled_from(_FIELDS), any_json | st.dictionaries(any_text, any_text, max_size=4)),
)
spoiled_bodies = st.builds(
    lambda alerts, extra: {**extra, "alerts": alerts},
    st.lists(spoiled_alerts | any_json, max_size=4),
    st.dictionaries(
        st.sampled_from(["version", "receiver", "orgId", "groupKey", "externalURL", "truncatedAlerts"]),
        any_json,
    ),
)


def outcome(alert_format: AlertFormat, body: bytes) -> ParsedNotification | str:
    try:
        return alert_format.parse(body)
    except (NotJsonError, WrongShapeError) as error:
        return repr(error)


def check(alert_format: AlertFormat, body: bytes) -> None:
    first = outcome(alert_format, body)
    assert outcome(alert_format, body) == first
    summary = alert_format.summarize(body)
    if isinstance(first, str):
        assert summary is None
        return
    # The short reading may pass a body on to the full one, and must otherwise say the same.
    assert summary is None or (summary.alert_ids, first.rejected) == (
        tuple(alert.id for alert in first.alerts),
        (),
    )
    for alert in first.alerts:
        context = alert_context(alert, (Service(name="api"),))
        # What is kept can be stored: UTF-8, and no NUL.
        stored = json.dumps([repr(alert), alert.labels, alert.annotations, alert.values], ensure_ascii=False)
        assert "\\u0000" not in stored
        assert stored.encode("utf-8")
        assert context.alert_name
    for rejected in first.rejected:
        assert rejected.field.startswith(f"alerts[{rejected.index}]")
        assert "\0" not in rejected.field + rejected.message
        assert (rejected.field + rejected.message).encode("utf-8")


@FORMATS
@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_random_bytes_are_refused_cleanly(alert_format: AlertFormat, body: bytes) -> None:
    check(alert_format, body)


@FORMATS
@settings(deadline=None)
@given(value=any_json)
def test_random_json_is_refused_cleanly(alert_format: AlertFormat, value: Any) -> None:
    check(alert_format, json.dumps(value).encode())


@FORMATS
@settings(deadline=None, max_examples=300)
@given(body=spoiled_bodies)
def test_spoiled_notifications_are_read_as_far_as_possible(alert_format: AlertFormat, body: Any) -> None:
    check(alert_format, json.dumps(body).encode())


@FORMATS
@settings(deadline=None)
@given(cut=st.integers(min_value=0, max_value=400), byte=st.integers(0, 255))
def test_a_damaged_body_is_refused_cleanly(alert_format: AlertFormat, cut: int, byte: int) -> None:
    whole = json.dumps({"alerts": [raw_alert(), raw_alert()]}).encode()
    check(alert_format, whole[:cut])
    check(alert_format, whole[:cut] + bytes([byte]) + whole[cut + 1 :])
