"""A real PostgreSQL for a measurement, on the disk and with durable commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.postgres_server import running_postgres
from tests.real_parts import POSTGRESQL


@contextmanager
def fresh_databases() -> Iterator[list[str]]:
    """DATABASE_URL of two empty databases of one server."""
    spec = find_spec(POSTGRESQL.package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"PostgreSQL is not at hand: {POSTGRESQL.hint}")
    with running_postgres(Path(spec.origin).parent, durable=True) as server:
        yield [server.url(server.new_database()) for _ in range(2)]
