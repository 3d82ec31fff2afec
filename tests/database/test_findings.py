"""What a run found and decided is read back as it was, and stays as it was decided."""

from dataclasses import fields, replace
from datetime import timedelta

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.known_issues import DatabaseKnownIssues
from issue_intelligence.adapters.database.tables import issue_patterns
from issue_intelligence.core.model.evidence import CollectorName, Evidence, EvidenceStatus, Investigation
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.ports.incident_store import Findings, Run
from issue_intelligence.ports.issue_ledger import Effect, EffectKind
from tests.core.report import example
from tests.database.events import NOW, event, firing, record, resolved
from tests.database.rows import rows_of, stored_alerts
from tests.fakes.stopped_clock import StoppedClock

FINDINGS = Findings(
    investigation=example.investigation(), verdict=example.verdict(), issue_key="cause-1", alert_count=1
)
REMEDIATION = RemediationResult(
    attempted=False,
    success=False,
    action="restart",
    logs=("asked the guardrails",),
    should_create_issue=True,
    outcome=Outcome.REFUSED,
    reason="nothing is configured that could restart it",
)


async def a_run(store: DatabaseIncidentStore) -> Run:
    await record(store, event(1, firing("a")))
    [run] = await store.claim_runs(NOW, 1)
    return run


async def investigate(store: DatabaseIncidentStore, run: Run) -> None:
    for field in fields(FINDINGS.investigation):
        found = getattr(FINDINGS.investigation, field.name)
        if isinstance(found, Evidence):
            await store.save_evidence(run, found)


async def finish(store: DatabaseIncidentStore, run: Run) -> None:
    await store.finish_run(run, NOW, quiet_until=NOW, recheck_at=None)


async def test_evidence_of_every_collector_is_read_back_whole(incidents: DatabaseIncidentStore) -> None:
    run = await a_run(incidents)
    await investigate(incidents, run)
    assert await incidents.investigation(run) == FINDINGS.investigation
    # Of this run only.
    assert await incidents.investigation(Run(incident_id=run.incident_id, revision=2)) == Investigation()


async def test_collector_that_runs_again_replaces_its_evidence(incidents: DatabaseIncidentStore) -> None:
    run = await a_run(incidents)
    failed: Evidence[LogAnalysis] = Evidence(
        collector=CollectorName.LOGS,
        status=EvidenceStatus.FAILED,
        source="loki",
        collected_at=NOW,
        error="no answer within 60 s",
    )
    await incidents.save_evidence(run, failed)
    assert (await incidents.investigation(run)).logs == failed
    await investigate(incidents, run)
    assert (await incidents.investigation(run)).logs == FINDINGS.investigation.logs


async def test_verdict_is_read_back_with_its_evidence(incidents: DatabaseIncidentStore) -> None:
    run = await a_run(incidents)
    assert await incidents.findings(run) is None
    await investigate(incidents, run)
    await incidents.save_verdict(run, FINDINGS, NOW)
    assert await incidents.findings(run) == FINDINGS


async def test_decided_run_does_not_change_its_mind(incidents: DatabaseIncidentStore) -> None:
    run = await a_run(incidents)
    await investigate(incidents, run)
    await incidents.save_verdict(run, FINDINGS, NOW)
    other = replace(FINDINGS, issue_key="cause-2", verdict=example.verdict(confidence=1))
    await incidents.save_verdict(run, other, NOW)
    assert await incidents.findings(run) == FINDINGS


async def test_findings_before_are_those_of_the_newest_earlier_run(incidents: DatabaseIncidentStore) -> None:
    run = await a_run(incidents)
    assert await incidents.findings_before(run) is None
    await incidents.save_verdict(run, replace(FINDINGS, issue_key="first"), NOW)
    third = Run(incident_id=run.incident_id, revision=3)
    await incidents.save_verdict(third, replace(FINDINGS, issue_key="third"), NOW)
    fifth = Run(incident_id=run.incident_id, revision=5)
    for later, key in ((third, "first"), (fifth, "third")):
        before = await incidents.findings_before(later)
        assert before is not None
        assert before.issue_key == key


async def test_remediation_is_kept_once_a_run(incidents: DatabaseIncidentStore) -> None:
    run = await a_run(incidents)
    assert await incidents.remediation(run) is None
    await incidents.save_remediation(run, REMEDIATION, NOW)
    await incidents.save_remediation(run, replace(REMEDIATION, reason="another"), NOW)
    assert await incidents.remediation(run) == REMEDIATION


async def test_finished_run_writes_its_outcome_beside_every_alert(
    incidents: DatabaseIncidentStore, ledger: DatabaseIssueLedger, databases: Databases
) -> None:
    run = await a_run(incidents)
    await record(incidents, event(2, firing("b")))
    await incidents.save_verdict(run, FINDINGS, NOW)
    await incidents.save_remediation(run, REMEDIATION, NOW)
    effect = Effect(
        marker="m", kind=EffectKind.CREATE, incident_id=run.incident_id, revision=1, issue_key="cause-1"
    )
    await ledger.intend(effect, NOW)
    await ledger.complete(effect, number=7, url="file:///7", now=NOW)
    await finish(incidents, run)
    for alert in await stored_alerts(databases):
        assert alert.investigated_at == NOW
        assert (alert.is_real_issue, alert.confidence, alert.conclusion) == (True, 90, "real")
        assert (alert.severity, alert.type, alert.component) == ("high", "bug", "checkout")
        assert (alert.github_issue_number, alert.github_issue_url) == (7, "file:///7")
        # A refusal is no attempt.
        assert (alert.remediation_attempted, alert.remediation_success) == (False, None)


async def test_cause_and_known_issue_are_counted_once_an_incident(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    store = DatabaseKnownIssues(databases, StoppedClock())
    known = seed_entries()[0]
    await store.put([known])
    run = await a_run(incidents)
    await investigate(incidents, run)
    findings = replace(FINDINGS, verdict=example.verdict(known_issue=known))
    for revision in (1, 2, 3):
        each = Run(incident_id=run.incident_id, revision=revision)
        await incidents.save_verdict(each, findings, NOW + timedelta(minutes=revision))
    [entry] = await store.all()
    assert (entry.occurrences, entry.last_seen) == (1, NOW + timedelta(minutes=1))
    [pattern] = await rows_of(databases, issue_patterns)
    assert (pattern.id, pattern.occurrences, pattern.category) == ("cause-1", 1, "bug")


async def test_past_incidents_share_the_rule_or_the_cause(
    incidents: DatabaseIncidentStore, ledger: DatabaseIssueLedger
) -> None:
    """Oldest first: one of the same rule, one of another rule with the same cause; a stranger is left out."""
    names = {"same rule": "HighErrorRate", "same cause": "SlowAnswers", "stranger": "DiskFull"}
    for number, name in enumerate(names.values()):
        at = NOW + timedelta(minutes=number)
        labels = {"alertname": name}
        episode = (firing(f"past{number}", labels=labels), resolved(f"past{number}", labels=labels))
        await record(incidents, event(10 + number, *episode, received_at=at), now=at)
        [run] = await incidents.claim_runs(at, 1)
        key = "cause-other" if name == "DiskFull" else "cause-1"
        await incidents.save_verdict(run, replace(FINDINGS, issue_key=key), at)
        await finish(incidents, run)
    effect = Effect(marker="m", kind=EffectKind.CREATE, incident_id="x", revision=1, issue_key="cause-1")
    await ledger.intend(effect, NOW)
    await ledger.complete(effect, number=7, url="file:///7", now=NOW)

    later = NOW + timedelta(days=1)
    await record(incidents, event(30, firing("new"), received_at=later), now=later)
    runs = await incidents.claim_runs(later, 10)
    current = next(
        incident
        for incident in [await incidents.incident(run.incident_id) for run in runs]
        if incident.opened_at == later
    )
    past = await incidents.past_incidents(current, "cause-1", 10)
    assert [each.opened_at for each in past] == [NOW, NOW + timedelta(minutes=1)]
    assert [each.issue_number for each in past] == [7, 7]
    assert [each.opened_at for each in await incidents.past_incidents(current, "", 10)] == [NOW]
    assert [each.opened_at for each in await incidents.past_incidents(current, "cause-1", 1)] == [
        NOW + timedelta(minutes=1)
    ]


async def test_open_incidents_of_a_cause_are_counted_without_this_one(
    incidents: DatabaseIncidentStore,
) -> None:
    await record(
        incidents,
        event(1, *(firing(name, labels={"alertname": name}) for name in ("one", "two", "three"))),
        event(2, resolved("three", labels={"alertname": "three"})),
    )
    runs = await incidents.claim_runs(NOW, 10)
    for run in runs:
        await incidents.save_verdict(run, FINDINGS, NOW)
    counts = [
        await incidents.unfinished_incidents_of_cause("cause-1", besides=incident)
        for run in runs
        if (incident := await incidents.incident(run.incident_id)).alert_name == "one"
    ]
    assert counts == [1]
