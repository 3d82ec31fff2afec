"""Alembic's entry: runs the migrations of one schema on the connection that migrate.py holds."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from issue_intelligence.adapters.database.types import UtcDateTime


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from issue_intelligence.adapters.database.types import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from issue_intelligence.adapters.database.types import JsonValue")
        return "JsonValue"
    return False


attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["metadata"],
    version_table=attributes["version_table"],
    # On one PostgreSQL the schemas, and the durable engine's tables, live side by side.
    include_object=lambda _item, name, kind, _reflected, _other: (
        kind != "table" or name in attributes["metadata"].tables
    ),
    render_item=_render,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
