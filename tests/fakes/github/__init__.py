"""A GitHub on loopback: real HTTP, a state of its own, GitHub's rules, and faults on demand."""

from tests.fakes.github.faults import Fault, RandomFaults
from tests.fakes.github.repository import FakeGitHubIssue
from tests.fakes.github.server import FakeGitHub

__all__ = ["FakeGitHub", "FakeGitHubIssue", "Fault", "RandomFaults"]
