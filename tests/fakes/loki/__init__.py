"""A Loki on loopback: takes pushes, answers queries of the kind we send, and fails on request."""
