from dataclasses import replace
from pathlib import Path

from issue_intelligence.adapters.database.dead_letters import DatabaseDeadLetters
from issue_intelligence.ports.dead_letters import DeadLetter
from tests.adapters.database.stores import NOW, opened

LETTER = DeadLetter(step="notify", incident_id="a" * 32, revision=2, reason="the disk is full", at=NOW)


async def test_letter_that_is_written_again_after_a_crash_stands_there_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as databases:
        letters = DatabaseDeadLetters(databases)
        await letters.add(LETTER)
        await letters.add(replace(LETTER, at=NOW.replace(hour=13)))
        assert [letter.at for letter in await letters.open_letters(10)] == [NOW]


async def test_letters_of_different_work_all_stand_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as databases:
        letters = DatabaseDeadLetters(databases)
        different = [
            LETTER,
            replace(LETTER, revision=3),
            replace(LETTER, step="finish"),
            replace(LETTER, reason="x"),
        ]
        for letter in different:
            await letters.add(letter)
        assert len(await letters.open_letters(10)) == len(different)
