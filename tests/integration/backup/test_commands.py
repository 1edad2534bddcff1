"""`alfred backup` and `alfred export` as they are typed."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon.backup import passphrase_of
from daemon.household import household
from daemon.settings import load
from tests.integration.backup.house import CANARY, furnish
from tests.integration.cli.conftest import Ran, run_alfred


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("house") / "home")


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "home"))


def the_backup(home: Path) -> str:
    (file,) = (home / "backups").glob("*.backup")
    return str(file)


def test_a_household_is_saved_checked_and_brought_back(home: Path, tmp_path: Path) -> None:
    created = run_alfred(home, ["backup", "create"])
    assert (created.code, "not encrypted" in created.out) == (0, True)
    verified = run_alfred(home, ["backup", "verify", the_backup(home), "--json"])
    assert json.loads(verified.out)["entries"] > 0
    restored = run_alfred(home, ["backup", "restore", the_backup(home), str(tmp_path / "new")])
    assert "It is halted." in restored.out
    assert "devices are signed out" in restored.out
    assert "2 actions that may have been done since are uncertain" in restored.out
    assert "Halted: since" in run_alfred(tmp_path / "new", ["status"]).out
    uncertain = run_alfred(tmp_path / "new", ["actions", "--status", "uncertain", "--json"]).items
    assert {action["id"] for action in uncertain} == {"send-approved", "send-started", "send-unsure"}


def test_the_steps_after_a_restore_put_it_into_the_place_of_the_broken_one_with_its_secrets(
    home: Path, tmp_path: Path
) -> None:
    run_alfred(home, ["backup", "create"])
    (home / "alfred.db").write_bytes(b"broken")
    restored = run_alfred(home, ["backup", "restore", the_backup(home), str(tmp_path / "new")])
    moves = [line for line in restored.out.splitlines() if line.startswith("  mv ")]
    for move in moves:
        subprocess.run(shlex.split(move), check=True)
    with household(load(home)) as container:
        assert container.vault().get("gmail/token") == CANARY
        assert container.halt().is_halted
    assert the_backup(home.with_name("home.before-1"))
    assert (len(moves), (tmp_path / "new").exists()) == (3, False)


def test_a_household_that_was_restored_into_its_place_is_moved_no_more(home: Path, tmp_path: Path) -> None:
    file = shutil.move(create_in(home), tmp_path)
    restored = run_alfred(tmp_path / "fresh", ["backup", "restore", file, str(tmp_path / "fresh")])
    assert (restored.code, "  mv " in restored.out, "fresh install" in restored.out) == (0, False, True)


def create_in(home: Path) -> str:
    run_alfred(home, ["backup", "create"])
    return the_backup(home)


def test_a_passphrase_is_needed_again(home: Path, tmp_path: Path) -> None:
    sealed = run_alfred(home, ["backup", "create", "--passphrase-stdin"], "open sesame\n")
    assert (sealed.code, ", encrypted" in sealed.out) == (0, True)
    assert said_no(run_alfred(home, ["backup", "verify", the_backup(home)])) == 2
    assert said_no(run_alfred(home, ["backup", "verify", the_backup(home), "--passphrase-stdin"], "wrong\n")) == 1
    assert run_alfred(home, ["backup", "verify", the_backup(home), "--passphrase-stdin"], "open sesame\n").code == 0


def said_no(ran: Ran) -> int:
    assert "passphrase" in ran.err
    assert "sesame" not in ran.err + ran.out
    return ran.code


def test_a_passphrase_that_was_chosen_is_kept_in_the_vault_and_used_by_itself(home: Path, tmp_path: Path) -> None:
    chosen = run_alfred(home, ["backup", "passphrase", "--passphrase-stdin"], "open sesame\n")
    assert (chosen.code, "Write the passphrase down" in chosen.out) == (0, True)
    assert not [file for file in home.iterdir() if file.is_file() and b"sesame" in file.read_bytes()]
    assert ", encrypted" in run_alfred(home, ["backup", "create"]).out
    restored = run_alfred(home, ["backup", "restore", the_backup(home), str(tmp_path / "new")])
    assert (restored.code, "/vault " in restored.out) == (0, True)
    assert run_alfred(home, ["backup", "passphrase", "--none"]).code == 0
    assert "not encrypted" in run_alfred(home, ["backup", "create"]).out


def test_after_a_restore_nothing_is_saved_in_plain_that_was_encrypted(home: Path, tmp_path: Path) -> None:
    with (home / "config.toml").open("a") as config:
        config.write(f'[backup]\npassphrase = "open sesame"\nfolder = "{tmp_path / "disk"}"\n')
    assert ", encrypted" in run_alfred(home, ["backup", "create"]).out
    (file,) = (tmp_path / "disk").rglob("*.backup")
    restored = run_alfred(home, ["backup", "restore", str(file), str(tmp_path / "new")])
    assert f"Backups of before stay in {file.parent}" in restored.out
    steps = [line.strip() for line in restored.out.splitlines() if line.startswith("  ")]
    for move in steps[:3]:
        subprocess.run(shlex.split(move), check=True)
    assert steps[3].endswith("before-1/config.toml: google.client_secret")
    assert steps[4].endswith(" backup passphrase")
    refused = run_alfred(home, ["backup", "create"])
    assert (refused.code, "--none" in refused.err, len([*(tmp_path / "disk").rglob("*.backup")])) == (1, True, 1)
    run_alfred(home, ["backup", "passphrase", "--none"])
    assert "not encrypted" in run_alfred(home, ["backup", "create"]).out


def test_an_older_backup_asks_for_the_passphrase_that_it_was_made_with(home: Path) -> None:
    run_alfred(home, ["backup", "create", "--passphrase-stdin"], "open sesame\n")
    run_alfred(home, ["backup", "passphrase", "--passphrase-stdin"], "another\n")
    refused = run_alfred(home, ["backup", "verify", the_backup(home)])
    assert (refused.code, "another passphrase than the one in use" in refused.err) == (2, True)
    assert "--passphrase-stdin" in refused.err


def test_a_passphrase_is_not_chosen_behind_a_daemons_back(home: Path) -> None:
    with household(load(home)):
        refused = run_alfred(home, ["backup", "passphrase", "--passphrase-stdin"], "open sesame\n")
    assert (refused.code, "alfred stop, then this again" in refused.err) == (1, True)
    assert passphrase_of(load(home)) == ""


def test_a_passphrase_that_is_set_is_used_by_itself(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_BACKUP__PASSPHRASE", "open sesame")
    assert ", encrypted" in run_alfred(home, ["backup", "create"]).out
    assert run_alfred(home, ["backup", "verify", the_backup(home)]).code == 0


def test_an_export_names_its_files(home: Path, tmp_path: Path) -> None:
    ran = run_alfred(home, ["export", "--format", "mbox", str(tmp_path / "out")])
    assert (ran.code, ran.out) == (0, "home.mbox: 31\n")


def test_nothing_to_save_is_said(tmp_path: Path) -> None:
    ran = run_alfred(tmp_path / "nobody", ["backup", "create"])
    assert (ran.code, "holds no household yet" in ran.err) == (1, True)
