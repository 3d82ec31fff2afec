"""Turns the database's failures into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from issue_intelligence.ports.errors import PermanentError, StorageError


@contextmanager
def translated() -> Iterator[None]:
    """Raise StorageError for a database that is busy, full, away or read-only.

    PermanentError is for one that says no.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        # Locked, disk full, connection lost: all of them pass, or someone mends them, without a change to us.
        raise StorageError(f"the database is not available: {error.orig}") from error
    except PoolTimeoutError as error:
        # All connections wait, on SQLite most often for one long write; that is no fault of this statement.
        raise StorageError("all connections to the database are in use") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StorageError(f"the database connection was lost: {error.orig}") from error
        raise PermanentError(f"the database says no: {error.orig}") from error
    except SQLAlchemyError as error:
        raise PermanentError(f"the database could not be used: {error}") from error
