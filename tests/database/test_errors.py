import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.ports.errors import TransientError


def test_all_connections_in_use_passes_and_is_tried_again() -> None:
    with pytest.raises(TransientError), translated():
        raise PoolTimeoutError("QueuePool limit of size 4 overflow 8 reached, connection timed out")
