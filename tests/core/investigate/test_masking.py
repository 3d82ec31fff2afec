"""Equal lines but for their variables get equal patterns, everywhere and always."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issue_intelligence.core.investigate import masking
from issue_intelligence.core.investigate.masking import fingerprint, mask, mask_path


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("connect ECONNREFUSED 10.0.0.1:5432", "connect ECONNREFUSED <ip>:<num>"),
        ("connect ECONNREFUSED ::1:5432", "connect ECONNREFUSED <ip>"),
        ("mail to Bob.Smith@example.com failed", "mail to <email> failed"),
        ("GET https://api.example.com/v1?x=1 failed", "GET <url> failed"),
        ("getaddrinfo ENOTFOUND db.prod.internal", "getaddrinfo ENOTFOUND <host>"),
        ("dial localhost:6379", "dial <host>:<num>"),
        ("order 7f8a2c1e-1b2c-4d3e-8f90-aabbccddeeff lost", "order <uuid> lost"),
        ("commit 9f86d081884c7d65 rolled back", "commit <hex> rolled back"),
        ("flags 0x1F set", "flags <hex> set"),
        ("trace cjld2cjxh0000qzrmn831i7rn ended", "trace <id> ended"),
        ("retry at 2026-11-24T11:00:00.5Z", "retry at <time>"),
        ("took 12.5ms, waited 3 seconds, ran 1m30s", "took <dur>, waited <dur>, ran <dur>"),
        ("sent 5 KB of 10 bytes", "sent <size> of <size>"),
        ("read /var/log/app/x.log", "read <path>"),
        ("open src/cart.ts:10", "open <path>:<num>"),
        ("open C:\\data\\x.txt", "open <path>"),
        ("GET /api/orders/42?x=1 500 12ms", "GET /api/orders/<num> <num> <dur>"),
        ("cannot read 'total' of \"cart\"", "cannot read <str> of <str>"),
        # An apostrophe is no quote.
        ("can't open it, don't retry", "can't open it, don't retry"),
        ("login user=alice ip=10.0.0.1", "login user=<val> ip=<val>"),
        # The value of a key that names a cause says what is wrong.
        ("upload error=timeout status=503", "upload error=timeout status=<num>"),
        ("failed for user alice", "failed for user <user>"),
        ("blk_-6952 of rdd_3_12", "blk_<id> of rdd_<id>"),
        ("load 12.5% at -3, 1,234 left", "load <num>% at <num> left"),
        # A list is one thing, however long it is.
        ("delete blk_1 blk_2 blk_3", "delete blk_<id>"),
        ("delete blk_1", "delete blk_<id>"),
        # What a quoted request asks for varies; how it asks does not.
        ('"GET /a/b HTTP/1.1" 200', '"GET <path>" <num>'),
        ("Invalid user bob from 10.0.0.1", "Invalid user <user> from <ip>"),
        ("mapping for 195-1-2.rev.example.eu failed", "mapping for <host> failed"),
        ("source=WorkSource{10113} lock=1", "source=<val> lock=<val>"),
        # A switch tells events apart.
        ("panels: force=true", "panels: force=true"),
        # Names that only look like hosts or addresses.
        ("std::vector in org.apache.Foo", "std::vector in org.apache.Foo"),
        # The stack behind a message is not part of its pattern.
        ("boom\n    at f (/app/x.js:1:2)", "boom"),
        ("a\n\n  b", "a b"),
    ],
)
def test_variables_are_masked(message: str, pattern: str) -> None:
    assert mask(message) == pattern


_WORDS = st.sampled_from(
    [
        "user",
        "10.0.0.1",
        "a@b.io",
        "'q'",
        "k=v",
        "k=",
        "/a/b",
        "src/x.ts:1",
        "12",
        "5ms",
        "0xff",
        "a1b2c3d4",
        "<num>",
        "for",
        "from",
        "http://x.io/1",
        "11:00:00",
        "2026-11-24",
        "GET",
        "/x/1",
        "(x)",
        "x1y2z3",
        "localhost:80",
        "db.prod.com:12",
        "::1",
        "C:\\a",
        "7%",
        "1,2",
        "[x]",
        "-",
        ".",
        "can't",
        "status=500",
    ]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=10).map(" ".join))
def test_masking_twice_changes_nothing(message: str) -> None:
    assert mask(mask(message)) == mask(message)


def test_fingerprint_is_fixed_for_a_version() -> None:
    # A change here is a new MASK_VERSION: stored incidents are found by these.
    assert fingerprint(mask("connect ECONNREFUSED 10.0.0.1:5432"), 1) == "a720ebfd4cc59591"
    assert fingerprint("x", 1) != fingerprint("x", 2)


@given(st.integers(min_value=0), st.ip_addresses(v=4), st.uuids())
def test_variables_do_not_change_the_fingerprint(number: int, address: object, identity: object) -> None:
    message = f"order {number} from {address} failed, request {identity}"
    assert mask(message) == "order <num> from <ip> failed, request <uuid>"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_has_a_stable_fingerprint(text: str) -> None:
    masked = mask(text)
    assert mask(text) == masked
    assert len(fingerprint(masked)) == 16


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/api/orders/42", "/api/orders/<num>"),
        ("/users/7f8a2c1e-1b2c-4d3e-8f90-aabbccddeeff/x", "/users/<uuid>/x"),
        ("/api/v2/users?page=3#top", "/api/v2/users"),
        ("/mail/a@b.io", "/mail/<email>"),
        ("/health", "/health"),
    ],
)
def test_paths_become_templates(path: str, template: str) -> None:
    assert mask_path(path) == template


@settings(max_examples=500)
@given(st.text(alphabet="0123456789aAxXvEms:.-/_=<>'\"() \n\u0663", max_size=60))
@example("retry 3x4 of 0x10 and 0X2a at v2/items/v3")
@example("v1/7 v2/7 v2/7")
@example("error=E1102 took 12ms of 3kB on 10.0.0.1:5432 at 2026-11-24 11:00:00")
def test_the_value_of_digits_changes_nothing_but_what_stays_in_the_pattern(text: str) -> None:
    assert mask(text) == masking._mask(text)
