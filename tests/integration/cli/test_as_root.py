"""What a command leaves behind that is run with sudo in another's household."""

import os
from pathlib import Path

import pytest

from daemon.home import ID
from tests.integration.cli.conftest import Alfred

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
OWNER = 4711


def owners(home: Path) -> set[int]:
    return {path.lstat().st_uid for path in (home, *home.rglob("*"))}


def test_all_of_it_is_the_owners(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    os.chown(home, OWNER, OWNER)
    assert alfred("halt").code == 0
    assert alfred("backup", "create").code == 1
    assert alfred("status").code == 0
    assert alfred("backup", "create").code == 0
    assert list((home / "backups").glob("*.backup")) != []
    assert owners(home) == {OWNER}


def test_backups_on_another_disk_are_the_owners_too(alfred: Alfred, home: Path, tmp_path: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(f'[backup]\nfolder = "{tmp_path / "disk"}"\n')
    os.chown(home, OWNER, OWNER)
    (tmp_path / "disk").mkdir()
    assert alfred("status").code == 0
    assert alfred("backup", "create").code == 0
    (own,) = (tmp_path / "disk").iterdir()
    assert (len(list(own.glob("*.backup"))), owners(own), owners(home)) == (1, {OWNER}, {OWNER})


def test_what_somebody_else_laid_in_the_way_is_not_written_through(alfred: Alfred, home: Path, tmp_path: Path) -> None:
    home.mkdir(mode=0o700)
    os.chown(home, OWNER, OWNER)
    assert alfred("status").code == 0
    (tmp_path / "shadow").write_text("root's")
    (home / f".{ID}.new").symlink_to(tmp_path / "shadow")
    assert alfred("backup", "create").code == 1
    assert (tmp_path / "shadow").read_text() == "root's"


def test_a_file_that_has_another_name_elsewhere_is_not_given_away(alfred: Alfred, home: Path, tmp_path: Path) -> None:
    home.mkdir(mode=0o700)
    os.chown(home, OWNER, OWNER)
    systems = tmp_path / "shadow"
    systems.write_text("root's")
    (home / "linked").hardlink_to(systems)
    (home / "pointing").symlink_to(systems)
    alfred("halt")
    assert systems.stat().st_uid == 0
    assert (home / "HALT").stat().st_uid == OWNER


def test_a_household_of_roots_own_is_left_as_it_is(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "notes").write_text("another's")
    os.chown(home / "notes", OWNER, OWNER)
    alfred("halt")
    assert (home / "notes").stat().st_uid == OWNER
