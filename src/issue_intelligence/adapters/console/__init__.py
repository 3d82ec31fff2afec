"""Notices for whoever watches the terminal."""
