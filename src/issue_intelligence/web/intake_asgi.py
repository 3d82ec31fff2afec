"""Brings requests that arrive in pieces to the intake: the ASGI side of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.intake import Answer, Intake, IntakeRequest
from issue_intelligence.web.request_body import BodyReader, Receive

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

JSON_HEADER = (b"content-type", b"application/json")


class IntakeApp:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._reader = BodyReader(max_body_bytes=intake.max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        headers = [
            JSON_HEADER,
            (b"content-length", str(len(answer.body)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in (answer.headers or {}).items()),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        try:
            # Before the body, which may be long, is waited for.
            self._intake.check_head(scope["method"], scope["headers"])
            body = await self._reader.read(scope["headers"], receive)
        except HttpError as error:
            return self._intake.refuse(scope["path"], error)
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def answer(given: Answer) -> None:
            # The sender may have gone away meanwhile.
            if not answered.done():
                answered.set_result(given)

        self._intake.receive(
            IntakeRequest(scope["method"], scope["path"], scope["headers"], scope.get("client"), body), answer
        )
        return await answered
