"""Families that rules are tuned on."""
