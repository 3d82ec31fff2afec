import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issue_intelligence.web.security import IntakeCredentials, authenticate
from tests.factories.webhooks import PAYLOADS

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
BODY = b"test message"
SIGNATURE = "X-Grafana-Alerting-Signature"
STAMP = "X-Grafana-Alerting-Timestamp"

VECTORS: list[dict[str, Any]] = json.loads(
    (PAYLOADS / "grafana-hmac-vectors.json").read_text(encoding="utf-8")
)
PLAIN, STAMPED = VECTORS

BY_HMAC = IntakeCredentials(hmac_secret="secret")
BY_STAMPED_HMAC = IntakeCredentials(hmac_secret="secret", timestamp_header=STAMP)
BY_TOKEN = IntakeCredentials(bearer_token="t0ken")
BY_PASSWORD = IntakeCredentials(username="grafana", password="pä:ss")
BY_ANY = replace(BY_HMAC, bearer_token="t0ken", username="grafana", password="pä:ss")


def headers(**values: str | bytes) -> list[tuple[bytes, bytes]]:
    """As ASGI gives them; underscores stand for hyphens."""
    return [
        (name.replace("_", "-").lower().encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in values.items()
    ]


def signed(signature: str | bytes, stamp: str | None = None) -> list[tuple[bytes, bytes]]:
    sent = headers(x_grafana_alerting_signature=signature)
    return sent if stamp is None else sent + headers(x_grafana_alerting_timestamp=stamp)


def basic(credentials: str) -> list[tuple[bytes, bytes]]:
    return headers(authorization=b"Basic " + base64.b64encode(credentials.encode()))


def test_grafanas_vectors_hold() -> None:
    plain = authenticate(BY_HMAC, signed(PLAIN["signature"]), PLAIN["body"].encode(), NOW)
    stamped = authenticate(
        BY_STAMPED_HMAC, signed(STAMPED["signature"], STAMPED["timestamp"]), STAMPED["body"].encode(), NOW
    )
    assert (plain.ok, plain.credential) == (True, "hmac")
    assert (stamped.ok, stamped.credential) == (True, "hmac")


@pytest.mark.parametrize(
    ("credentials", "sent", "credential"),
    [
        # Nothing is set up: the server listens on loopback only.
        (IntakeCredentials(), [], ""),
        (IntakeCredentials(hmac_secret="", bearer_token="", username="", password=""), [], ""),
        (BY_TOKEN, headers(authorization="Bearer t0ken"), "bearer"),
        # Schemes are read without regard to case (RFC 9110, 11.1).
        (BY_TOKEN, headers(authorization="bearer  t0ken"), "bearer"),
        (BY_PASSWORD, basic("grafana:pä:ss"), "basic"),
        # Any one method suffices, whatever the others say.
        (BY_ANY, signed(PLAIN["signature"]), "hmac"),
        (BY_ANY, headers(authorization="Bearer t0ken"), "bearer"),
        (BY_ANY, basic("grafana:pä:ss"), "basic"),
        (BY_ANY, signed("0" * 64) + headers(authorization="Bearer t0ken"), "bearer"),
        (BY_ANY, signed(PLAIN["signature"]) + headers(authorization="Bearer wrong"), "hmac"),
        # A header name of one's own.
        (replace(BY_HMAC, hmac_header="X-Mine"), headers(x_mine=PLAIN["signature"]), "hmac"),
    ],
)
def test_a_sender_that_proves_itself_is_let_in(
    credentials: IntakeCredentials, sent: list[tuple[bytes, bytes]], credential: str
) -> None:
    result = authenticate(credentials, sent, BODY, NOW)
    assert (result.ok, result.credential, result.reason) == (True, credential, "")


@pytest.mark.parametrize(
    ("credentials", "sent", "reason"),
    [
        # Only an HMAC secret is set up, so a signature is required.
        (BY_HMAC, [], f"the header {SIGNATURE} is missing"),
        (BY_HMAC, headers(authorization="Bearer secret"), "is missing"),
        (BY_HMAC, signed("0" * 64), "does not fit"),
        (BY_HMAC, signed(PLAIN["signature"]) * 2, "more than once"),
        (BY_HMAC, signed(PLAIN["signature"].upper()), "lower-case"),
        (BY_HMAC, signed("sha256=" + PLAIN["signature"]), "64 lower-case"),
        (BY_HMAC, signed(PLAIN["signature"] + "\n"), "64 lower-case"),
        (BY_HMAC, signed(""), "64 lower-case"),
        (BY_HMAC, signed("ü" * 64), "64 lower-case"),
        (BY_HMAC, signed(b"\xff" * 64), "64 lower-case"),
        # The time is part of what is signed.
        (BY_STAMPED_HMAC, signed(STAMPED["signature"]), f"the header {STAMP} is missing"),
        (BY_STAMPED_HMAC, signed(STAMPED["signature"], "1700000001"), "does not fit"),
        (BY_STAMPED_HMAC, signed(PLAIN["signature"], "1700000000"), "does not fit"),
        (BY_STAMPED_HMAC, signed(STAMPED["signature"], "1700000000x"), "Unix seconds"),
        (BY_STAMPED_HMAC, signed(STAMPED["signature"], "-1700000000"), "Unix seconds"),
        (BY_STAMPED_HMAC, signed(STAMPED["signature"], "9" * 5000), "Unix seconds"),
        (BY_STAMPED_HMAC, signed(STAMPED["signature"], "\u0661\u0667"), "Unix seconds"),
        (BY_STAMPED_HMAC, signed(STAMPED["signature"], "999999999999"), "300 seconds"),
        # Tokens.
        (BY_TOKEN, [], "no bearer credentials"),
        (BY_TOKEN, headers(authorization="Bearer"), "no bearer credentials"),
        (BY_TOKEN, headers(authorization="Bearer "), "no bearer credentials"),
        (BY_TOKEN, headers(authorization="t0ken"), "no bearer credentials"),
        (BY_TOKEN, headers(authorization="Bearer T0KEN"), "not the right one"),
        (BY_TOKEN, headers(authorization=b"Bearer \xff\xfe"), "not the right one"),
        (BY_TOKEN, headers(authorization="Bearer t0ken") * 2, "more than once"),
        # Passwords.
        (BY_PASSWORD, basic("grafana:wrong"), "not the right one"),
        (BY_PASSWORD, basic("grafana"), "not the right one"),
        (BY_PASSWORD, headers(authorization="Basic ???"), "not base64"),
        (BY_PASSWORD, headers(authorization="Basic ü"), "not base64"),
        (BY_PASSWORD, headers(authorization="Bearer pä:ss"), "no basic credentials"),
        # Every method says why.
        (BY_ANY, [], "no bearer credentials in the header Authorization; no basic"),
    ],
)
def test_a_sender_that_does_not_prove_itself_is_refused(
    credentials: IntakeCredentials, sent: list[tuple[bytes, bytes]], reason: str
) -> None:
    result = authenticate(credentials, sent, BODY, NOW)
    assert not result.ok
    assert result.credential == ""
    assert reason in result.reason
    assert not [secret for secret in ("t0ken", "pä:ss") if secret in result.reason]


def test_one_changed_byte_of_the_body_is_noticed() -> None:
    assert not authenticate(BY_HMAC, signed(PLAIN["signature"]), BODY + b" ", NOW).ok


@pytest.mark.parametrize(
    ("age", "ok"),
    [
        (timedelta(seconds=300), True),
        (timedelta(seconds=301), False),
        # The sender's clock may be ahead, but not further than that.
        (timedelta(seconds=-300), True),
        (timedelta(seconds=-301), False),
    ],
)
def test_an_old_delivery_cannot_be_played_again(age: timedelta, ok: bool) -> None:
    sent = signed(STAMPED["signature"], STAMPED["timestamp"])
    assert authenticate(BY_STAMPED_HMAC, sent, BODY, NOW + age).ok is ok


def test_a_secret_that_is_not_utf_8_works() -> None:
    # The environment gives such bytes as surrogates.
    secret = b"s\xff"
    credentials = IntakeCredentials(hmac_secret=secret.decode("utf-8", "surrogateescape"))
    assert authenticate(credentials, signed(hmac.digest(secret, BODY, "sha256").hex()), BODY, NOW).ok


@pytest.mark.parametrize("half", [{"username": "a"}, {"password": "b"}, {"username": "a:b", "password": "c"}])
def test_half_a_password_is_refused_at_the_start(half: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="INTAKE_USERNAME"):
        IntakeCredentials(**half)  # type: ignore[arg-type]


def test_secrets_do_not_show_in_a_log() -> None:
    shown = repr(replace(BY_ANY, hmac_secret="hmac-s3cret"))
    assert not [secret for secret in ("hmac-s3cret", "t0ken", "pä:ss") if secret in shown]


@settings(deadline=None)
@given(
    sent=st.lists(
        st.tuples(
            st.sampled_from([b"authorization", SIGNATURE.lower().encode(), STAMP.lower().encode(), b"x"]),
            st.binary(max_size=80) | st.binary(max_size=20).map(lambda value: b"Basic " + value),
        )
    )
)
def test_no_header_makes_it_fail(sent: list[tuple[bytes, bytes]]) -> None:
    credentials = replace(BY_ANY, timestamp_header=STAMP)
    result = authenticate(credentials, sent, BODY, NOW)
    assert not result.ok
    assert result.reason
