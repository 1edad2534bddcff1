"""A line is known by the words with which it begins; an opening or a closing balance by words anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pdf.profiles import Profile, profiles
from adapters.pdf.vocabulary import Label, vocabulary

ANYWHERE = (Label.OPENING, Label.CLOSING)
WORDS = st.sampled_from(
    ["balance", "opening balance", "new balance", "total", "debit", "subtotal", "shop", "_", "-", "*"]
)


@pytest.mark.parametrize("lead", [0, 12])
@given(words=st.lists(WORDS, max_size=5))
def test_every_label_stands_where_it_may(lead: int, words: list[str]) -> None:
    line = ("18 dec 2023 " if lead else "") + " ".join(words)
    found = vocabulary().label_in(line, lead)
    assert (found and (found.label, found.start)) == _searched_for(line, lead)


def _searched_for(line: str, lead: int) -> tuple[Label, int] | None:
    """Look for each label through the whole line, then ask what stands before it."""
    words = vocabulary()
    for label, pattern in words.labels.items():
        match = pattern.search(line, lead)
        if match is None or (lead and label in (Label.CARRY, Label.TOTAL)):
            continue
        if label is Label.TOTAL and not words.speaks_of_sums(line):
            continue
        if (lead == 0 and label in ANYWHERE) or not any(map(str.isalnum, line[lead : match.start()])):
            return label, match.start()
    return None


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_every_phrase_of_a_label_begins_with_a_letter(profile: Profile) -> None:
    phrases = [phrase for label in Label for phrase in profile.words.get(label.value, ())]
    assert [phrase for phrase in phrases if not phrase[0].isalnum()] == []
