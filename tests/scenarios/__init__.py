"""Labelled scenarios: families written by hand, varied by a seeded generator (docs/evaluation.md)."""
