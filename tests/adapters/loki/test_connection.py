"""What can be set for Loki, and what is refused with the name of the variable."""

import pytest

from issue_intelligence.adapters.loki.connection import loki_connection


@pytest.mark.parametrize(
    ("url", "parts", "words"),
    [
        ("http://", {}, "LOKI_URL: has no host"),
        ("http://loki:99999", {}, "LOKI_URL: the port"),
        ("http://loki:3100/loki/api/v1/push", {}, "LOKI_URL: give Loki's base URL"),
        ("http://loki:3100?x=1", {}, "LOKI_URL: give Loki's base URL"),
        ("http://loki", {"username": "a"}, "LOKI_USERNAME, LOKI_PASSWORD: set both or none"),
        ("http://loki", {"password": "a"}, "LOKI_USERNAME, LOKI_PASSWORD: set both or none"),
        (
            "http://loki",
            {"username": "a", "password": "b", "token": "c"},
            "LOKI_TOKEN: a user name is set too",
        ),
        ("http://a:b@loki", {"token": "c"}, "LOKI_TOKEN: a user name is set too"),
        ("http://a:b@loki", {"username": "a", "password": "b"}, "LOKI_URL: holds a user name"),
        ("http://loki", {"username": "a:b", "password": "b"}, "LOKI_USERNAME: cannot hold a colon"),
        # They would end the header and begin another.
        ("http://loki", {"token": "c\r\nX-Evil: 1"}, "LOKI_TOKEN: only printable ASCII"),
        ("http://loki", {"tenant_id": "team\n"}, "LOKI_TENANT_ID: only printable ASCII"),
    ],
)
def test_what_cannot_work_is_refused(url: str, parts: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        loki_connection(url, **parts)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://loki:3100/", "http://loki:3100"),
        ("https://proxy.example.org/loki-eu/", "https://proxy.example.org/loki-eu"),
        ("http://[::1]:3100", "http://[::1]:3100"),
        ("https://reader:secret@loki.example.org", "https://loki.example.org"),
    ],
)
def test_base_address_has_no_slash_and_no_password(url: str, base: str) -> None:
    assert loki_connection(url).url == base
