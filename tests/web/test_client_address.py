from ipaddress import ip_network
from typing import Any

import pytest

from issue_intelligence.web.security import Network, client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("client", "forwarded", "trusted", "address"),
    [
        # Nobody is trusted: the header is anybody's.
        ("10.0.0.1", ["203.0.113.9"], [], "10.0.0.1"),
        # The connection comes from a stranger, so its header says nothing.
        ("198.51.100.7", ["203.0.113.9"], PROXIES, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9"], PROXIES, "203.0.113.9"),
        # The client may have written the left part itself; the rightmost stranger counts.
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9, 10.0.0.2"], PROXIES, "203.0.113.9"),
        # Several headers count as one list.
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9", "10.0.0.2"], PROXIES, "203.0.113.9"),
        # Only proxies: the outermost of them.
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], PROXIES, "10.0.0.3"),
        # What cannot be read ends the walk at the last hop that can.
        ("10.0.0.1", ["203.0.113.9, nonsense, 10.0.0.2"], PROXIES, "10.0.0.2"),
        ("10.0.0.1", ["nonsense"], PROXIES, "10.0.0.1"),
        ("10.0.0.1", [""], PROXIES, "10.0.0.1"),
        ("10.0.0.1", [], PROXIES, "10.0.0.1"),
        # With ports, and as IPv6.
        ("10.0.0.1", ["203.0.113.9:4711"], PROXIES, "203.0.113.9"),
        ("fd00::1", ["[2001:db8::9]:4711"], PROXIES, "2001:db8::9"),
        ("fd00::1", ["2001:DB8::9"], PROXIES, "2001:db8::9"),
        # A socket for both families writes IPv4 like this.
        ("::ffff:10.0.0.1", ["203.0.113.9"], PROXIES, "203.0.113.9"),
        # A Unix socket has no address.
        (None, ["203.0.113.9"], PROXIES, "unknown"),
        ("testclient", [], PROXIES, "unknown"),
    ],
)
def test_address_is_that_of_the_nearest_stranger(
    client: str | None, forwarded: list[str], trusted: list[Network], address: str
) -> None:
    scope: dict[str, Any] = {
        "client": (client, 4711) if client else None,
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
    }
    assert client_address(scope, trusted) == address


def test_a_huge_header_is_not_read_to_its_end() -> None:
    value = b"203.0.113.9, " + b", ".join([b"10.0.0.2"] * 100_000)
    scope = {"client": ("10.0.0.1", 1), "headers": [(b"x-forwarded-for", value)]}
    assert client_address(scope, PROXIES) == "10.0.0.2"
