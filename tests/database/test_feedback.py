"""What people said, as it comes back."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, update

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.feedback import DatabaseFeedback
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.report_tables import audit, tracked_issues
from issue_intelligence.adapters.database.tables import incidents as incidents_table
from issue_intelligence.core.model.feedback import Feedback, FeedbackKind, FeedbackSource, Statement
from issue_intelligence.ports.feedback_store import FeedbackQuery
from tests.database.events import NOW, event, firing, record
from tests.database.rows import rows_of, stored_alerts, stored_incidents

REAL = Statement(kind=FeedbackKind.REAL, by="ünïcode", note="seen it", source=FeedbackSource.SLACK)


def said(incident_id: str, name: str = "a", *, minute: float = 0) -> Feedback:
    at = NOW + timedelta(minutes=minute)
    return Feedback(id=name * 32, incident_id=incident_id, alert_id=None, statement=REAL, said_at=at)


async def test_statement_comes_back_as_it_was_said_and_is_audited(
    databases: Databases, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a")))
    [alert] = await stored_alerts(databases)
    store = DatabaseFeedback(databases)
    wrong = replace(REAL, kind=FeedbackKind.WRONG_COMPONENT, right="checkout", withdrawn=True)
    about_alert = replace(said(alert.incident_id), alert_id=alert.alert_id, statement=wrong)
    assert await store.add(about_alert)
    assert await store.said_of([alert.incident_id]) == (about_alert,)
    assert (await store.page(FeedbackQuery())).feedback == (about_alert,)
    [row] = await rows_of(databases, audit)
    assert (row.actor, row.action, row.subject) == ("ünïcode", "feedback_withdraw", f"alert/{alert.alert_id}")


async def test_same_statement_is_kept_once(databases: Databases, incidents: DatabaseIncidentStore) -> None:
    await record(incidents, event(1, firing("a")))
    [incident] = await stored_incidents(databases)
    store = DatabaseFeedback(databases)
    assert await store.add(said(incident.id))
    assert not await store.add(said(incident.id, minute=5))
    assert len(await store.said_of([incident.id])) == 1
    assert len(await rows_of(databases, audit)) == 1


async def test_what_was_overtaken_on_the_way_stands_where_it_was_said(
    databases: Databases, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a")))
    [incident] = await stored_incidents(databases)
    store = DatabaseFeedback(databases)
    await store.add(said(incident.id, "b", minute=9))
    await store.add(said(incident.id, "a", minute=1))
    assert [each.id[0] for each in await store.said_of([incident.id])] == ["a", "b"]


async def test_issue_speaks_of_incidents_that_go_on_else_of_the_newest(
    databases: Databases, incidents: DatabaseIncidentStore
) -> None:
    for number, service in enumerate(("shop", "mail", "cart"), start=1):
        labels = {"alertname": "Errors", "service": service}
        at = NOW + timedelta(minutes=number)
        await record(incidents, event(number, firing(service, labels=labels), received_at=at), now=at)
    ids = {row.service: row.id for row in await stored_incidents(databases)}
    store = DatabaseFeedback(databases)
    async with databases.pipeline.begin() as connection:
        await connection.execute(
            insert(tracked_issues).values(
                issue_key="k" * 32, place="github:acme/shop", number=7, url="u", created_at=NOW, generation=0
            )
        )
        of_cause = incidents_table.c.service.in_(["shop", "mail"])
        await connection.execute(update(incidents_table).where(of_cause).values(issue_key="k" * 32))
    both = set(await store.incidents_of_issue("github:acme/shop", 7))
    assert both == {ids["shop"], ids["mail"]}
    # The same number elsewhere, and another number here.
    assert await store.incidents_of_issue("github:acme/other", 7) == ()
    assert await store.incidents_of_issue("github:acme/shop", 8) == ()
    for service, left in (("mail", ids["shop"]), ("shop", ids["mail"])):
        async with databases.pipeline.begin() as connection:
            await connection.execute(
                update(incidents_table).where(incidents_table.c.service == service).values(status="closed")
            )
        assert await store.incidents_of_issue("github:acme/shop", 7) == (left,)
