"""More than fits: Loki's limits and our own are met, adapted to, and said."""

import pytest

from issue_intelligence.adapters.loki.source import LokiLogSource
from issue_intelligence.ports.errors import PermanentError
from tests.adapters.loki.conftest import LokiAsked
from tests.fakes.loki.lines import app_line
from tests.fakes.loki.server import FakeLoki, answers


def asked_limits(fake: FakeLoki) -> list[int]:
    return [int(seen.params["limit"]) for seen in fake.seen]


async def test_of_six_thousand_lines_the_newest_five_thousand_are_read(
    faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.push(*(app_line(faulty.service, faulty.ns(at / 100), f"line {at}") for at in range(6_000)))
    batch = await faulty.fetch()
    assert (batch.lines[0].message, batch.lines[-1].message) == ("line 1000", "line 5999")
    assert (len(batch.lines), batch.truncated) == (5_000, True)
    assert "more than 5,000 lines" in batch.notes[0]
    # What is wanted of the second page is only whether there is one.
    assert asked_limits(fake) == [5_000, 2]


async def test_page_size_that_loki_does_not_allow_is_read_from_its_refusal_and_kept(
    faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.store.max_entries = 100
    fake.push(*(app_line(faulty.service, faulty.ns(at), f"line {at}") for at in range(250)))
    source = faulty.source()
    batch = await source.fetch(faulty.query())
    assert [line.message for line in batch.lines] == [f"line {at}" for at in range(250)]
    assert (asked_limits(fake), batch.notes) == ([5_000, 100, 100, 100], ())
    await source.fetch(faulty.query())
    assert asked_limits(fake)[4:] == [100, 100, 100]


async def test_loki_of_tiny_pages_is_not_asked_for_ever(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.store.max_entries = 2
    fake.push(*(app_line(faulty.service, faulty.ns(at), f"line {at}") for at in range(200)))
    batch = await faulty.fetch()
    assert len(fake.seen) == 60
    assert batch.truncated
    assert batch.lines[-1].message == "line 199"
    assert f"only the newest {len(batch.lines)} lines were read, in 60 pages" in batch.notes


async def test_more_lines_of_one_nanosecond_than_a_page_holds(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.push(
        app_line(faulty.service, faulty.ns(0), "before"),
        *(app_line(faulty.service, faulty.ns(1), f"at once {at}") for at in range(8)),
    )
    batch = await faulty.fetch(page_lines=4)
    assert batch.lines[0].message == "before"
    assert len(batch.lines) == 5
    assert batch.notes == ("more than 4 lines have the same time, and not all of those were read",)
    assert batch.truncated


async def test_line_of_200_kb_is_cut_and_that_is_said(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.push(
        app_line(faulty.service, faulty.ns(1), "x" * 200_000), app_line(faulty.service, faulty.ns(2), "short")
    )
    batch = await faulty.fetch()
    assert [len(line.message) for line in batch.lines] == [16 * 1024, 5]
    assert batch.notes == ("1 line is longer than 16,384 characters, and what follows them was cut off",)
    assert not batch.truncated


async def test_answer_larger_than_we_take_is_asked_for_in_smaller_pages(
    faulty: LokiAsked, fake: FakeLoki
) -> None:
    lines = [app_line(faulty.service, faulty.ns(at), f"{at} " + "x" * 1_000) for at in range(40)]
    fake.push(*lines)
    source = LokiLogSource(faulty.client(max_answer_bytes=20_000), page_lines=40)
    batch = await source.fetch(faulty.query())
    assert [int(line.message.split()[0]) for line in batch.lines] == list(range(40))
    assert (asked_limits(fake)[:2], batch.notes) == ([40, 10], ())


async def test_one_line_larger_than_we_take_ends_the_look_and_is_said(
    faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.push(app_line(faulty.service, faulty.ns(1), "x" * 50_000))
    source = LokiLogSource(faulty.client(max_answer_bytes=20_000))
    batch = await source.fetch(faulty.query())
    assert batch.lines == ()
    assert batch.truncated
    assert "although only one line was asked for" in batch.notes[0]


async def test_window_that_loki_does_not_finish_is_read_by_its_newer_half(
    faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.push(*(app_line(faulty.service, faulty.ns(at), f"line {at}") for at in (0, 100)))
    fake.faults.append(answers(504, "request timed out, decrease the duration of the request"))
    batch = await faulty.fetch(first=0, last=100)
    assert [line.message for line in batch.lines] == ["line 100"]
    assert batch.truncated
    assert "was not read: Loki did not finish the query in time" in batch.notes[0]
    whole, half = (int(seen.params["end"]) - int(seen.params["start"]) for seen in fake.seen)
    assert half == pytest.approx(whole / 2, abs=2)


async def test_window_is_halved_once_only(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = answers(504, "request timed out")
    with pytest.raises(Exception, match="did not finish the query in time"):
        await faulty.fetch()
    assert len(fake.seen) == 2


async def test_later_page_that_fails_leaves_what_was_read(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.push(*(app_line(faulty.service, faulty.ns(at), f"line {at}") for at in range(6)))
    fake.faults.extend((lambda handler: handler._query("query_range", fake.seen[-1].params),))
    fake.faults.append(answers(500, "boom"))
    batch = await faulty.fetch(page_lines=4)
    assert [line.message for line in batch.lines] == ["line 2", "line 3", "line 4", "line 5"]
    assert batch.truncated
    assert "only the newest 4 lines were read" in batch.notes[0]
    assert "500 (boom)" in batch.notes[0]


async def test_limit_that_is_no_less_than_what_was_asked_is_not_asked_again(
    faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.standing_fault = answers(400, "max entries limit per query exceeded, limit > max (5000 > 9000)")
    with pytest.raises(PermanentError, match="at most 9000 lines"):
        await faulty.fetch()
    assert len(fake.seen) == 1
