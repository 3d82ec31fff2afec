"""Errors travel through the framework, which sets their traceback."""

from issue_intelligence.web.errors import HttpError, json_answer


def test_an_error_that_is_passed_on_stays_itself() -> None:
    error = HttpError(status=503, code="not_ready", message="no commits")

    # Starlette does this to keep no reference cycle; a frozen class refused it and answered 500.
    error.__traceback__ = None

    assert (error.status, error.code) == (503, "not_ready")


def test_answers_hold_nothing_that_a_terminal_obeys() -> None:
    """They are read with curl as well, and some terminals take U+009B for the start of a command."""
    answer = json_answer({"service": "\x1b[2J\x9b2J\u202eexe"})

    assert bytes(answer.body).isascii()
    assert b"\x1b" not in answer.body
