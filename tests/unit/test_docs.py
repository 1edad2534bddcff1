"""The words are held against the code: commands, their help, settings, and the pages that point to each other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from daemon.cli.commands import app
from daemon.settings import described

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def _commands(command: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    inner: dict[str, Any] = getattr(command, "commands", {})
    if not inner:
        yield " ".join(names), command
    for name, each in inner.items():
        yield from _commands(each, (*names, name))


COMMANDS = dict(_commands(get_command(app)))


def _rows(title: str) -> list[list[str]]:
    """Return the cells of the table below a heading of the README."""
    section = README.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_readme_lists_every_setting_as_it_is() -> None:
    expected = [[f"`{name}`", f"`{default}`" if default else "", meaning] for name, default, meaning in described()]
    assert _rows("Settings") == expected


def test_the_readme_lists_every_command_with_its_help() -> None:
    listed = dict(_rows("Commands"))
    missing = [
        name
        for name, command in COMMANDS.items()
        if not any(
            use.startswith(f"`alfred {name}") and said == (command.help or "").splitlines()[0]
            for use, said in listed.items()
        )
    ]
    assert missing == []
    assert len(listed) == len(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_exists(page: Path) -> None:
    command = r"(?:`|\$ (?:\.venv/bin/)?)alfred ((?:rules |memory |backup |statements )?[a-z]+(?:-[a-z]+)*)"
    said = re.findall(command, page.read_text())
    groups = {"rules", "memory", "backup", "statements"}
    assert [name for name in said if name not in COMMANDS and name not in groups] == []


def test_sudo_is_never_told_to_find_alfred_by_his_name_alone() -> None:
    told = [*PAGES, *(ROOT / "daemon").rglob("*.py"), *(ROOT / "deploy").rglob("*.service")]
    assert [path.name for path in told if "sudo alfred" in path.read_text()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:domain|application|adapters|daemon|web|sandbox|tests|docs)/[\w./-]+\.\w+)`", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_every_help_is_a_sentence(name: str, command: Any) -> None:
    said = (command.help or "").splitlines()[0]
    assert re.fullmatch(r"[A-Z].{15,}\.", said), f"{name}: {said!r}"


def test_every_word_of_the_setup_script_in_the_readme_exists() -> None:
    script = (ROOT / "setup.sh").read_text()
    words = set(re.findall(r"\./setup\.sh ([a-z]+)", README))
    assert {word for word in words if not re.search(rf"^        {word}\)", script, re.MULTILINE)} == set()
