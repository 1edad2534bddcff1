"""The persona is one file, and switching it needs no restart."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.persona import PersonaFile
from domain.errors import Invalid
from domain.persona import Persona


def test_without_a_file_the_butler_serves_and_says_sir(tmp_path: Path) -> None:
    persona = PersonaFile(tmp_path).read()
    assert (persona.name, persona.address) == ("Alfred", "sir")


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    file = PersonaFile(tmp_path)
    file.path.write_text("address = 'Master Jo'")
    assert file.read() == Persona(address="Master Jo")
    file.path.write_text("name = 'Jeeves'")
    os.utime(file.path, (1, 1))
    assert file.read().name == "Jeeves"


@pytest.mark.parametrize(("text", "named"), [("nome = 'x'", "nome"), ("name = 3", "name"), ("name = \n", "line 1")])
def test_a_wrong_file_is_named_with_the_place(tmp_path: Path, text: str, named: str) -> None:
    file = PersonaFile(tmp_path)
    file.path.write_text(text)
    with pytest.raises(Invalid, match=r"persona\.toml") as refused:
        file.read()
    assert named in str(refused.value)


def test_the_example_character_in_the_docs_can_be_used(tmp_path: Path) -> None:
    example = Path(__file__).parents[3] / "docs" / "personas" / "quartermaster.toml"
    (tmp_path / "persona.toml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    assert PersonaFile(tmp_path).read().address == "Captain"


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    persona = replace(Persona(), name="Jeeves", closing="Very good, sir. “Quite.”\n")
    PersonaFile(tmp_path).write(persona)
    assert persona == PersonaFile(tmp_path).read()
