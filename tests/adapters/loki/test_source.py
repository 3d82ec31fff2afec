"""Windows of log as Loki holds them: order, pages, borders, levels, requests, users."""

from datetime import timedelta

import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.model.logs import LogLevel
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.log_source import LogBatch
from tests.adapters.loki.conftest import LokiAsked
from tests.fakes.loki.lines import app_line, http_line

TRACE = (
    "TypeError: Cannot read properties of undefined (reading 'total')",
    "    at priceOf (/app/src/cart.js:42:17)",
    "    at checkout (/app/src/checkout.js:10:5)",
)


def messages(batch: LogBatch) -> list[str]:
    return [line.message for line in batch.lines]


async def test_lines_of_several_streams_come_in_the_order_of_time(loki: LokiAsked) -> None:
    await loki.push(
        app_line(loki.service, loki.ns(2), "second", deployment_instance_id="a"),
        app_line(loki.service, loki.ns(1), "first", {"request": "7"}, deployment_instance_id="b"),
        app_line(loki.service, loki.ns(3), "third", {"request": "8"}, deployment_instance_id="b"),
        app_line(loki.service, loki.ns(1, plus=1), "a nanosecond later", deployment_instance_id="a"),
    )
    batch = await loki.fetch()
    assert messages(batch) == ["first", "a nanosecond later", "second", "third"]
    assert [line.number for line in batch.lines] == [1, 2, 3, 4]
    assert batch.lines[2].at == loki.base + timedelta(seconds=2)
    assert (batch.truncated, batch.notes) == (False, ())


async def test_both_ends_of_the_window_are_in_it(loki: LokiAsked) -> None:
    await loki.push(
        *(
            app_line(loki.service, loki.ns(at, plus=plus), f"{at} {plus}")
            for at in (1, 2)
            for plus in (-1, 0, 1)
        )
    )
    batch = await loki.fetch(first=1, last=2)
    assert messages(batch) == ["1 0", "1 1", "2 -1", "2 0"]


async def test_pages_join_without_gap_or_repeat(loki: LokiAsked) -> None:
    await loki.push(*(app_line(loki.service, loki.ns(at / 10), f"line {at}") for at in range(25)))
    batch = await loki.fetch(page_lines=4)
    assert messages(batch) == [f"line {at}" for at in range(25)]
    assert not batch.truncated


async def test_lines_of_one_nanosecond_at_a_border_come_once_each(loki: LokiAsked) -> None:
    await loki.push(
        *(app_line(loki.service, loki.ns(1), f"same time {at}") for at in range(3)),
        # The same text in another stream is another line.
        app_line(loki.service, loki.ns(1), "same time 0", deployment_instance_id="other"),
        *(app_line(loki.service, loki.ns(2), f"later {at}") for at in range(3)),
    )
    batch = await loki.fetch(page_lines=5)
    expected = ["same time 0", "same time 0", "same time 1", "same time 2", "later 0", "later 1", "later 2"]
    assert sorted(messages(batch)) == sorted(expected)
    assert {line.message[:5] for line in batch.lines[:4]} == {"same "}


async def test_more_lines_than_the_limit_are_the_newest_and_that_is_said(loki: LokiAsked) -> None:
    await loki.push(*(app_line(loki.service, loki.ns(at), f"line {at}") for at in range(12)))
    batch = await loki.fetch(limit=10)
    assert messages(batch) == [f"line {at}" for at in range(2, 12)]
    assert batch.truncated
    assert "more than 10 lines" in batch.notes[0]
    assert "newest 10 since" in batch.notes[0]


async def test_exactly_as_many_as_the_limit_is_all(loki: LokiAsked) -> None:
    await loki.push(*(app_line(loki.service, loki.ns(at), f"line {at}") for at in range(10)))
    batch = await loki.fetch(limit=10, page_lines=5)
    assert len(batch.lines) == 10
    assert (batch.truncated, batch.notes) == (False, ())


async def test_level_is_the_senders_then_the_lines(loki: LokiAsked) -> None:
    await loki.push(
        app_line(loki.service, loki.ns(1), "all is well, no error", {"level": "info"}),
        app_line(loki.service, loki.ns(2), "cannot reach the stock", {"level": "error"}),
        app_line(loki.service, loki.ns(3), '{"level":"warn","msg":"slow"}'),
        app_line(loki.service, loki.ns(4), "GET /errors/7 200 12ms"),
        app_line(loki.service, loki.ns(5), "plain info panic: boom", level="ERR"),
    )
    batch = await loki.fetch()
    assert [line.level for line in batch.lines] == [
        LogLevel.INFO, LogLevel.ERROR, LogLevel.WARNING, LogLevel.UNKNOWN, LogLevel.ERROR,
    ]  # fmt: skip
    assert analyze_log(batch.lines).error_lines == 2


async def test_http_log_lines_become_requests(loki: LokiAsked) -> None:
    await loki.push(
        http_line(loki.service, loki.ns(1), "/api/orders/7?x=1", 200, 30),
        http_line(
            loki.service, loki.ns(2), "/api/orders/8", 502, 15_001, responseDetails="connection refused"
        ),
        http_line(loki.service, loki.ns(3), "/api/orders", 201, 90, method="POST"),
    )
    analysis = analyze_log((await loki.fetch()).lines)
    assert analysis.requests is not None
    assert analysis.requests.status_codes == {"200": 1, "201": 1, "502": 1}
    assert analysis.requests.mean_duration_ms == pytest.approx((30 + 15_001 + 90) / 3)
    assert [each.endpoint for each in analysis.affected_endpoints] == ["GET /api/orders/<num>"]
    assert analysis.error_messages == ("GET /api/orders/8 502 15001ms connection refused",)


async def test_users_in_metadata_are_counted(loki: LokiAsked) -> None:
    users = ({"user.id": "7"}, {"user__id": "8"}, {"userId": "8"}, {"usr.email": "a@example.org"})
    await loki.push(
        *(
            app_line(loki.service, loki.ns(at), "checkout failed", {"level": "error", **user})
            for at, user in enumerate(users)
        )
    )
    assert analyze_log((await loki.fetch()).lines).affected_users == 3


async def test_stack_trace_that_came_line_by_line_is_one_error(loki: LokiAsked) -> None:
    rows = [app_line(loki.service, loki.ns(1, plus=at * 1_000), row) for at, row in enumerate(TRACE)]
    other = app_line(loki.service, loki.ns(1, plus=1_500), "INFO served", deployment_instance_id="other")
    await loki.push(*rows, other)
    analysis = analyze_log((await loki.fetch()).lines)
    assert analysis.error_lines == 1
    assert analysis.stack_traces[0].culprit == "src/cart.js:42 in priceOf"


async def test_another_services_lines_are_not_read(loki: LokiAsked) -> None:
    await loki.push(
        app_line(loki.service, loki.ns(1), "mine"), app_line(f"{loki.service}-two", loki.ns(1), "not mine")
    )
    assert messages(await loki.fetch()) == ["mine"]


async def test_empty_window_says_what_may_be_wrong(loki: LokiAsked) -> None:
    batch = await loki.fetch()
    assert (batch.lines, batch.truncated) == ((), False)
    assert "LOKI_TENANT_ID" in batch.notes[0]


async def test_bad_query_is_named(loki: LokiAsked) -> None:
    query = loki.query()
    broken = type(query)(
        service="x", from_at=query.from_at, until_at=query.until_at, limit=10, selector='{app="x"} |= "open'
    )
    with pytest.raises(PermanentError, match=r'does not understand the query \{app="x"\} \|= "open'):
        await loki.source().fetch(broken)


async def test_service_that_nobody_names_is_not_asked_for(loki: LokiAsked) -> None:
    query = loki.query()
    nobody = type(query)(service="unknown", from_at=query.from_at, until_at=query.until_at, limit=10)
    with pytest.raises(PermanentError, match="the alert names no service, so Loki was not asked"):
        await loki.source().fetch(nobody)
