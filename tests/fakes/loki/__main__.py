"""Serves a fake Loki until it is ended: `python -m tests.fakes.loki PORT`, then push to it."""

import sys
import threading

from tests.fakes.loki.server import running

if __name__ == "__main__":
    with running(port=int(sys.argv[1])) as loki:
        print(f"a fake Loki listens at {loki.url}", flush=True)  # noqa: T201
        threading.Event().wait()
