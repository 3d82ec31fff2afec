"""A Slack workspace on loopback that is as strict as the real one."""

from tests.fakes.slack.server import FakeSlack, Fault

__all__ = ["FakeSlack", "Fault"]
