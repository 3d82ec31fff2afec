"""`python -m issue_intelligence.cli.demo.shop PORT FOLDER`; logs and database go into the folder.

SIGHUP restarts it: the same process begins anew, with all its switches and connections forgotten. What
stands in a configuration file is not.
"""

import os
import signal
import sys
import uuid
from pathlib import Path
from types import FrameType

from issue_intelligence.cli.demo.shop.restart import START_FILE
from issue_intelligence.cli.demo.shop.server import Server, Shop


class RestartAskedError(Exception):
    pass


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _restart(_signal: int, _frame: FrameType | None) -> None:
    raise RestartAskedError


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    shop = Shop(folder, carrier_url=f"http://127.0.0.1:{port}/carrier")
    try:
        with Server(port, shop) as server:
            signal.signal(signal.SIGTERM, _end)
            signal.signal(signal.SIGHUP, _restart)
            # It tells one start from another, for whoever waits for the next.
            (folder / START_FILE).write_text(f"{os.getpid()} {uuid.uuid4().hex}", encoding="utf-8")
            server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        return
    except RestartAskedError:
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606  (our own command line, once more)
    finally:
        shop.close()


main()
