"""Restarts the running shop: `python restart.py FOLDER`. It needs nothing but this file.

It ends with 0 when the shop serves again, and with 1 when it does not within some seconds.
"""

import os
import signal
import sys
import time
from pathlib import Path

# Holds the shop's pid and the name of its present start.
START_FILE = "shop.start"
_PATIENCE_SECONDS = 20
_POLL_SECONDS = 0.05


def main() -> int:
    file = Path(sys.argv[1]) / START_FILE
    try:
        before = file.read_text(encoding="utf-8")
        os.kill(int(before.split()[0]), signal.SIGHUP)
    except (OSError, ValueError, IndexError) as error:
        sys.stdout.write(f"the shop cannot be asked to restart: {error}\n")
        return 1
    sys.stdout.write("the shop was asked to restart\n")
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        if file.read_text(encoding="utf-8") not in ("", before):
            sys.stdout.write("the shop serves again\n")
            return 0
        time.sleep(_POLL_SECONDS)
    sys.stdout.write(f"the shop did not come back within {_PATIENCE_SECONDS} s\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
