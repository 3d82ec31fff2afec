"""Whatever Prometheus, or what stands in its place, answers: one number, none, or a sentence."""

import json
from typing import Any

import pytest

from issue_intelligence.adapters.prometheus.answer import Sample, read_answer
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError


def success(result_type: str, result: Any, **more: Any) -> bytes:
    return json.dumps(
        {"status": "success", "data": {"resultType": result_type, "result": result}} | more
    ).encode()


def failed(kind: str, text: str) -> bytes:
    return json.dumps({"status": "error", "errorType": kind, "error": text}).encode()


def series(value: Any) -> dict[str, Any]:
    return {"metric": {}, "value": [1763985600.0, value]}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (success("scalar", [1763985600.0, "0.25"]), 0.25),
        (success("vector", [series("0.25")]), 0.25),
        (success("vector", [series("1e3")]), 1000.0),
        (success("vector", [series("0")]), 0.0),
        # No request in the window.
        (success("vector", []), None),
        # 0/0, x/0.
        (success("vector", [series("NaN")]), None),
        (success("vector", [series("+Inf")]), None),
        (success("scalar", [1763985600.0, "-Inf"]), None),
    ],
)
def test_one_sample_is_a_number_and_none_is_unknown(body: bytes, value: float | None) -> None:
    assert read_answer("error_rate", 200, {}, body).value == value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (success("vector", [series("1"), series("2")]), "2 series, where one is needed: wrap it in sum()"),
        (success("matrix", []), "gives a matrix"),
        (success("string", [1763985600.0, "x"]), "gives a string"),
        (success("vector", [{"metric": {}, "histogram": [1, {}]}]), "gives a histogram"),
        (success("vector", ["x"]), "gives a histogram"),
        (success("vector", [series("many")]), "holds no number"),
        (success("vector", [series(None)]), "holds no number"),
        (success("scalar", []), "holds no number"),
        (success("scalar", [1]), "holds no number"),
    ],
)  # fmt: skip
def test_answer_that_is_not_one_number_says_what_to_change(body: bytes, words: str) -> None:
    with pytest.raises(PermanentError, match="error_rate") as caught:
        read_answer("error_rate", 200, {}, body)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        # The query cannot be read: its author must know which, and what is wrong with it.
        (400, failed("bad_data", "1:5: parse error"), PermanentError, "error_rate is refused: 1:5: parse"),
        (422, failed("execution", "many-to-many"), PermanentError, "error_rate is refused: many-to-many"),
        (401, b"Unauthorized", PermanentError, "refuses us (401)"),
        (403, b"<html>", PermanentError, "refuses us (403)"),
        (404, b"404 page not found", PermanentError, "PROMETHEUS_URL is not the base URL"),
        (302, b"", PermanentError, "PROMETHEUS_URL is not the base URL"),
        # A login page, or a front end that answers every path.
        (200, b"<!doctype html><title>Sign in</title>", PermanentError, "with a web page"),
        (200, b"", PermanentError, "no JSON"),
        (200, b"\xff\xfe", PermanentError, "no JSON"),
        (200, b"[]", PermanentError, "no JSON"),
        (200, b'{"status": "success", "data": 7}', PermanentError, "no JSON"),
        (200, b'{"status": "success"}', PermanentError, "answered 200"),
        (200, b'{"status": "success", "data": {"resultType"', PermanentError, "no JSON"),
        (429, b"slow down", TransientError, "429"),
        (500, b"", TransientError, "500"),
        (502, b"<html>Bad Gateway</html>", TransientError, "502"),
        (503, failed("timeout", "query timed out"), TransientError, "query timed out"),
        (504, b"", TransientError, "504"),
    ],
)  # fmt: skip
def test_failures_are_of_two_kinds_and_say_what_to_do(
    status: int, body: bytes, kind: type[OutsideError], words: str
) -> None:
    with pytest.raises(kind) as caught:
        read_answer("error_rate", status, {}, body)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Wed, 25 Nov 2026 07:28:00 GMT", None), ("", None), ("99999999", 3600.0), ("٣", None)],
)
def test_wish_of_the_other_side_is_heard(header: str, seconds: float | None) -> None:
    with pytest.raises(TransientError) as caught:
        read_answer("error_rate", 429, {"retry-after": header}, b"")
    assert caught.value.retry_after_seconds == seconds


def test_warnings_come_along() -> None:
    body = success(
        "vector", [series("1")], warnings=["PromQL warning: x"], infos=["metric might not be a counter"]
    )
    assert read_answer("error_rate", 200, {}, body) == Sample(value=1.0, warnings=("PromQL warning: x",))


def test_text_of_an_error_is_bounded() -> None:
    with pytest.raises(PermanentError) as caught:
        read_answer("error_rate", 400, {}, failed("bad_data", "x" * 100_000))
    assert len(str(caught.value)) < 500
