"""How the outside fails, in two kinds; adapters turn every vendor failure into one of them.

OutsideError
├── TransientError        worth trying again, later
│   ├── RateLimitedError  we asked too often; waiting is all it takes, so it uses up no retries
│   └── StorageError      our own database does not answer, so nothing can go on until it does
└── PermanentError        never works until someone changes something
"""


class OutsideError(Exception):
    """Something outside did not do what we asked."""


class TransientError(OutsideError):
    """Try again; `retry_after_seconds` is the other side's wish, None when it has none."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RateLimitedError(TransientError):
    """We asked too often: try again when the other side said, as often as it takes."""


class StorageError(TransientError):
    """Our own database is away, busy or full; without it nothing is given up, since that needs noting too."""


class PermanentError(OutsideError):
    """Trying again is useless; the message says what to change."""
