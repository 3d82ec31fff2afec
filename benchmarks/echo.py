"""The limit: an application that reads the body and answers JSON of the same size, on the same server."""

import sys
from typing import Any

import uvicorn

from issue_intelligence.cli.serve import server_config

_HEADERS = [(b"content-type", b"application/json")]
# As long as our answers: 32 hex digits an alert, twice for the first.
_ONE = b'{"success":true,"alertId":"%s","alertIds":["%s"]}' % (b"0" * 32, b"0" * 32)
_LARGE_BODY_BYTES = 10_000
_FIFTY = b'{"success":true,"alertId":"%s","alertIds":[%s]}' % (
    b"0" * 32,
    b",".join([b'"%s"' % (b"0" * 32)] * 50),
)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    answer = _FIFTY if size > _LARGE_BODY_BYTES else _ONE
    headers = [*_HEADERS, (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    uvicorn.Server(server_config(echo, host="127.0.0.1", port=int(sys.argv[-1]))).run()
