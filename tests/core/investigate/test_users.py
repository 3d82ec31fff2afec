"""Users are counted once each, whatever names a line gives them."""

import json

import pytest

from issue_intelligence.core.investigate.users import count_users
from tests.core.investigate.log_text import read_lines


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # No line names any: unknown, which is not none.
        (["boom", "connect refused"], None),
        (["failed for user_id=42", "failed for user_id=42", "failed for userId: 43"], 2),
        (["user 42 failed", "user 7f8a2c1e-1b2c-4d3e-8f90-aabbccddeeff failed"], 2),
        (["mail to ann@example.com", "mail to Ann@example.com bounced"], 1),
        # An id and an address on one line are one user, on every other line too.
        (["user=42 email ann@example.com", "ann@example.com again", "user=42 again", "user=43"], 2),
        ([json.dumps({"msg": "x", "userId": 1}), json.dumps({"msg": "x", "user": {"id": "2"}})], 2),
        ([json.dumps({"msg": "x", "user": {"id": 1, "email": "a@b.io"}}), "a@b.io"], 1),
        # Nobody is signed in.
        (["user=anonymous", "userId: null", json.dumps({"msg": "x", "user_id": None})], None),
    ],
)
def test_users_are_counted(texts: list[str], expected: int | None) -> None:
    assert count_users(read_lines(texts)) == expected
