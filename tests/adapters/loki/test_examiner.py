"""Loki is read and the lines are analysed in a process of its own, for several investigations at once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from issue_intelligence.adapters.loki.connection import loki_connection
from issue_intelligence.adapters.loki.examiner import AT_ONCE, LokiExaminer
from issue_intelligence.ports.errors import PermanentError, TransientError
from tests.adapters.loki.conftest import LokiAsked
from tests.fakes.loki.lines import app_line
from tests.fakes.loki.server import FakeLoki, answers, hangs
from tests.journey.waiting import wait_until


@pytest.fixture
async def examiner(faulty: LokiAsked) -> AsyncIterator[LokiExaminer]:
    examiner = LokiExaminer(
        loki_connection(faulty.url, token="glsa_secret"),
        grafana_url="https://grafana.example.org/",
        datasource_uid="loki-1",
    )
    yield examiner
    await examiner.stop()


def given_up(examiner: LokiExaminer) -> list[int]:
    child = examiner._child._child
    assert child is not None
    return list(child.given_up)


async def test_five_thousand_lines_are_analysed_elsewhere(
    examiner: LokiExaminer, faulty: LokiAsked, fake: FakeLoki
) -> None:
    lines = [
        app_line(faulty.service, faulty.ns(at / 100), "it failed", {"level": "error", "user_id": f"{at + 1}"})
        for at in range(5_000)
    ]
    fake.push(*lines)
    examined = await examiner.examine(faulty.query())
    assert (examined.analysis.lines, examined.analysis.error_lines) == (5_000, 5_000)
    assert examined.analysis.affected_users == 5_000
    assert (examined.analysis.truncated, examined.notes) == (False, ())
    assert fake.seen[0].headers["Authorization"] == "Bearer glsa_secret"
    assert examiner._child.pid != os.getpid()


async def test_place_names_what_is_asked_and_links_to_it(examiner: LokiExaminer, faulty: LokiAsked) -> None:
    place = examiner.place(faulty.query())
    assert place.source == f"Loki at {faulty.url.removeprefix('http://')}"
    assert place.query == f'{{service_name="{faulty.service}"}}'
    assert place.link.startswith("https://grafana.example.org/explore?schemaVersion=1&panes=%7B")
    assert "glsa" not in repr(place)


async def test_investigations_at_once_ask_a_few_at_a_time(
    examiner: LokiExaminer, faulty: LokiAsked, fake: FakeLoki
) -> None:
    for name in range(10):
        fake.push(*(app_line(f"shop-{name}", faulty.ns(at), f"line {at}") for at in range(name + 1)))
    queries = [
        replace(faulty.query(), service=f"shop-{name}", selector=f'{{service_name="shop-{name}"}}')
        for name in range(10)
    ]
    found = await asyncio.gather(*(examiner.examine(query) for query in queries))
    assert [each.analysis.lines for each in found] == list(range(1, 11))
    assert 1 <= fake.most_at_once <= AT_ONCE


async def test_one_that_hangs_holds_up_no_other(
    examiner: LokiExaminer, faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.push(app_line(faulty.service, faulty.ns(1), "line"))
    fake.faults.append(hangs)
    first = asyncio.create_task(examiner.examine(faulty.query()))
    await wait_until(lambda: fake.seen, timeout_seconds=30)
    child = examiner._child.pid
    assert (await examiner.examine(faulty.query())).analysis.lines == 1
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    # It is taken back, so that Loki is not asked more at once than we say.
    await wait_until(lambda: not given_up(examiner), timeout_seconds=30)
    assert (await examiner.examine(faulty.query())).analysis.lines == 1
    assert examiner._child.pid == child


async def test_killed_child_is_replaced_and_its_questions_are_asked_again(
    examiner: LokiExaminer, faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.push(app_line(faulty.service, faulty.ns(1), "line"))
    fake.faults.extend((hangs, hangs))
    asked = [asyncio.create_task(examiner.examine(faulty.query())) for _ in range(2)]
    await wait_until(lambda: len(fake.seen) == 2, timeout_seconds=30)
    child = examiner._child.pid
    assert child is not None
    os.kill(child, signal.SIGKILL)
    assert [(await each).analysis.lines for each in asked] == [1, 1]
    assert examiner._child.pid != child


async def test_failure_comes_out_as_it_went_in(
    examiner: LokiExaminer, faulty: LokiAsked, fake: FakeLoki
) -> None:
    fake.faults.append(answers(429, "too many outstanding requests", retry_after="7"))
    with pytest.raises(TransientError, match="answered 429") as transient:
        await examiner.examine(faulty.query())
    assert transient.value.retry_after_seconds == 7
    fake.faults.append(answers(401, "no org id"))
    with pytest.raises(PermanentError, match="LOKI_TENANT_ID"):
        await examiner.examine(faulty.query())
