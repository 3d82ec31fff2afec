"""What readers need stays: hashes, ids, versions, paths, names of classes, numbers and times."""

import pytest

from issue_intelligence.core.redact.redaction import find_sensitive


@pytest.mark.parametrize(
    "text",
    [
        # Hashes, commits, ids, of which no name says that they are secret.
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 by ci",
        "request_id=550e8400-e29b-41d4-a716-446655440000 trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
        "key: 550e8400-e29b-41d4-a716-446655440000",
        "cache key=9fceb02d0ae598e95dc970b74767f19372d61af8",
        "image sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        'fingerprint SHA1 da39a3ee5e6b4b0d3255bfef95601890afd80709 etag W/"5f3a-17b"',
        "session id: 0x14ede63a5a70000 closed",
        # Names of classes and places in code.
        "at com.example.shop.checkout.CartService$Handler.apply(CartService.java:42)",
        "state=org.apache.hadoop.mapreduce.v2.app.job.impl.TaskImpl",
        "key=user/profile/settings/notifications_v2/preferences",
        "token=Token{a64f992 u0} Bad activity token: android.os.Binder",
        # Versions, times, numbers, addresses.
        "node v20.11.1 npm 10.2.4 (build 20240115.3)",
        "2026-11-24T10:00:00.123+0100 took 1234567890123456 ns",
        "+0200 +12ms delta +123456 bytes=1099511627776 ratio 0.1234567890123456",
        "10.251.73.220:50010 and [2001:db8::1]:443 blk_4111111111111111",
        "order 1234-5678-9012-3456 part 123-45-67 id 000-12-3456",
        "GET /api/v1/items?page=2&sort=-created_at&state=open 200 1532",
        "SID S-1-5-21-3623811015-3361044348-30300820-1013",
        "phone service started on port 8080, mobile app 2.3.4",
        "a::b::c std::vector<int>::at() error code=ERR_HTTP2_STREAM_CANCEL",
        "data:image/png;base64,iVBORw0KGgo= key-value store, pk_test client",
        "failed to authenticate: the password is wrong; the code is invalid",
    ],
)
def test_ordinary_values_are_left_alone(text: str) -> None:
    assert [text[found.start : found.end] for found in find_sensitive(text)] == []


def test_ip_addresses_go_only_where_somebody_wants_it() -> None:
    text = "from 10.1.2.3:80 and 2001:db8::1 by v1.2.3.4-rc std::x 12:30:45"
    assert find_sensitive(text) == ()
    found = find_sensitive(text, ips=True)
    assert [text[each.start : each.end] for each in found] == ["10.1.2.3", "2001:db8::1"]
