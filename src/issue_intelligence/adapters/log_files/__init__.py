"""Logs from files: plain or JSON lines, rotated and packed ones included."""
