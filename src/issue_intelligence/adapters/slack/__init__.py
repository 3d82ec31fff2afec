"""Tells Slack channels: one message an incident, kept up to date, and a thread of news."""
