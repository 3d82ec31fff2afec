"""Restarts services by commands of this machine."""
