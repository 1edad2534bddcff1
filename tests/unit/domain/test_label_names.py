"""Labels are judged when they are asked for, and not when the log is read again."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from domain.kinds import ChangeLabels, Kind, read_payload
from domain.label_names import read_asked


@pytest.mark.parametrize("name", ["", "  ", "x\n y", "Bills\x00", "sllib\u202e", "TRASH", " Spam", "Drafts", "sent"])
def test_a_label_that_nobody_could_set_is_refused_when_it_is_asked_for(name: str) -> None:
    for side in ("add", "remove"):
        with pytest.raises(Invalid) as caught:
            read_asked(Kind.LABEL, {side: [name]})
        assert caught.value.where == f"arguments.{side}"
        assert read_payload(Kind.LABEL, {side: [name]})


def test_to_change_no_label_is_nothing_to_ask_for() -> None:
    with pytest.raises(Invalid):
        read_asked(Kind.LABEL, {})


def test_labels_that_mean_the_same_everywhere_are_known_however_they_are_written() -> None:
    asked = {"add": [" Clients/Acme ", "STARRED", "👩‍🏫"], "remove": ["Inbox", "UNREAD"]}
    assert read_asked(Kind.LABEL, asked) == ChangeLabels(("Clients/Acme", "starred", "👩‍🏫"), ("inbox", "unread"))
