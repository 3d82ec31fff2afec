"""Receives alerts, finds out whether they are real, and leaves an issue that a person can act on."""

from issue_intelligence.version import VERSION

__all__ = ["VERSION"]
