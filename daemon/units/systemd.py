"""Services of systemd: what every unit has in common, and a unit of the owner's own."""

from __future__ import annotations

import getpass
import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from adapters.keyring.master_key import KEY_FILE
from daemon.units.commands import Runner, demanded
from daemon.units.services import Service, ServiceState
from daemon.units.templates import unit_text, write_whole
from daemon.units.walls import NO_WALLS, WALLS, WITH_WALLS, has_walls, is_opened, set_backups, walls_hold
from domain.errors import CannotBe

HOUSEHOLD = "# Household: "
OWN_UNITS = Path("~/.config/systemd/user")
_SHOWN = "LoadState,ActiveState,SubState,MainPID,UnitFileState,NRestarts"
NO_BUS = re.compile(r"Failed to connect to .*bus")
NO_SESSION = (
    "this shell has no systemd of its own. Log in as yourself, not by su or sudo, or run sudo loginctl enable-linger "
    "$USER, and do that again; where there is no systemd at all, keep alfred run running in a way of your own"
)


@dataclass(frozen=True)
class Unit(Service):
    """What both kinds of unit have in common: one name, and the same words to `systemctl`."""

    name: str
    run: Runner
    home: Path
    scope: tuple[str, ...] = ()

    def start(self) -> None:
        self.demand("start")

    def stop(self) -> None:
        self.demand("stop")

    def restart(self) -> None:
        self.demand("restart")

    def demand(self, verb: str, *more: str) -> None:
        self._demand(verb, *more, self.name)

    def _demand(self, *words: str) -> None:
        try:
            demanded(self.run, "systemctl", *self.scope, *words)
        except CannotBe as error:
            if not self.scope or not NO_BUS.search(str(error)):
                raise
            raise CannotBe(f"{error}; {NO_SESSION}", code="service_failed") from None

    def state(self) -> ServiceState:
        said = self.run("systemctl", *self.scope, "show", self.name, f"--property={_SHOWN}").out
        told = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        pid = int(told.get("MainPID") or 0)
        return ServiceState(
            self.name,
            installed=self.is_installed,
            enabled=told.get("UnitFileState") == "enabled",
            active=told.get("ActiveState", "unknown"),
            pid=pid or None,
            restarts=int(told.get("NRestarts") or 0),
        )

    @property
    @abstractmethod
    def is_installed(self) -> bool: ...

    def reload(self) -> None:
        self._demand("daemon-reload")

    def version(self) -> int:
        """Return the version of the systemd that is there, such as 252."""
        first = demanded(self.run, "systemctl", "--version").out.split()
        return int(re.sub(r"\D.*", "", first[1])) if len(first) > 1 else 0

    @abstractmethod
    def text(self, program: Path) -> str:
        """Return what its file is to say."""

    @property
    @abstractmethod
    def file(self) -> Path: ...

    def is_outdated(self, program: Path) -> bool:
        return is_about(self.file, program) and self.file.read_text(encoding="utf-8") != self.text(program)

    def renew(self, program: Path) -> None:
        self.write(self.file, self.text(program))
        self.reload()

    def write(self, file: Path, text: str) -> None:
        try:
            write_whole(file, text.encode(), 0o644)
        except OSError as error:
            raise CannotBe(f"{file} cannot be written: {error.strerror}", code="service_failed") from error


@dataclass(frozen=True)
class OwnUnit(Unit):
    """A unit in the owner's own systemd, for a data folder of his."""

    template: ClassVar[str] = "alfred.service"
    scope: tuple[str, ...] = ("--user",)
    folder: Path = field(default_factory=OWN_UNITS.expanduser)

    @property
    def file(self) -> Path:
        return self.folder / self.name

    @property
    def is_installed(self) -> bool:
        return self.file.exists()

    def install(self, program: Path) -> tuple[str, ...]:
        """Write the unit, start it, and have it started with the machine; the older version is stopped first."""
        other = household_of(self.file)
        if other is not None and other != self.home:
            raise CannotBe(f"{self.name} keeps {other} already; choose another name with --name")
        return self.put(program)

    def values(self, program: Path) -> dict[str, str]:
        """Return what the template's placeholders stand for."""
        key, backups = self.home / KEY_FILE, set_backups(self.home)
        return {
            "UNIT": self.name,
            "PROGRAM": str(program),
            "HOME": str(self.home),
            "KEY": str(key) if key.exists() else "",
            "BACKUPS": str(backups) if backups else "",
        }

    def text(self, program: Path) -> str:
        """With the walls that it has: whether there can be any is tried when it is installed."""
        without = () if has_walls(self.file) else WALLS
        return unit_text(self.template, self.values(program), self.version(), without)

    def put(self, program: Path) -> tuple[str, ...]:
        """Put the unit file in the place of an older one, and start what it says."""
        can_wall = walls_hold(self.run)
        text = unit_text(self.template, self.values(program), self.version(), () if can_wall else WALLS)
        if self.is_installed:
            self.demand("stop")
        else:
            self.reload()  # where systemd does not answer, nothing is to be left that passes for a service
        self.write(self.file, text)
        self.reload()
        self.demand("enable")
        said = self._linger()
        self.demand("restart")
        return (f"Written: {self.file}", said, *(() if can_wall else (f"{NO_WALLS}. {WITH_WALLS}",)))

    def what_walls_lack(self) -> str:
        if not walls_hold(self.run):
            return NO_WALLS
        return "" if has_walls(self.file) else "the unit was written without walls, and this machine allows them now"

    def may_write(self, folder: Path) -> bool:
        """By the unit file: what `systemctl --user edit` adds is the owner's own affair."""
        is_own = folder.is_relative_to(self.home)
        return is_own or not has_walls(self.file) or is_opened(folder, self.file)

    def _linger(self) -> str:
        """Let the owner's services run while he is not logged in, from boot on (loginctl(1), enable-linger)."""
        user = getpass.getuser()
        if not self._lingers(user) and self.run("loginctl", "enable-linger", user).code:
            return (
                f"Lingering could not be switched on, so Alfred stops when you log out and starts when you log in. "
                f"To change that: sudo loginctl enable-linger {user}"
            )
        return f"Lingering is on for {user}: Alfred runs from boot on, also while nobody is logged in."

    def _lingers(self, user: str) -> bool:
        return "Linger=yes" in self.run("loginctl", "show-user", user, "--property=Linger").out

    def remains(self) -> tuple[str, ...]:
        user = getpass.getuser()
        said = f"Lingering stays on for {user}, which other services may need: loginctl disable-linger {user} ends it."
        return (said,) if self._lingers(user) else ()

    def uninstall(self) -> bool:
        if not self.is_installed:
            return False
        self.demand("disable", "--now")
        self.file.unlink(missing_ok=True)
        self.reload()
        self.run("systemctl", *self.scope, "reset-failed", self.name)
        return True


def household_of(file: Path, mark: str = HOUSEHOLD) -> Path | None:
    """Return the data folder that a unit file is about; None for no file, or one that is not ours."""
    if not file.exists():
        return None
    first = file.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    return Path(first.removeprefix(mark)) if first.startswith(mark) else None


def is_about(file: Path, program: Path) -> bool:
    """Whether a unit file is there and starts `program`, which it names as `unit_text` writes it."""
    written = f'"{program}"'.replace("%", "%%")
    return file.exists() and written in file.read_text(encoding="utf-8", errors="replace")


def own_unit(home: Path, run: Runner, folder: Path, name: str = "") -> OwnUnit:
    """Return the owner's service of a data folder: the one that is installed, else the one that would be."""
    for file in _own_units(folder):
        if household_of(file) == home and not name:
            return OwnUnit(file.name, run, home, folder=folder)
    return OwnUnit(f"{unit_name(home, name)}.service", run, home, folder=folder)


def _own_units(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("alfred*.service"))


def unit_name(home: Path, name: str) -> str:
    """Name the service of a folder: `alfred` for ~/.alfred, `alfred-anna` for ~/.alfred-anna or any folder anna."""
    slug = name or re.sub(r"[^a-z0-9]+", "-", home.name.lower()).strip("-").removeprefix("alfred").strip("-")
    return f"alfred-{slug}" if slug else "alfred"
