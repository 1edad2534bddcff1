"""What he was told to remember is forgotten for good, by the letters that the terminal shows."""

from __future__ import annotations

from tests.integration.cli.conftest import Alfred


def test_what_is_remembered_is_forgotten_by_the_letters_that_are_shown(alfred: Alfred) -> None:
    alfred("chat", "remember that I take my tea without milk")
    shown = alfred("memory", "list").out.split()[-1]
    assert alfred("memory", "forget", "none of them").code == 1
    assert alfred("memory", "forget", shown).out == "Forgotten.\n"
    assert alfred("memory", "list", "--json").items == []
