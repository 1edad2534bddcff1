"""Making a backup while the daemon works, and keeping as many as are wanted."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from application.ports.clock import Clock
from daemon.backup.archive import Manifest, Member, member_of, need_room, unpack, write_archive
from daemon.backup.passphrase import refuse_plain
from daemon.backup.plain_settings import without_secrets
from daemon.backup.retention import kept
from daemon.clock import SYSTEM_CLOCK
from daemon.disk import flush
from daemon.home import DATABASE
from daemon.ownership import give_to_owner
from daemon.scratch import scratch
from domain.errors import CannotBe, TryLater

NAMED = "alfred-%Y%m%d-%H%M%S.backup"
FOUND = f"alfred-{'[0-9]' * 8}-{'[0-9]' * 6}*.backup"
MADE = "alfred-%Y%m%d-%H%M%S"
PLAIN, PART = (".making-", ".verifying-"), ".part"
LOCK = ".lock"
AHEAD = timedelta(minutes=10)


def create(home: Path, folder: Path, passphrase: str = "", clock: Clock = SYSTEM_CLOCK) -> Path:
    """Back up the household at `home` into a new file in `folder`, read back before it counts; return the file.

    Secrets are left out: the vault, its key, `.env`, and what is secret in `config.toml`. Raises `CannotBe` where
    there is nothing to save, it is damaged, or the passphrase of encrypted backups is lost, and `TryLater` while
    another backup is being made or the disk is full.
    What root makes is the household's owner's, who goes on there.
    """
    database = home / DATABASE
    if not database.exists():
        raise CannotBe(f"{home} holds no household yet; there is nothing to save", code="nothing_to_save")
    if not passphrase:
        refuse_plain(home)
    was_there = folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not was_there:
        give_to_owner(folder, home)
    with _alone(folder):
        give_to_owner(folder / LOCK, home)
        _clear(folder)
        _need_room(home, folder)
        now = clock.now().replace(microsecond=0)
        target = _free_name(folder, now)
        part = folder / f".{target.name}{PART}"
        with scratch(home) as place:
            write_archive(part, place, _gather(home, place, now), passphrase)
        with scratch(home) as place:
            unpack(part, passphrase, place)  # as a restore would: what cannot be read back is no backup
        give_to_owner(part, home)
        part.rename(target)
        flush(folder)
    return target


def _gather(home: Path, place: Path, made_at: datetime) -> Manifest:
    """Put what is saved into the scratch folder, and check it there."""
    from adapters.sqlite import check_file
    from adapters.sqlite.snapshot import copy_database, read_rules, schema_of
    from daemon.rules_file import as_toml

    copy = place / DATABASE
    copy_database(home / DATABASE, copy)
    report = check_file(copy)
    broken = report.chain.problem if report.chain.broken_at is not None else ""
    if report.integrity != "ok" or broken:
        said = broken or report.integrity
        raise CannotBe(f"{home / DATABASE} is damaged ({said}); nothing was saved", code="corrupt_store")
    (place / "rules.toml").write_text(as_toml(read_rules(copy)), encoding="utf-8")
    for name, clean in (("config.toml", without_secrets), ("persona.toml", bytes)):
        if (home / name).exists():
            (place / name).write_bytes(clean((home / name).read_bytes()))
    members = tuple(_members(place))
    return Manifest(made_at, version("alfred-butler"), schema_of(copy), report.chain.rows, report.chain.head, members)


def _members(place: Path) -> Iterator[Member]:
    for file in sorted(place.iterdir()):
        yield member_of(file)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder; the lock ends with the process, however it ends."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise TryLater(f"another backup is being made in {folder}", code="backup_running") from None
    finally:
        os.close(descriptor)


def _clear(folder: Path) -> None:
    """Remove what a backup that was cut off left behind, and what earlier versions unpacked here in plain.

    What cannot be removed, such as a folder of root's, is left to the doctor, who names it.
    """
    for left in (each for prefix in PLAIN for each in folder.glob(f"{prefix}*")):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(f".*{PART}"):
        left.unlink()


def _need_room(home: Path, folder: Path) -> None:
    """The household lies once more on each of the two disks, or twice where they are one."""
    size = sum(file.stat().st_size for file in home.glob(f"{DATABASE}*"))
    for place in (home, folder):
        need_room(place, size * (2 if home.stat().st_dev == folder.stat().st_dev else 1))


def _free_name(folder: Path, now: datetime) -> Path:
    base = now.strftime(NAMED)
    names = [base, *(base.replace(".backup", f"-{number:02}.backup") for number in range(1, 100))]
    return next(folder / name for name in names if not (folder / name).exists())


def newest(folder: Path, now: datetime) -> Path | None:
    """Return the newest backup in a folder."""
    return next(iter(newest_first(folder, now)), None)


def newest_first(folder: Path, now: datetime) -> list[Path]:
    """Return the backups in a folder; their stems sort by time."""
    return sorted(_made(folder, now), key=lambda file: file.stem, reverse=True)


def made_at(backup: Path) -> datetime:
    """Return when one was made, by its name: a copy of a file, or a restored disk, is as old as what it holds."""
    return datetime.strptime(backup.name[: len("alfred-20261121-120000")], MADE).replace(tzinfo=UTC)


def _made(folder: Path, now: datetime) -> dict[Path, datetime]:
    """Return the backups in a folder and when they were made, but those whose time is still to come.

    While either they or `now` come from a clock that was wrong, they neither count as made nor may be removed.
    """
    made = {file: made_at(file) for file in folder.glob(FOUND)}
    return {file: at for file, at in made.items() if at <= now + AHEAD}


def prune(folder: Path, now: datetime, keep: int, weeks: int = 0, months: int = 0) -> tuple[Path, ...]:
    """Remove all backups but those that `kept` names; return what went. Nothing else in the folder is touched."""
    made = _made(folder, now)
    surplus = sorted(set(made) - kept(made, keep, weeks, months), reverse=True)
    for file in surplus:
        file.unlink()
    return tuple(surplus)
