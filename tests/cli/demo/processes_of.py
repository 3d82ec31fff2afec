"""Which processes run in a test's folder, as Linux tells under /proc."""

import os
from pathlib import Path


def processes_that_mention(folder: str) -> list[int]:
    """List the processes of our user that work in a folder below the given one."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            working_in = (entry / "cwd").readlink()
        except OSError:
            # Gone meanwhile, or another user's.
            continue
        if str(working_in).startswith(f"{folder}/"):
            found.append(int(entry.name))
    return found
