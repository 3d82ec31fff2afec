"""Whole values of the model lose their secrets and nothing else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from issue_intelligence.core.model.logs import LogLevel, LogLine
from issue_intelligence.core.redact.tree import redact_tree

AT = datetime(2026, 11, 24, tzinfo=UTC)
MAIL = "joe@example.com"
GONE = "[REDACTED:email#1]"


class Address(StrEnum):
    JOE = "joe@example.com"


class Pair(NamedTuple):
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    text: str = ""
    children: tuple["Node", ...] = ()
    at: datetime = AT
    address: Address = Address.JOE
    computed: str = field(init=False, default=MAIL)


def test_strings_are_redacted_at_any_depth() -> None:
    node = Node(text=f"ask {MAIL}", children=(Node(), Node(text="password=hunter2")))
    redacted = redact_tree(node)
    assert redacted == Node(
        text=f"ask {GONE}", children=(Node(), Node(text="password=[REDACTED:password#1]"))
    )
    # What needed no change is not even copied.
    assert redacted.children[0] is node.children[0]


def test_enums_times_and_computed_fields_stay() -> None:
    redacted = redact_tree(Node(text=MAIL))
    assert (redacted.at, redacted.address, redacted.computed) == (AT, Address.JOE, MAIL)
    assert isinstance(redacted.address, Address)


def test_log_line_keeps_number_time_and_level() -> None:
    line = LogLine(3, f"from {MAIL}", AT, LogLevel.ERROR, {"user": MAIL, "n": "1"})
    assert redact_tree(line) == LogLine(3, f"from {GONE}", AT, LogLevel.ERROR, {"user": GONE, "n": "1"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([MAIL, 1, None], [GONE, 1, None]),
        ((MAIL, (MAIL,)), (GONE, (GONE,))),
        (frozenset({MAIL}), frozenset({GONE})),
        (Pair(MAIL, 2), Pair(GONE, 2)),
        ({MAIL: 1.5}, {GONE: 1.5}),
        (MappingProxyType({"a": [MAIL]}), {"a": [GONE]}),
        # The key tells what the value is.
        ({"password": "hunter2 and 'more'"}, {"password": "[REDACTED:password#1]"}),
        ({"DB_PASSWORD": "x1\ny2"}, {"DB_PASSWORD": "[REDACTED:password#1]"}),
        ({"authorization": "Bearer abc123"}, {"authorization": "Bearer [REDACTED:authorization#1]"}),
    ],
)
def test_containers_keep_their_form(value: Any, expected: Any) -> None:
    assert redact_tree(value) == expected
    assert redact_tree(expected) is expected


@pytest.mark.parametrize(
    "value", [7, 1.5, None, True, AT, b"joe@example.com", {"token": "expired"}, (), {}, Address]
)
def test_what_holds_nothing_sensitive_is_the_same_object(value: Any) -> None:
    assert redact_tree(value) is value


@pytest.mark.parametrize("text", ["db02d7eb9b646677d21dd55fea219b30", "be12a45678901234", "4111111111111a11"])
def test_hashes_of_ours_stay_what_they_are(text: str) -> None:
    """The first passes the check of a bank account, as one id in some thousands does."""
    assert redact_tree({"id": text}) == {"id": text}


def test_hash_beside_a_telling_name_is_a_secret_all_the_same() -> None:
    text = "db02d7eb9b646677d21dd55fea219b30"
    assert text not in str(redact_tree({"api_key": text}))
