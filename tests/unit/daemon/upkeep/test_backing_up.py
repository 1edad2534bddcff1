"""Backups: one a day, the old ones go, and what cannot be made is told."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from os import mkfifo
from pathlib import Path

import pytest

from daemon import backup
from daemon.backup.making import LOCK
from daemon.backup.passphrase import PASSPHRASE
from daemon.container import Container
from daemon.household import household, services_of
from daemon.settings import load
from domain.errors import TryLater
from tests.integration.api.house import NOON, SetClock
from tests.unit.daemon.upkeep.household import NOW, backups, told, wish


def test_a_backup_is_made_once_a_day(container: Container, clock: SetClock) -> None:
    container.backing_up().back_up()
    container.backing_up().back_up()
    clock.advance(timedelta(days=1))
    container.backing_up().back_up()
    assert backups(container) == ["alfred-20261123-120000.backup", "alfred-20261124-120000.backup"]


def test_households_that_share_a_folder_leave_each_others_backups_alone(tmp_path: Path, clock: SetClock) -> None:
    shared = {"backup": {"folder": str(tmp_path / "disk"), "keep": 1}}
    for name in ("anna", "bob", "anna"):
        with household(load(tmp_path / name, shared), clock) as container:
            wish(container, **shared)
            container.backing_up().back_up()
        clock.advance(timedelta(days=1))
    kept = sorted(file.relative_to(tmp_path / "disk") for file in (tmp_path / "disk").rglob("*.backup"))
    assert [(file.parent.name.partition("-")[0], file.name) for file in kept] == [
        ("anna", "alfred-20261125-120000.backup"),
        ("bob", "alfred-20261124-120000.backup"),
    ]


def test_a_restored_household_leaves_the_backups_of_its_original_alone(tmp_path: Path, clock: SetClock) -> None:
    shared = {"backup": {"folder": str(tmp_path / "disk"), "keep": 1}}
    with household(load(tmp_path / "anna", shared), clock) as container:
        wish(container, **shared)
        container.backing_up().back_up()
    (file,) = (tmp_path / "disk").rglob("*.backup")
    backup.restore(file, tmp_path / "new" / "anna")
    clock.advance(timedelta(days=1))
    with household(load(tmp_path / "new" / "anna", shared), clock) as container:
        wish(container, **shared)
        container.backing_up().back_up()
    assert file.exists()
    assert len(list((tmp_path / "disk").rglob("*.backup"))) == 2


def test_a_backup_from_the_future_does_not_hold_up_the_next(container: Container, clock: SetClock) -> None:
    container.backing_up().back_up()
    clock.advance(timedelta(days=-300))
    for _ in range(3):
        container.backing_up().back_up()
        clock.advance(timedelta(hours=1))
    assert backups(container) == ["alfred-20260127-120000.backup", "alfred-20261123-120000.backup"]


def test_backups_from_the_future_stay_and_no_good_one_goes_for_them(container: Container, clock: SetClock) -> None:
    wish(container, backup={"keep": 2, "keep_weeks": 0, "keep_months": 0})
    folder = container.settings().home / "backups"
    folder.mkdir()
    for year in (2031, 2032, 2033):
        (folder / f"alfred-{year}0101-000000.backup").touch()
    for _ in range(3):
        container.backing_up().back_up()
        clock.advance(timedelta(days=1))
    assert [name[7:15] for name in backups(container)] == ["20261124", "20261125", "20310101", "20320101", "20330101"]


def test_a_backup_from_the_future_does_not_pass_for_the_last(container: Container, clock: SetClock) -> None:
    settings = container.settings()
    settings.backups.mkdir()
    (settings.backups / "alfred-20310101-000000.backup").touch()
    assert backup.backups_of(settings, clock.now()).late(clock.now())
    (settings.backups / "alfred-20261123-120500.backup").touch()
    assert backup.backups_of(settings, clock.now()).last_at == NOON + timedelta(minutes=5)


def test_old_backups_go_when_a_new_one_stands(container: Container, clock: SetClock) -> None:
    wish(container, backup={"keep": 1})
    for _ in range(3):
        container.backing_up().back_up()
        clock.advance(timedelta(days=1))
    assert backups(container) == ["alfred-20261125-120000.backup"]


def test_the_daemon_encrypts_with_the_passphrase_in_the_vault(container: Container) -> None:
    container.vault().put(PASSPHRASE, "open sesame")
    container.backing_up().back_up()
    (file,) = (container.settings().home / "backups").glob("*.backup")
    assert backup.is_sealed(file)


def test_a_folder_that_hangs_keeps_no_request_waiting(container: Container) -> None:
    folder, services = container.settings().backups, services_of(container, container.settings())
    folder.mkdir()
    mkfifo(folder / "alfred-20261123-110000.backup")
    with ThreadPoolExecutor(1) as jobs:
        looking = jobs.submit(container.backup_watch().look)
        assert services.backups().last_at is None
        (folder / "alfred-20261123-110000.backup").open("wb").close()
        looking.result()
    assert services.backups().last_at == NOW - timedelta(hours=1)


def test_a_backup_is_known_as_soon_as_it_is_made(container: Container) -> None:
    services = services_of(container, container.settings())
    assert services.backups().late(NOW)
    container.backing_up().back_up()
    assert services.backups().last_at == NOW


def test_who_wants_no_backups_gets_none(container: Container) -> None:
    wish(container, backup={"every_hours": 0})
    container.backing_up().back_up()
    assert backups(container) == []


def test_the_owner_is_told_once_a_day_that_no_backup_could_be_made(container: Container) -> None:
    (container.settings().home / "backups").write_text("a file where the folder should be")
    for _ in range(2):
        with pytest.raises(OSError, match="backups"):
            container.backing_up().back_up_or_tell()
    assert told(container) == ["No backup could be made"]


def test_a_backup_that_is_being_made_by_another_is_no_trouble(container: Container) -> None:
    folder = container.settings().home / "backups"
    folder.mkdir()
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(TryLater):
            container.backing_up().back_up_or_tell()
    assert told(container) == []
