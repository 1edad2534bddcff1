"""Settings are written into the file without losing what the owner wrote there."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings_file import put_settings
from daemon.units.templates import write_whole
from domain.errors import CannotBe


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_file_that_is_not_there_is_made_for_the_owner_alone(file: Path) -> None:
    put_settings(file, "web", {"port": 1, "hosts": ("a", "b")})
    assert file.read_text() == '[web]\nport = 1\nhosts = ["a", "b"]\n'
    assert file.stat().st_mode & 0o777 == 0o600


def test_comments_order_and_other_sections_stay(file: Path) -> None:
    file.write_text("# top\n[web] # here\nport = 1\n\n[owner]\n# mine\ntimezone = 'UTC'\n")
    put_settings(file, "web", {"port": 2, "host": "0.0.0.0"})
    assert file.read_text() == (
        "# top\n[web] # here\nport = 2\nhost = \"0.0.0.0\"\n\n[owner]\n# mine\ntimezone = 'UTC'\n"
    )


@pytest.mark.parametrize("before", ["web = {port = 1}\n", "[web]\nport = [\n1,\n]\n", "web.port = 1\n", "not toml"])
def test_what_cannot_be_followed_is_left_alone_and_the_lines_are_said(file: Path, before: str) -> None:
    file.write_text(before)
    with pytest.raises(CannotBe, match=r"\[web\]\nport = 2"):
        put_settings(file, "web", {"port": 2})
    assert file.read_text() == before


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("settings") / "config.toml"
    put_settings(file, "owner", {"name": text})
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {"owner": {"name": text}}


def test_a_file_that_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "taken", b"x", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]
