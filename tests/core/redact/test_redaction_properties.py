"""Promises for every text: stable, ordered, and never slow."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issue_intelligence.core.redact.redaction import find_sensitive, redact

# Pieces of which secrets are made, so that random joins meet the patterns at their edges.
PIECES = [
    "password", "token", "=", ":", ": ", '"', "'", "\\", "\\n", "\n", " ", ",", ";", "&", "?", "@",
    "[", "]", ".",
    "hunter2", "joe", "example.com", "joe@example.com", "postgres://", "app:", "Authorization",
    "Bearer ", "Basic ",
    "Cookie: ", "Set-Cookie: ", "a=b", "eyJhbGciOiJI", ".eyJzdWIiOiJx",
    "ghp_abcdefghijklmnopqrstuv", "sk-",
    "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "MIIEowIBAAKCAQEA",
    "4111 1111 1111 1111", "4111",
    "[REDACTED:email#1]", "[REDACTED:", "é", "😀", "\ud800", "\x00", "--secret ", "<password>", "</",
    "api_key", "%40",
]  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=24).map("".join), st.text(max_size=80))


@given(TEXTS)
@settings(max_examples=1500, deadline=None)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize("between", ["", "\u200b\u200b"])
def test_a_token_glued_to_itself_many_times_is_gone_each_time(between: str) -> None:
    token = "AKIA" + "T17IJCC5W9FCE3YW"
    once = redact(between.join([token] * 40) + " and more")
    assert "AKIA" not in once
    assert once.endswith(" and more")
    assert redact(once) == once


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_findings_are_in_order_apart_and_within_the_text(text: str) -> None:
    position = 0
    pieces = []
    for finding in find_sensitive(text):
        assert position <= finding.start < finding.end <= len(text)
        pieces += [text[position : finding.start], f"[REDACTED:{finding.kind}#N]"]
        position = finding.end
    assert without_numbers("".join([*pieces, text[position:]])) == without_numbers(redact(text))


def without_numbers(text: str) -> str:
    return re.sub(r"\[REDACTED:([a-z0-9_]{1,40})#[N0-9]+\]", r"[REDACTED:\1]", text)
