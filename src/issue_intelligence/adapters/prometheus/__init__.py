"""Asks Prometheus, or what speaks its HTTP API, for numbers about requests."""
