"""No secret of a known kind survives, whatever it stands in; each vendor's form by itself."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issue_intelligence.core.redact.redaction import redact
from tests.factories.secret_contexts import BARE, BARE_HELD_OUT, NAMED, NAMED_HELD_OUT
from tests.factories.vendor_secrets import VENDOR_SAMPLES, card, cpf, iban, password, private_key, sample


def survives(context: str, secret: str) -> bool:
    return secret[3:-3] in redact(context.format(secret))


@pytest.mark.parametrize("vendor", VENDOR_SAMPLES)
def test_token_of_a_vendor_survives_nowhere(vendor: str) -> None:
    rng = random.Random(vendor)
    contexts = (*BARE, *BARE_HELD_OUT)
    assert [each for each in contexts if survives(each, sample(VENDOR_SAMPLES[vendor], rng))] == []


@pytest.mark.parametrize("context", [*NAMED, *NAMED_HELD_OUT])
def test_password_beside_its_name_is_gone(context: str) -> None:
    rng = random.Random(context)
    for _ in range(5):
        secret = password(rng)
        assert secret not in redact(context.format(secret))


@pytest.mark.parametrize("name", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA "])
def test_private_key_is_gone_whole_cut_and_escaped(name: str) -> None:
    key = private_key(random.Random(name), name)
    lines = key.split("\n")
    for text in (
        key,
        key.replace("\n", "\\n"),
        key.replace("\n", "\r\n"),
        key.replace("\n", "\\\\n"),
        key[:700],
        key[-700:],
        key[:80],
    ):
        left = redact(f'{{"key": "{text}"}}')
        assert not any(line[:20] in left for line in lines[1:-1]), text[:90]
    # Line by line, as a log hands it over.
    assert not any(line in redact(f"app | {line}") for line in lines[1:-2])


NUMBERS = {
    "visa": card,
    "amex": lambda rng: card(rng, "37", 15),
    "mastercard": lambda rng: card(rng, "53"),
    "german account": iban,
    "belgian account": lambda rng: iban(rng, "BE", 16),
    "cpf": cpf,
}


@given(st.sampled_from(sorted(NUMBERS)), st.integers(0, 10_000), st.sampled_from(BARE_HELD_OUT))
@settings(max_examples=100, deadline=None)
def test_number_with_a_check_digit_is_gone(kind: str, seed: int, context: str) -> None:
    assert not survives(context, NUMBERS[kind](random.Random(seed)))


@given(st.sampled_from(sorted(VENDOR_SAMPLES)), st.integers(0, 10_000), st.sampled_from(BARE + BARE_HELD_OUT))
@settings(max_examples=100, deadline=None)
def test_redacted_text_is_stable(vendor: str, seed: int, context: str) -> None:
    once = redact(context.format(sample(VENDOR_SAMPLES[vendor], random.Random(seed))))
    assert redact(once) == once


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("call me at +49 151 2345 6789", "phone"),
        ("phone: 0151 23456789", "phone"),
        ('"mobile": "07911 123456"', "phone"),
        ("reach (415) 555-2671 today", "phone"),
        ("tel=+14155552671", "phone"),
        ("IBAN DE89 3704 0044 0532 0130 00", "iban"),
        ("GB82WEST12345698765432", "iban"),
        ("SSN 536-90-4399", "national_id"),
        ("ssn: 536904399", "national_id"),
        ("National Insurance number: QQ 12 34 56 C", "national_id"),
        ("cpf=529.982.247-25", "national_id"),
        ("passport no. C01X00T47", "national_id"),
        ("pan4111111111111111exp1227", "card"),
        ("Your login code is 482913", "one_time_code"),
    ],
)
def test_personal_data_is_found(text: str, kind: str) -> None:
    assert f"[REDACTED:{kind}#1]" in redact(text)
