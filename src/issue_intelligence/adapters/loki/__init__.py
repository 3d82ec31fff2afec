"""Loki: logs, and numbers from the logs of HTTP requests."""
