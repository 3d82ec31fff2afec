"""The committer's end needs nothing that another part of the service may have ended before it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine

from issue_intelligence.adapters.database.group_commit import GroupCommitter


async def test_committer_ends_though_the_loops_executor_is_closed() -> None:
    engine = create_engine("sqlite://")
    committer = GroupCommitter(engine)
    committer.start()
    # The durable engine replaces the loop's executor, and closes it when it ends.
    executor = ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(executor)
    executor.shutdown()
    async with asyncio.timeout(20):
        await committer.stop()
    engine.dispose()
