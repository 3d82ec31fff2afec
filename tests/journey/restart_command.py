"""Stands for what restarts a service: `python restart_command.py FOLDER SERVICE`.

It notes that it began, waits while SERVICE.hold is there, lets the service be up unless it lies
(SERVICE.lies), and notes that it ended. It needs nothing of ours.
"""

import sys
import time
from pathlib import Path


def main() -> None:
    folder, name = Path(sys.argv[1]), sys.argv[2]
    runs = folder / f"{name}.runs"
    _note(runs, "begun")
    print(f"restarting {name}", flush=True)  # noqa: T201
    while (folder / f"{name}.hold").exists():
        time.sleep(0.02)
    if not (folder / f"{name}.lies").exists():
        (folder / f"{name}.up").touch()
    _note(runs, "done")


def _note(runs: Path, what: str) -> None:
    with runs.open("a", encoding="utf-8") as file:
        file.write(f"{what}\n")


if __name__ == "__main__":
    main()
