"""Notices, silences, dead letters and known issues, as they come back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.adapters.database.dead_letters import DatabaseDeadLetters
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.known_issues import DatabaseKnownIssues
from issue_intelligence.adapters.database.notice_log import DatabaseNoticeLog
from issue_intelligence.adapters.database.notice_threads import DatabaseNoticeThreads
from issue_intelligence.adapters.database.report_tables import audit
from issue_intelligence.adapters.database.silences import DatabaseSilences
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.ports.notice_log import NoticeIntent
from issue_intelligence.ports.notice_threads import NoticeThread
from tests.database.events import NOW
from tests.database.rows import rows_of
from tests.fakes.stopped_clock import StoppedClock

HOUR = timedelta(hours=1)
NOTICE = IncidentNotice(
    incident_id="incident-1",
    service="shop",
    alert_name="HighErrorRate",
    conclusion=Conclusion.REAL,
    confidence=90,
    severity=Severity.HIGH,
    headline="TypeError",
    result="issue created",
)
THREAD = NoticeThread(
    incident_id="incident-1",
    channel="#alerts",
    channel_id="C0ALERTS00",
    message_id="1.0",
    follows=True,
    told=NOTICE,
    marker="m1",
)
SILENCE = Silence(
    id="silence-1",
    matchers=(Matcher(name="service", operator=MatcherOperator.REGEX, value="shop|mail"),),
    starts_at=NOW,
    ends_at=NOW + HOUR,
    created_by="Ada",
    comment="moving house",
)
LETTER = DeadLetter(step="report_issue", incident_id="incident-1", revision=2, reason="no disk", at=NOW)
ENTRY = KnownIssue(
    id="full-disk",
    title="Disk is full",
    error_pattern="ENOSPC",
    description="No room.",
    solution="Make room.",
    disposition=Disposition.ISSUE,
    category="infrastructure",
    component="backend",
    severity="high",
    tags=("disk", "ünïcode"),
)


async def test_notice_is_sent_once(databases: Databases) -> None:
    notices = DatabaseNoticeLog(databases)

    async def intend(marker: str, *, after: timedelta = timedelta(), channel: str = "Slack") -> NoticeIntent:
        return await notices.intend(NOTICE, marker=marker, channel=channel, now=NOW + after)

    assert await intend("m1") == NoticeIntent(is_sent=False, unknown_since=None)
    # A crash before it was noted: it may stand there since.
    assert await intend("m1", after=HOUR) == NoticeIntent(is_sent=False, unknown_since=NOW)
    # So may it for the incident's next notice, though not elsewhere.
    assert await intend("m2", after=HOUR) == NoticeIntent(is_sent=False, unknown_since=NOW)
    assert await intend("m3", channel="the terminal") == NoticeIntent(is_sent=False, unknown_since=None)
    await notices.sent("m2", NOW + HOUR)
    assert (await intend("m1")).is_sent
    assert (await intend("m2")).is_sent
    assert not (await intend("m3", channel="the terminal")).is_sent
    assert await intend("m4") == NoticeIntent(is_sent=False, unknown_since=None)


async def test_threads_of_an_incident_come_back_as_they_were_saved(databases: Databases) -> None:
    threads = DatabaseNoticeThreads(databases)
    await threads.save(THREAD, NOW)
    other = replace(THREAD, channel="#critical", channel_id="C0CRITICAL", follows=False)
    await threads.save(other, NOW + HOUR)
    await threads.save(replace(THREAD, incident_id="incident-2", channel_id="C0RENAMED"), NOW + HOUR)
    edited = replace(THREAD, told=replace(NOTICE, result="resolved"), marker="m2", message_id="2.0")
    await threads.save(edited, NOW + 2 * HOUR)
    # The oldest first, whatever was edited last.
    assert await threads.of_incident("incident-1") == [edited, other]
    assert await threads.of_incident("incident-3") == []
    assert await threads.channel_id("#alerts") == "C0ALERTS00"
    assert await threads.channel_id("#unheard-of") is None


async def test_letter_of_the_run_that_ends_stays_on_the_list(databases: Databases) -> None:
    letters = DatabaseDeadLetters(databases)
    for revision in (1, 2):
        await letters.add(replace(LETTER, revision=revision))
    await letters.mended(LETTER.incident_id, NOW, before_revision=2)
    assert [letter.revision for letter in await letters.open_letters(9)] == [2]
    await letters.mended(LETTER.incident_id, NOW, before_revision=3)
    assert await letters.count_open() == 0


@pytest.mark.parametrize(
    ("after", "in_force"),
    [
        (timedelta(seconds=-1), False),
        (timedelta(), True),
        (HOUR - timedelta(seconds=1), True),
        # At its end it has ended.
        (HOUR, False),
    ],
)
async def test_silence_holds_from_its_start_to_its_end(
    after: timedelta, in_force: bool, databases: Databases
) -> None:
    silences = DatabaseSilences(databases)
    await silences.add(SILENCE, NOW)
    assert await silences.in_force(NOW + after) == ((SILENCE,) if in_force else ())


async def test_silence_is_on_record_with_who_made_it(databases: Databases) -> None:
    await DatabaseSilences(databases).add(SILENCE, NOW)
    [entry] = await rows_of(databases, audit)
    assert (entry.actor, entry.action, entry.subject) == ("Ada", "silence_add", "silence/silence-1")


async def test_dead_letters_are_listed_newest_first(databases: Databases) -> None:
    letters = DatabaseDeadLetters(databases)
    for revision in range(3):
        await letters.add(replace(LETTER, revision=revision))
    listed = await letters.open_letters(2)
    assert [letter.revision for letter in listed] == [2, 1]
    assert replace(listed[0], id=LETTER.id) == replace(LETTER, revision=2)
    assert await letters.count_open() == 3


async def test_letter_that_is_written_again_after_a_crash_stands_there_once(databases: Databases) -> None:
    letters = DatabaseDeadLetters(databases)
    await letters.add(LETTER)
    await letters.add(replace(LETTER, at=NOW + HOUR))
    assert [letter.at for letter in await letters.open_letters(10)] == [NOW]


async def test_letters_of_different_work_all_stand_there(databases: Databases) -> None:
    letters = DatabaseDeadLetters(databases)
    different = [
        LETTER,
        replace(LETTER, revision=3),
        replace(LETTER, step="finish"),
        replace(LETTER, reason="x"),
    ]
    for letter in different:
        await letters.add(letter)
    assert len(await letters.open_letters(10)) == len(different)


async def test_known_issue_comes_back_as_it_was_put(databases: Databases) -> None:
    store = DatabaseKnownIssues(databases, StoppedClock())
    await store.put([ENTRY])
    assert await store.all() == (ENTRY,)


async def test_putting_an_entry_again_keeps_what_we_counted(databases: Databases) -> None:
    store = DatabaseKnownIssues(databases, StoppedClock())
    counted = replace(ENTRY, occurrences=5, last_seen=NOW, auto_fix_success_count=2, created_by="Ada")
    await store.put([counted])
    await store.put([replace(ENTRY, title="No room on the disk", tags=())])
    assert await store.all() == (replace(counted, title="No room on the disk", tags=()),)


async def test_seeds_are_added_once_and_peoples_changes_stay(databases: Databases) -> None:
    store = DatabaseKnownIssues(databases, StoppedClock())
    seeds = seed_entries()
    assert await store.add_missing(seeds) == len(seeds)
    changed = replace(seeds[0], title="Ours")
    await store.put([changed])
    assert await store.add_missing(seeds) == 0
    stored = {entry.id: entry for entry in await store.all()}
    assert stored[changed.id] == changed
    assert list(stored) == sorted(stored)
    assert await store.add_missing([]) == 0
