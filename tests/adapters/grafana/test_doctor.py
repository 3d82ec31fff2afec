"""The doctor's look at Grafana: reachable, token valid, data source there."""

import pytest

from issue_intelligence.adapters.grafana.doctor import check_grafana
from issue_intelligence.adapters.http import http_client
from issue_intelligence.ports.check import CheckResult, CheckState
from tests.fakes.http_answers import Answer, HttpAnswers

OK, WARNING, FAILED, UNSET = CheckState.OK, CheckState.WARNING, CheckState.FAILED, CheckState.NOT_CONFIGURED
HEALTH = Answer({"database": "ok", "version": "13.3.0"})
FOLDERS = Answer([])
LOKI = Answer({"type": "loki"})


async def check(
    health: Answer = HEALTH,
    folders: Answer = FOLDERS,
    datasource: Answer = LOKI,
    *,
    token: str = "glsa_x",
    uid: str = "loki-1",
) -> tuple[CheckResult, ...]:
    server = HttpAnswers(
        {"/api/health": health, "/api/folders": folders, "/api/datasources/uid/loki-1": datasource}
    )
    async with server.served() as url, http_client(timeout_seconds=5) as client:
        found = await check_grafana(client, url, token=token, datasource_uid=uid)
    assert all(
        request.headers["authorization"] == "Bearer glsa_x"
        for request in server.requests
        if request.path != "/api/health"
    )
    return found


async def test_all_is_well() -> None:
    assert [result.state for result in await check()] == [OK, OK, OK]


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (Answer({"database": "failing"}, 503), "its own database is not"),
        (Answer("<html>nginx</html>"), "is not Grafana"),
        (Answer("", 502), "is not Grafana: 502"),
    ],
)
async def test_sick_or_wrong_server(health: Answer, words: str) -> None:
    (result,) = await check(health)
    assert result.state is FAILED
    assert words in result.sentence


@pytest.mark.parametrize(("status", "state"), [(401, FAILED), (403, OK), (500, WARNING)])
async def test_token_is_wrong_only_when_it_is_not_known(status: int, state: CheckState) -> None:
    assert (await check(folders=Answer("", status)))[1].state is state


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Answer("", 404), FAILED), (Answer("", 403), WARNING), (Answer({"type": "prometheus"}), FAILED)],
)
async def test_data_source_for_links(answer: Answer, state: CheckState) -> None:
    assert (await check(datasource=answer))[2].state is state


async def test_without_a_token_only_the_server_is_looked_at() -> None:
    assert [result.state for result in await check(token="")] == [OK, UNSET]
