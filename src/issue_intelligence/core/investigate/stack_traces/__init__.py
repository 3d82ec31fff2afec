"""Stack traces in logs: one file a language, each with the protocol of `language.py`."""
