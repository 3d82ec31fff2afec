"""The rival: the same service, but every request is a transaction and an fsync of its own."""

import sys
from functools import partial

import uvicorn

from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.bootstrap import stores
from issue_intelligence.bootstrap.service import web_app
from issue_intelligence.cli.serve import server_config
from issue_intelligence.settings import load_settings

if __name__ == "__main__":
    port = int(sys.argv[-1])
    setattr(stores, "GroupCommitter", partial(GroupCommitter, max_batch=1))  # noqa: B010
    app = web_app(load_settings(port=port), with_worker=False)
    uvicorn.Server(server_config(app, host="127.0.0.1", port=port)).run()
