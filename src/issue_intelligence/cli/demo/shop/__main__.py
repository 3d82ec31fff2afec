"""`python -m issue_intelligence.cli.demo.shop PORT FOLDER`; logs and database go into the folder."""

import signal
import sys
from pathlib import Path
from types import FrameType

from issue_intelligence.cli.demo.shop.server import Server, Shop


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    signal.signal(signal.SIGTERM, _end)
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    shop = Shop(folder)
    try:
        with Server(port, shop) as server:
            server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        return
    finally:
        shop.close()


main()
