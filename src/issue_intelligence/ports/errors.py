"""How the outside fails, in two kinds; adapters turn every vendor failure into one of them.

OutsideError
├── TransientError           worth trying again, later
│   ├── StorageError         our own database does not answer, so nothing can go on until it does
│   └── RateLimitedError     the other side works and asks us to wait
└── PermanentError           never works until someone changes something
"""


class OutsideError(Exception):
    """Something outside did not do what we asked."""


class TransientError(OutsideError):
    """Try again; `retry_after_seconds` is the other side's wish, None when it has none."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class StorageError(TransientError):
    """Our own database is away, busy or full; without it nothing is given up, since that needs noting too."""


class RateLimitedError(TransientError):
    """The other side is well and asks us to wait; waiting is no failure, so it uses up no attempts."""


class PermanentError(OutsideError):
    """Trying again is useless; the message says what to change."""
