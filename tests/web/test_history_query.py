from urllib.parse import quote

import pytest
from starlette.requests import Request

from issue_intelligence.ports.alert_history import HistoryPage, HistoryQuery
from issue_intelligence.web.alerts import MAX_PAGE, AlertEndpoints
from issue_intelligence.web.errors import HttpError


class FakeHistory:
    def __init__(self) -> None:
        self.asked: list[HistoryQuery] = []

    async def page(self, query: HistoryQuery) -> HistoryPage:
        self.asked.append(query)
        return HistoryPage()


def request(limit: str) -> Request:
    query = f"limit={quote(limit)}".encode()
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": query})


@pytest.mark.parametrize(
    "limit",
    [
        "0",
        "501",
        "-1",
        "",
        # Digits of other scripts.
        "\u0665",
        # Its first nine digits alone would be allowed.
        "0000000011000000",
        # More digits than Python turns into a number.
        "000000001" + "9" * 5_000,
    ],
)
async def test_limit_outside_the_bounds_is_refused(limit: str) -> None:
    history = FakeHistory()
    with pytest.raises(HttpError) as caught:
        await AlertEndpoints(history=history, inbound=None).list_alerts(request(limit))  # type: ignore[arg-type]
    assert caught.value.status == 422
    assert history.asked == []


async def test_largest_page_is_given() -> None:
    history = FakeHistory()
    await AlertEndpoints(history=history, inbound=None).list_alerts(request(str(MAX_PAGE)))  # type: ignore[arg-type]
    assert [query.limit for query in history.asked] == [MAX_PAGE]
