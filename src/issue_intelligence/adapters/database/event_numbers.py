"""Keeps the numbers of inbound events rising, also when the inbound log was lost or is an older backup.

On SQLite the log is a file of its own and numbers its events itself. If it began again at 1, new
events would bear numbers that the pipeline has noted as dispatched, and their alerts would be
acknowledged and never looked at.
"""

from sqlalchemy import Engine, func, select, text

from issue_intelligence.adapters.database.intake_tables import inbound_events
from issue_intelligence.adapters.database.tables import dispatched_events

_RAISE = text("UPDATE sqlite_sequence SET seq = max(seq, :least) WHERE name = :name")
_BEGIN = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :least)")


def number_events_after_dispatched(intake: Engine, pipeline: Engine) -> None:
    """Let the next inbound event have a higher number than all that were ever dispatched."""
    if intake.dialect.name != "sqlite":
        # There both are tables of one database, which is restored as a whole.
        return
    with pipeline.connect() as connection:
        highest = connection.execute(select(func.max(dispatched_events.c.event_id))).scalar_one()
    if highest is None:
        return
    values = {"name": inbound_events.name, "least": highest}
    with intake.begin() as connection:
        if connection.execute(_RAISE, values).rowcount == 0:
            connection.execute(_BEGIN, values)
