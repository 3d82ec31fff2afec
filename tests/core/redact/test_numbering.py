"""One number, one value: within a text, within a tree, and over the parts of a document."""

from issue_intelligence.core.redact.numbering import Numbering
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.redact.tree import redact_tree, take_numbers

ADA, BOB = "ada@example.com", "bob@example.com"


def test_same_value_has_one_number_and_different_ones_differ() -> None:
    text = f"{ADA} wrote to {BOB}, {BOB.upper()} answered {ADA}"
    assert redact(text) == (
        "[REDACTED:email#1] wrote to [REDACTED:email#2], [REDACTED:email#2] answered [REDACTED:email#1]"
    )


def test_spaces_in_a_card_do_not_make_it_another() -> None:
    assert redact("4111 1111 1111 1111, 4111111111111111").count("card#1]") == 2


def test_parts_of_a_document_share_their_numbers() -> None:
    numbering = Numbering()
    assert redact_tree([BOB, {"a": ADA}], numbering) == ["[REDACTED:email#1]", {"a": "[REDACTED:email#2]"}]
    assert redact(f"{ADA} {BOB}", numbering) == "[REDACTED:email#2] [REDACTED:email#1]"


def test_a_typed_placeholder_never_stands_for_a_value() -> None:
    # Before the value, in the same text, and in another string of the tree.
    assert redact(f"{ADA} [REDACTED:email#1]") == "[REDACTED:email#2] [REDACTED:email#1]"
    assert redact_tree([ADA, "[REDACTED:email#1]"]) == ["[REDACTED:email#2]", "[REDACTED:email#1]"]
    # A sign that is not shown makes it no other.
    assert "email#2]" in redact(f"{ADA} [REDACTED:em\u200bail#1]")


def test_a_placeholder_typed_after_its_number_was_given_gets_another() -> None:
    numbering = Numbering()
    assert redact(ADA, numbering) == "[REDACTED:email#1]"
    assert (
        redact("[REDACTED:email#1] [REDACTED:email#7]", numbering) == "[REDACTED:email#2] [REDACTED:email#7]"
    )


def test_what_quotes_its_document_keeps_the_numbers() -> None:
    numbering = Numbering()
    stored = redact_tree({"line": ADA}, numbering)
    assert redact_tree([stored], numbering, quotes_document=True) == [stored]


def test_numbers_of_what_is_stored_are_not_given_again() -> None:
    numbering = Numbering()
    take_numbers(["[REDACTED:email#1] and [REDACTED:email#2]"], numbering)
    assert redact(ADA, numbering) == "[REDACTED:email#3]"


def test_absurd_numbers_cost_nothing() -> None:
    assert redact(f"[REDACTED:email#999999999] {ADA}") == "[REDACTED:email#999999999] [REDACTED:email#1]"
