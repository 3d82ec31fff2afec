"""Pages that are written from the code say what the code does."""

from scripts.write_decisions import PAGE, page


def test_decisions_page_is_that_of_the_rules() -> None:
    """Write it anew with `make docs`, and read it."""
    assert PAGE.read_text(encoding="utf-8") == page()
