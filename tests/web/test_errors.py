"""Errors travel through the framework, which sets their traceback."""

from issue_intelligence.web.errors import HttpError


def test_an_error_that_is_passed_on_stays_itself() -> None:
    error = HttpError(status=503, code="not_ready", message="no commits")

    # Starlette does this to keep no reference cycle; a frozen class refused it and answered 500.
    error.__traceback__ = None

    assert (error.status, error.code) == (503, "not_ready")
