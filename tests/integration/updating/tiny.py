"""An update whose two versions are a word in a file each, so that it can be cut off hundreds of times."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.sqlite import migrations
from daemon.clock import SYSTEM_CLOCK
from daemon.doctor import Finding
from daemon.doctor.outside import check_sources
from daemon.opening import opened_store
from daemon.settings import load
from daemon.units import Ran, Service, ServiceState
from daemon.updating import Release, Update
from domain.errors import CannotBe

if TYPE_CHECKING:
    from sqlite_utils import Database

OLD, NEW = "0.1.0", "0.2.0"
NEW_STEP = "m900_later"


def m900_later(database: Database) -> None:
    database.conn.execute("CREATE TABLE later (word TEXT) STRICT")


def environment_of(home: Path) -> Path:
    return home.parent / "environment"


def neighbour_of(home: Path) -> Path:
    return home.parent / "neighbour"


def version_in(environment: Path) -> str:
    return (environment / "version").read_text()


def prepare(home: Path) -> None:
    """Make the environment of the old version beside the household."""
    (environment_of(home) / "bin").mkdir(parents=True)
    (environment_of(home) / "version").write_text(OLD)
    (environment_of(home) / "bin" / "alfred").write_text(f"#!{environment_of(home)}/bin/python\n")


@contextmanager
def as_version(environment: Path) -> Iterator[None]:
    """Know the schema that the version in an environment knows."""
    known = migrations.STEPS
    if version_in(environment) == NEW:
        migrations.STEPS = (*known, m900_later)
    try:
        yield
    finally:
        migrations.STEPS = known


def start_of_the_day(home: Path) -> None:
    """Open the household as the version that is installed would, and write something."""
    opened = contextmanager(opened_store)(load(home), SYSTEM_CLOCK)
    with as_version(environment_of(home)), opened as store:
        store.preferences.put("started", True)


def commands(*words: str) -> Ran:
    """Stand in for pip, which replaces what it installs, and for the present doctor, who finds nothing.

    The new version's is the real one, who asks the sources: he sees a database of before.
    """
    program, environment = Path(words[0]), Path(words[0]).parents[1]
    found: list[Finding] = []
    if program.name == "python":
        fresh = environment / "version.new"
        fresh.write_text(NEW)
        fresh.rename(environment / "version")
    elif version_in(environment) == NEW:
        with as_version(environment):
            found = check_sources(load(Path(words[words.index("--home") + 1])))
    return Ran(0, json.dumps({"items": [each.as_json() for each in found]}))


@dataclass
class Days(Service):
    """A service that lives as long as it takes to start."""

    name: str
    home: Path
    is_installed: bool = True
    pid: int | None = None

    def start(self) -> None:
        start_of_the_day(self.home)

    def stop(self) -> None:
        return

    def restart(self) -> None:
        self.start()

    def install(self, program: Path) -> tuple[str, ...]:
        return (str(program),)

    def uninstall(self) -> bool:
        return False

    def state(self) -> ServiceState:
        return ServiceState(self.name, installed=True, pid=self.pid)


def an_update(home: Path, is_well: Callable[[Path], bool], others: tuple[Service, ...] = ()) -> Update:
    return Update(
        home=home,
        environment=environment_of(home),
        version=OLD,
        run=commands,
        service=Days("days", home),
        back_up=lambda home: home,
        tell=lambda _: None,
        patience=0.01,
        watch=0.0,
        answering=lambda home: 1 if is_well(home) else None,
        others=others,
    )


RELEASE = Release(Path("alfred.whl"), NEW, "", b"")


def renew(_: Path, target: Path) -> None:
    an_update(target, lambda _: True).to(RELEASE)


def renew_beside(_: Path, target: Path) -> None:
    """Update an installation that keeps another household, too, whose service runs."""
    other = Days("other", neighbour_of(target), pid=1)
    an_update(target, lambda _: True, (other,)).to(RELEASE)


def renew_beside_in_vain(_: Path, target: Path) -> None:
    other = Days("other", neighbour_of(target), pid=1)
    well = an_update(target, lambda home: version_in(environment_of(home)) == OLD, (other,))
    with suppress(CannotBe):
        well.to(RELEASE)


def renew_in_vain(_: Path, target: Path) -> None:
    """Update to a version that migrates and is not well."""
    well = an_update(target, lambda home: version_in(environment_of(home)) == OLD)
    with suppress(CannotBe):
        well.to(RELEASE)
