"""Words, sentences and vocabularies are read the quick way and say the same as the plain one."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from adapters.local import evidence, lexicon, mishaps, occasions, reading
from adapters.local.words import lowered, sentences, words
from domain.triage import Category

EVERY_LETTER = [chr(code) for code in range(0x3000) if not 0xD800 <= code < 0xE000]


def test_lower_case_is_that_of_python_for_every_letter() -> None:
    assert [lowered(letter) for letter in EVERY_LETTER] == [letter.lower() for letter in EVERY_LETTER]


def test_words_part_where_there_is_no_letter_or_digit() -> None:
    found = [words(f"Ab{letter}Cd") for letter in EVERY_LETTER]
    assert found == [re.findall(r"[^\W_]+", f"ab{letter.lower()}cd") for letter in EVERY_LETTER]


def test_a_letter_beyond_latin_changes_no_word_beside_it() -> None:
    assert words("Größe_2 – ÇA VA") == ["größe", "2", "ça", "va"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Danke schön. Bis bald!", ["Danke schön.", "Bis bald!"]),
        ("谢谢。再见！好？", ["谢谢。", "再见！", "好？"]),
        ("He said “never.” Then he left.", ["He said “never.”", "Then he left."]),
        ("Version 2.5 is out.", ["Version 2.5 is out."]),
    ],
)
def test_sentences_end_at_their_marks(text: str, said: list[str]) -> None:
    assert sentences(text) == said


@pytest.mark.parametrize("module", [lexicon, mishaps, occasions, reading])
def test_what_any_vocabulary_holds_is_telling(module: ModuleType) -> None:
    held = {word for known in _vocabularies(module) for word in known}
    assert held
    assert lexicon.telling(held) == held


def _vocabularies(module: ModuleType) -> list[frozenset[str]]:
    """Return the sets of words in `module`, those of signals and categories left out."""
    sets = [value for value in vars(module).values() if isinstance(value, frozenset)]
    return [known for known in sets if not known <= {*evidence.WEIGHTS, *Category}]
