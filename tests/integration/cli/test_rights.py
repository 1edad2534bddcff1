"""A household whose folder or files are closed to the user: each command says what is, and how to get it back."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Ran, run_apart

# Root may do everything; in a user namespace of its own it is an ordinary owner of its files.
ORDINARY = ("unshare", "--user", "--map-user=65534") if os.geteuid() == 0 else ()


def is_ordinary_possible() -> bool:
    if not ORDINARY:
        return True
    known = shutil.which("unshare") is not None
    return known and subprocess.run([*ORDINARY, "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not is_ordinary_possible(), reason="root cannot become an ordinary user here")


def told(home: Path, *arguments: str) -> Ran:
    ran = run_apart(home, *arguments, within=ORDINARY)
    assert "Traceback" not in ran.err + ran.out
    return ran


@pytest.fixture
def unwritable(tmp_path: Path) -> Iterator[Path]:
    """A folder, as HOME may be, in which nothing can be made."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    yield folder
    folder.chmod(0o700)


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A household that was opened once."""
    home = tmp_path_factory.mktemp("opened") / "home"
    assert run_apart(home, "rules", "list").code == 0
    (home / "config.toml").touch(mode=0o600)
    return home


@pytest.fixture
def made(household: Path, tmp_path: Path) -> Iterator[Path]:
    home = shutil.copytree(household, tmp_path / "home")
    yield home
    home.chmod(0o700)


@pytest.mark.parametrize("command", [("run",), ("setup", "--non-interactive"), ("demo", "--no-browser")])
def test_a_home_that_cannot_be_made_is_said_with_what_closes_it(unwritable: Path, command: tuple[str, ...]) -> None:
    ran = told(unwritable / "alfred", *command)
    assert ran.code == 2
    assert f"{unwritable / 'alfred'} cannot be used" in ran.err
    assert f"ls -ld {unwritable} shows whose it is" in ran.err
    assert "--home or ALFRED_HOME" in ran.err


def test_the_doctor_names_the_folder_that_nothing_can_be_made_in(unwritable: Path) -> None:
    ran = told(unwritable / "alfred", "doctor")
    assert (ran.code, f"{unwritable} cannot be written to" in ran.out) == (1, True)


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_a_home_that_is_closed_is_said_with_how_to_open_it(made: Path, command: str) -> None:
    made.chmod(0o000)
    ran = told(made, command)
    assert ran.code in (1, 2)
    assert f"chmod u+rwX {made} if it is yours" in ran.err + ran.out


@pytest.mark.parametrize("name", ["alfred.db", "master.key", "vault", "config.toml"])
def test_a_file_that_is_closed_is_named_with_how_to_open_it(made: Path, name: str) -> None:
    (made / name).chmod(0o000)
    ran = told(made, "run")
    assert ran.code in (1, 2)
    assert f"chmod u+rwX {made / name} if it is yours" in ran.err


def test_the_doctor_opens_what_is_the_owners(made: Path) -> None:
    for name in ("alfred.db", "master.key"):
        (made / name).chmod(0o000)
    before = told(made, "doctor")
    assert (before.code, "may not read or write alfred.db, master.key" in before.out) == (1, True)
    assert told(made, "doctor", "--fix").code == 0
