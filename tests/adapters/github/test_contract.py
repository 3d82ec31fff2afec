"""GitHub keeps the promises of every tracker, and each request is one that GitHub's description allows."""

import pytest

from tests.contract.tracker_contract import TrackerContract
from tests.fakes.github.spec import SPEC, github_spec, violation
from tests.real_parts import shared_data

HEADERS = {"user-agent": "a test", "accept": "application/vnd.github+json"}


class TestGitHubTracker(TrackerContract):
    """The fixtures `tracker` and `clock` are those of this folder."""


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        # No title.
        ("POST", "/repos/acme/shop/issues", "", b'{"body": "x"}'),
        # No such state.
        ("PATCH", "/repos/acme/shop/issues/1", "", b'{"state": "shut"}'),
        ("PATCH", "/repos/acme/shop/issues/1", "", b'{"state": "closed", "state_reason": "tired"}'),
        # A number that is none.
        ("GET", "/repos/acme/shop/issues/one", "", b""),
        ("GET", "/repos/acme/shop/issues", "state=shut", b""),
        # No such path.
        ("POST", "/repos/acme/shop/issue", "", b'{"title": "x"}'),
    ],
)
def test_description_is_looked_at(method: str, path: str, query: str, body: bytes) -> None:
    shared_data("github")
    assert SPEC.is_file()
    assert github_spec() is not None
    assert violation(method, path, query, HEADERS, body)
