"""Whatever stands in a log, an error or a label can be stored: PostgreSQL refuses some of it as it is."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from issue_intelligence.adapters.database.dead_letters import DatabaseDeadLetters
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.known_issues import DatabaseKnownIssues
from issue_intelligence.adapters.database.notice_log import DatabaseNoticeLog
from issue_intelligence.adapters.database.postgres_text import storable_json, storable_text
from issue_intelligence.adapters.database.tables import issue_patterns
from issue_intelligence.ports.incident_store import Findings
from tests.core.report import example
from tests.database.events import NOW, event, firing, record
from tests.database.rows import rows_of
from tests.database.test_ledger import CREATE
from tests.database.test_small_stores import ENTRY, LETTER, NOTICE
from tests.fakes.stopped_clock import StoppedClock

NUL = "before\0after"
# Four bytes each in an index, whose entries hold 2,704.
WIDE = "\U0001f9ea"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("plain", "plain"),
        ("grüße 🧪", "grüße 🧪"),
        ("a\0b\0", "a\ufffdb\ufffd"),
        # Half of a pair, as a text has it that was cut in the middle.
        ("x\ud83e", "x\ufffd\ufffd\ufffd"),
        ("\u2028\x1b[31m", "\u2028\x1b[31m"),
    ],
)
def test_text_keeps_all_that_can_be_stored(text: str, stored: str) -> None:
    assert storable_text(text) == stored


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ({"a": [1, 2.5, None, True, "x"]}, {"a": [1, 2.5, None, True, "x"]}),
        ({"k\0": ["\0"]}, {"k\ufffd": ["\ufffd"]}),
        # These six characters are no NUL, and neither is this word a number.
        ({"regex": r"\u0000", "name": "NaN"}, {"regex": r"\u0000", "name": "NaN"}),
        ([math.nan, math.inf, 1.0], [None, None, 1.0]),
        ({"emoji": "🧪"}, {"emoji": "🧪"}),
    ],
)
def test_json_keeps_all_that_can_be_stored(value: Any, stored: Any) -> None:
    assert json.loads(storable_json(value)) == stored


async def test_findings_with_any_text_are_kept(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing("a")))
    [run] = await incidents.claim_runs(NOW, 1)
    investigation, verdict = example.investigation(), example.verdict()
    logs = investigation.logs
    assert logs is not None
    assert logs.data is not None
    logs = replace(logs, data=replace(logs.data, error_pattern=NUL))
    categorization = replace(verdict.categorization, component="c" * 1_000)
    found = Findings(
        investigation=replace(investigation, logs=logs),
        verdict=replace(verdict, categorization=categorization),
        issue_key="cause-1",
        alert_count=1,
    )
    await incidents.save_evidence(run, logs)
    await incidents.save_verdict(run, found, NOW)
    await incidents.finish_run(run, NOW, quiet_until=NOW, recheck_at=None)

    read = await incidents.findings(run)
    assert read is not None
    assert read.investigation.logs == logs
    [pattern] = await rows_of(databases, issue_patterns)
    assert pattern.pattern.startswith("before")
    assert pattern.pattern.endswith("after")
    assert len(pattern.component) == 255


async def test_errors_and_words_of_people_with_any_text_are_kept(
    ledger: DatabaseIssueLedger, databases: Databases
) -> None:
    letters = DatabaseDeadLetters(databases)
    await letters.add(replace(LETTER, reason=NUL))
    await ledger.intend(CREATE, NOW)
    await ledger.give_up(CREATE.incident_id, CREATE.revision, NUL)
    await DatabaseKnownIssues(databases, StoppedClock()).put([replace(ENTRY, title=NUL, tags=(NUL,))])
    notice = replace(NOTICE, headline=NUL)
    intent = await DatabaseNoticeLog(databases).intend(notice, marker="m", channel="c" * 1_000, now=NOW)
    assert not intent.is_sent
    [letter] = await letters.open_letters(10)
    assert letter.reason.startswith("before")


async def test_labels_as_wide_and_long_as_they_come_are_kept(incidents: DatabaseIncidentStore) -> None:
    labels = {"alertname": WIDE * 5_000, "service": WIDE * 5_000, "long": "x" * 3_000_000, "nul": NUL}
    await record(incidents, event(1, firing("a", labels=labels)))
    [run] = await incidents.claim_runs(NOW, 1)
    [(alert, _)] = await incidents.alerts_of(run.incident_id, 10)
    assert alert.labels["long"] == labels["long"]
    assert alert.labels["nul"].startswith("before")
