"""What an update notes on disk before each step, so that one that was cut off can be brought to its end."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from adapters.sqlite.opening import Lock
from adapters.sqlite.snapshot import copy_database, schema_of
from application.acting.halt import HaltSwitch
from daemon.disk import flush
from daemon.home import DATABASE, HALT
from daemon.opening import UPDATE_NOTE
from daemon.ownership import give_to_owner
from daemon.units.templates import write_whole
from daemon.updating.environments import beside, exchange
from domain.errors import StoreLocked, TryLater

BEFORE = "alfred.db.before-update"
UNDER_WAY = ".updating"
LOOK_EVERY = 0.2


class Stage(StrEnum):
    """How far an update is. Nothing is executed before it is well, so until then going back loses nothing."""

    TRYING = "trying"
    RETURNING = "returning"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Journal:
    """One update's note: the two environments, known by their inodes wherever they lie, and how far it is."""

    home: Path
    environment: Path
    version: str
    release: str
    former: int
    next: int
    stage: Stage = Stage.TRYING

    @property
    def is_changed_over(self) -> bool:
        """Whether the new version lies where the former one was."""
        return _inode(self.environment) == self.next and _inode(beside(self.environment)) == self.former

    @property
    def can_change_back(self) -> bool:
        """Whether this process may; a service sees the file system read-only."""
        return os.access(self.environment.parent, os.W_OK)

    @property
    def is_accepted(self) -> bool:
        """Whether the new version is to stay: it was well, or its trial was lifted, and things were done since."""
        return self.stage is Stage.WELL or (self.stage is Stage.TRYING and not self._halt.is_on_trial)

    @property
    def _halt(self) -> HaltSwitch:
        return HaltSwitch(self.home / HALT)

    def save_database(self) -> None:
        """Keep the database as it is; the copy has its name only once it is whole."""
        part = self.home / f"{BEFORE}.part"
        part.unlink(missing_ok=True)
        if (self.home / DATABASE).exists():
            copy_database(self.home / DATABASE, part)
            give_to_owner(part, self.home)
            part.rename(self.home / BEFORE)
            flush(self.home)

    def accept(self) -> None:
        """Stay with the new version."""
        self.at(Stage.WELL)
        self.close()

    def go_back(self) -> None:
        """Bring back the database, then the environment; may be cut off anywhere and done again."""
        self._bring_database_back()
        if self.is_changed_over:
            exchange(self.environment, beside(self.environment))
        self.close()

    def _bring_database_back(self) -> None:
        """Put the copy in its place where the schema was brought forward.

        The log of a database belongs to it alone: beside another it would harm that one, and without it the old one
        is not whole. So it is noted first that the copy counts, whatever is found in place of the database.
        """
        before, database = self.home / BEFORE, self.home / DATABASE
        if not before.exists() or not (self.stage is Stage.RETURNING or _differ(before, database)):
            return
        self.at(Stage.RETURNING)
        for name in ("-wal", "-shm"):
            database.with_name(database.name + name).unlink(missing_ok=True)
        flush(self.home)
        before.rename(database)
        flush(self.home)

    def close(self) -> None:
        """Lift the trial first, which is what makes it final, and remove what is not needed any more."""
        self._halt.end_trial()
        flush(self.home)
        for name in (BEFORE, f"{BEFORE}.part", UPDATE_NOTE):
            (self.home / name).unlink(missing_ok=True)

    def at(self, stage: Stage) -> None:
        """Note on disk that the update is at `stage`."""
        form = asdict(replace(self, stage=stage)) | {"home": str(self.home), "environment": str(self.environment)}
        file = self.home / UPDATE_NOTE
        write_whole(file, json.dumps(form, indent=2).encode(), 0o600)
        give_to_owner(file, self.home)
        flush(self.home)


def begin(home: Path, environment: Path, version: str, release: str) -> Journal:
    """Note that an update begins to be tried; both environments are in place."""
    for name in (BEFORE, f"{BEFORE}.part"):
        (home / name).unlink(missing_ok=True)
    inodes = _inode(environment), _inode(beside(environment))
    journal = Journal(home, environment, version, release, *inodes)
    journal.at(Stage.TRYING)
    return journal


def read_journal(home: Path) -> Journal | None:
    """Return the note of an update that is under way, or was cut off; None where there is none."""
    try:
        form = json.loads((home / UPDATE_NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    environment, stage = Path(form["environment"]), Stage(form["stage"])
    return Journal(home, environment, form["version"], form["release"], form["former"], form["next"], stage)


@contextmanager
def under_way(home: Path) -> Iterator[None]:
    """Be the one update of a household; the mark ends with the process, however it ends."""
    descriptor = _mark(home)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise TryLater(f"another update of {home} is under way", code="update_running") from None
    finally:
        os.close(descriptor)


def is_under_way(home: Path) -> bool:
    """Whether a process that lives is updating the household."""
    descriptor = _mark(home)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _mark(home: Path) -> int:
    descriptor = os.open(home / UNDER_WAY, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_to_owner(home / UNDER_WAY, home)
    return descriptor


@contextmanager
def alone(home: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the database, so that nobody opens it meanwhile; raise `StoreLocked` where another does not let go."""
    until = time.monotonic() + patience
    lock = _lock(home / DATABASE, until)
    try:
        yield
    finally:
        lock.release()


def _lock(database: Path, until: float) -> Lock:
    while True:
        try:
            return Lock(database)
        except StoreLocked:
            if time.monotonic() >= until:
                raise
            time.sleep(LOOK_EVERY)


def _inode(folder: Path) -> int:
    return folder.stat().st_ino if folder.exists() else 0


def _differ(before: Path, database: Path) -> bool:
    """Whether the schema was changed; a database that cannot even be read was."""
    try:
        return schema_of(before) != schema_of(database)
    except sqlite3.Error:
        return True
