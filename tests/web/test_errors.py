"""Errors travel through the framework, which sets their traceback and context."""

from issue_intelligence.web.errors import HttpError


def test_an_error_can_be_raised_from_another_and_passed_on() -> None:
    try:
        try:
            raise ValueError("inner")
        except ValueError as inner:
            raise HttpError(status=503, code="not_ready", message="no commits") from inner
    except HttpError as error:
        # Starlette does this to keep no reference cycle; a frozen class refused it and answered 500.
        error.__traceback__ = None
        assert error.status == 503
