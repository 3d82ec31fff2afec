"""Finds IP addresses; asked only where somebody wants them gone, since they help to find a fault."""

import ipaddress
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = compile_pattern(rf"(?:^|[^0-9A-Za-z.])({_OCTET}(?:\.{_OCTET}){{3}})")
_IPV6 = compile_pattern(r"(?:^|[^0-9A-Za-z:.])([0-9A-Fa-f:]{2,39}(?:\.[0-9.]{5,15})?)")


def find_ips(data: bytes) -> Iterator[Finding]:
    position = 0
    while match := _IPV4.search(data, position):
        start, end = match.start(1), match.end(1)
        # The sign after one address may stand before the next.
        position = end
        goes_on = data[end : end + 1].isalnum() or (
            data[end : end + 1] == b"." and data[end + 1 : end + 2].isdigit()
        )
        if not goes_on:
            yield Finding("ip", start, end)
    position = 0
    while match := _IPV6.search(data, position):
        value, start = match.group(1) or b"", match.start(1)
        position = max(match.end(1), match.start() + 1)
        value = value if value.endswith(b"::") else value.rstrip(b":.")
        goes_on = data[start + len(value) : start + len(value) + 1].isalnum()
        if value.count(b":") >= 2 and not goes_on and _is_ipv6(value):
            yield Finding("ip", start, start + len(value))


def _is_ipv6(value: bytes) -> bool:
    try:
        address = ipaddress.IPv6Address(value.decode())
    except ValueError:
        return False
    # "::" stands in C++ names too.
    return int(address) != 0
