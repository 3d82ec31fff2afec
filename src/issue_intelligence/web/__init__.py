"""What comes in over HTTP: verify, store, answer."""
