"""What people read about incidents: lists in order, and everything about one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_archive import DatabaseIncidentArchive
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.notice_log import DatabaseNoticeLog
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.ports.incident_archive import IncidentQuery, IssueDecision
from issue_intelligence.ports.incident_store import Findings, Run
from issue_intelligence.ports.issue_ledger import Effect, EffectKind
from tests.core.report import example
from tests.database.events import NOW, event, firing, record, resolved
from tests.factories.notices import a_notice


@pytest.fixture
def archive(databases: Databases) -> DatabaseIncidentArchive:
    return DatabaseIncidentArchive(databases)


REFUSED = RemediationResult(
    attempted=False,
    success=False,
    action="restart",
    logs=(),
    should_create_issue=True,
    outcome=None,
    reason="remediation is turned off",
)


async def decide(incidents: DatabaseIncidentStore, run: Run, conclusion: Conclusion) -> None:
    investigation = example.investigation()
    assert investigation.logs is not None
    await incidents.save_evidence(run, investigation.logs)
    verdict = example.verdict(conclusion=conclusion)
    findings = Findings(investigation=investigation, verdict=verdict, issue_key="cause", alert_count=1)
    await incidents.save_verdict(run, findings, NOW)
    await incidents.save_remediation(run, REFUSED, NOW)
    await incidents.finish_run(run, NOW, quiet_until=NOW, recheck_at=None)


async def test_dossier_has_all_there_is(
    databases: Databases,
    incidents: DatabaseIncidentStore,
    ledger: DatabaseIssueLedger,
    archive: DatabaseIncidentArchive,
) -> None:
    await record(incidents, event(1, firing("a")), event(2, firing("a")))
    [run] = await incidents.claim_runs(NOW, 1)
    before = await archive.dossier(run.incident_id)
    assert before is not None
    assert (before.verdict, before.decisions, before.investigation.logs, before.issue) == (
        None,
        (),
        None,
        None,
    )
    await decide(incidents, run, Conclusion.REAL)
    effect = Effect(
        marker="m1",
        kind=EffectKind.CREATE,
        incident_id=run.incident_id,
        revision=run.revision,
        issue_key="cause",
    )
    await ledger.intend(effect, NOW)
    await ledger.complete(effect, number=7, url="https://example.org/7", now=NOW)
    for reason in ("It waits.", "It deserves an issue and has none."):
        await ledger.note_decision(run.incident_id, run.revision, action="create", reason=reason, now=NOW)
    log = DatabaseNoticeLog(databases)
    told = a_notice(incident_id=run.incident_id)
    await log.intend(told, marker="n1", channel="the terminal", now=NOW)
    found = await archive.dossier(run.incident_id)
    assert found is not None
    assert [(each.alert, each.repeats) for each in found.alerts] == [(firing("a"), 1)]
    assert [update.what for update in found.updates] == ["repeat"]
    assert found.verdict == example.verdict(conclusion=Conclusion.REAL)
    assert found.investigation.logs == example.investigation().logs
    assert [each.result for each in found.remediations] == [REFUSED]
    assert found.issue is not None
    assert found.issue.number == 7
    # The last words of a run stand.
    assert found.issue_decisions == (
        IssueDecision(
            revision=run.revision,
            action="create",
            reason="It deserves an issue and has none.",
            decided_at=NOW,
        ),
    )
    assert [(each.kind, each.state, each.issue_number) for each in found.issue_effects] == [
        ("create", "done", 7)
    ]
    [sent] = found.notices
    assert (sent.notice, sent.channel, sent.sent_at) == (told, "the terminal", None)


async def test_unknown_incident_is_none(archive: DatabaseIncidentArchive) -> None:
    assert await archive.dossier("0" * 32) is None
    assert await archive.open_incidents(10) == ()


async def test_incidents_that_began_at_once_still_have_an_order(
    incidents: DatabaseIncidentStore, archive: DatabaseIncidentArchive
) -> None:
    rules = [firing(name, labels={"alertname": name, "service": "shop"}) for name in "abcde"]
    await record(incidents, event(1, *rules))
    whole = await archive.page(IncidentQuery())
    ids = [each.incident.id for each in whole.incidents]
    seen: list[str] = []
    before = ""
    for _ in range(3):
        page = await archive.page(IncidentQuery(limit=2, before=before))
        seen += [each.incident.id for each in page.incidents]
        before = page.next_before or ""
    assert seen == ids
    assert len(set(ids)) == len(ids) == 5
    assert before == ""
    opened = [each.incident.opened_at for each in whole.incidents]
    assert opened == sorted(opened, reverse=True)


async def test_list_is_filtered_by_status_service_and_conclusion(
    incidents: DatabaseIncidentStore, archive: DatabaseIncidentArchive
) -> None:
    await record(incidents, event(1, firing("a")))
    [run] = await incidents.claim_runs(NOW, 1)
    await decide(incidents, run, Conclusion.NOT_REAL)
    [only] = (await archive.page(IncidentQuery())).incidents
    service = only.incident.service
    assert only.verdict is not None
    for query, count in (
        (IncidentQuery(status=IncidentStatus.OPEN, service=service, conclusion=Conclusion.NOT_REAL), 1),
        (IncidentQuery(conclusion=Conclusion.REAL), 0),
        (IncidentQuery(service="another"), 0),
        (IncidentQuery(status=IncidentStatus.RESOLVED), 0),
    ):
        assert len((await archive.page(query)).incidents) == count, query
    assert len(await archive.open_incidents(10)) == 1
    await record(incidents, event(2, resolved("a")))
    assert await archive.open_incidents(10) == ()
    assert len((await archive.page(IncidentQuery(status=IncidentStatus.RESOLVED))).incidents) == 1


@pytest.mark.parametrize(
    "cursor",
    ["1", "i", "i1", "i-1", "i1-", "ix-a", "i\u0661-a", f"i{'9' * 18}-a", "i1-a/b"],
)
async def test_what_is_no_cursor_of_ours_is_refused(cursor: str, archive: DatabaseIncidentArchive) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        await archive.page(IncidentQuery(before=cursor))


async def test_newest_alerts_of_a_storm_are_given(
    incidents: DatabaseIncidentStore, archive: DatabaseIncidentArchive
) -> None:
    storm = [replace(firing("a"), id=f"{number:032x}") for number in range(60)]
    await record(incidents, event(1, *storm), now=NOW + timedelta(seconds=1))
    [only] = (await archive.page(IncidentQuery())).incidents
    found = await archive.dossier(only.incident.id)
    assert found is not None
    assert [each.alert.id for each in found.alerts] == [alert.id for alert in storm[10:]]
    assert found.incident.alert_count == 60
