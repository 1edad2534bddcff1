"""Services of systemd: a unit of the owner's own, or an instance of the machine's template."""

from __future__ import annotations

import getpass
import os
import re
import secrets
import shutil
from abc import abstractmethod
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.keyring.master_key import CREDENTIAL, KEY_FILE
from daemon.home import SYSTEM_DATA, SYSTEM_SETTINGS
from daemon.running import PORT
from daemon.units.commands import Runner, demanded
from daemon.units.services import Service, ServiceState
from daemon.units.templates import unit_text, write_whole
from daemon.units.walls import NO_WALLS, WALLS, WITH_WALLS, has_walls, is_opened, set_backups, walls_hold
from domain.errors import CannotBe, Invalid

HOUSEHOLD = "# Household: "
OWN_UNITS = Path("~/.config/systemd/user")
SYSTEM_UNITS = Path("/etc/systemd/system")
TEMPLATE = "alfred@.service"
TUNNEL_TEMPLATE = "cloudflared-alfred@.service"
PORT_LINE = re.compile(r"^ALFRED_WEB__PORT=(\d+)$", re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9-]{0,20}")
HIDDEN_FROM_SYSTEM = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"))
_SHOWN = "LoadState,ActiveState,SubState,MainPID,UnitFileState,NRestarts"


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
        demanded(self.run, "systemctl", *self.scope, verb, *more, self.name)

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
        demanded(self.run, "systemctl", *self.scope, "daemon-reload")

    def version(self) -> int:
        """Return the version of the systemd that is there, such as 252."""
        first = demanded(self.run, "systemctl", "--version").out.split()
        return int(re.sub(r"\D.*", "", first[1])) if len(first) > 1 else 0

    def write(self, file: Path, text: str) -> None:
        try:
            write_whole(file, text.encode(), 0o644)
        except OSError as error:
            raise CannotBe(f"{file} cannot be written: {error.strerror}", code="service_failed") from error


@dataclass(frozen=True)
class OwnUnit(Unit):
    """A unit in the owner's own systemd, for a data folder of his."""

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
        key, backups = self.home / KEY_FILE, set_backups(self.home)
        values = {
            "UNIT": self.name,
            "PROGRAM": str(program),
            "HOME": str(self.home),
            "KEY": str(key) if key.exists() else "",
            "BACKUPS": str(backups) if backups else "",
        }
        return self.put("alfred.service", values)

    def put(self, template: str, values: Mapping[str, str]) -> tuple[str, ...]:
        """Put the unit file in the place of an older one, and start what it says."""
        can_wall = walls_hold(self.run)
        text = unit_text(template, values, self.version(), () if can_wall else WALLS)
        if self.is_installed:
            self.demand("stop")
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
        is_on = "Linger=yes" in self.run("loginctl", "show-user", user, "--property=Linger").out
        if not is_on and self.run("loginctl", "enable-linger", user).code:
            return (
                f"Lingering could not be switched on, so Alfred stops when you log out and starts when you log in. "
                f"To change that: sudo loginctl enable-linger {user}"
            )
        return f"Lingering is on for {user}: Alfred runs from boot on, also while nobody is logged in."

    def uninstall(self) -> bool:
        if not self.is_installed:
            return False
        self.demand("disable", "--now")
        self.file.unlink(missing_ok=True)
        self.reload()
        self.run("systemctl", *self.scope, "reset-failed", self.name)
        return True


@dataclass(frozen=True)
class SystemUnit(Unit):
    """One household as an instance of `alfred@.service`: a user of its own, its data in /var/lib/alfred.

    Where `cloudflared` is there, a template for its tunnel lies beside; whoever wants one enables that.
    """

    folder: Path = SYSTEM_UNITS
    settings: Path = SYSTEM_SETTINGS
    cloudflared: Path | None = None

    @property
    def household(self) -> str:
        return self.home.name

    @property
    def is_installed(self) -> bool:
        return (self.folder / TEMPLATE).exists() and self.key_file.exists()

    @property
    def key_file(self) -> Path:
        return self.settings / self.household / CREDENTIAL

    def install(self, program: Path) -> tuple[str, ...]:
        """Write template, settings and key, and start the instance; the program must lie where it may be read."""
        _refuse_hidden(program)
        text = unit_text(TEMPLATE, {"PROGRAM": str(program)}, self.version())
        if self.is_installed:
            self.demand("stop")
        self.write(self.folder / TEMPLATE, text)
        self._provide()
        said = self._open_to_backups()
        self.reload()
        self.demand("enable")
        self.demand("restart")
        return (
            f"Written: {self.folder / TEMPLATE}",
            f"Settings of this household: {self.settings / self.household / 'environment'}",
            f"Commands: sudo {program} --home {self.home} status",
            *said,
            *self.offer_tunnel(),
        )

    @property
    def backups_file(self) -> Path:
        return self.folder / f"{self.name}.d" / "backups.conf"

    def _open_to_backups(self) -> tuple[str, ...]:
        """Let this instance alone write to where its backups are set to go."""
        backups = set_backups(self.home, self.key_file.with_name("environment"))
        if backups is None:
            self.backups_file.unlink(missing_ok=True)
            return ()
        self.write(self.backups_file, unit_text("backups.conf", {"BACKUPS": str(backups)}, self.version()))
        if _is_hidden(backups):
            return (f"Backups are set to go to {backups}, which a service of the system does not see; choose another",)
        return (f"Backups go to {backups}, which is to be his: sudo chown -R --reference={self.home}/. {backups}",)

    def may_write(self, folder: Path) -> bool:
        return folder.is_relative_to(self.home) or is_opened(folder, self.backups_file)

    def what_walls_lack(self) -> str:
        """The machine's own manager can always build them."""
        return ""

    @property
    def tunnel(self) -> str:
        return TUNNEL_TEMPLATE.replace("@", f"@{self.household}")

    def offer_tunnel(self) -> tuple[str, ...]:
        """Write the template of the tunnels, where there is a program for them; return how one is switched on."""
        if self.cloudflared is None:
            return ()
        text = unit_text(TUNNEL_TEMPLATE, {"PROGRAM": str(self.cloudflared)}, self.version())
        self.write(self.folder / TUNNEL_TEMPLATE, text)
        self.reload()
        places = f"tunnel.yml and tunnel.json in {self.settings / self.household}"
        return (f"For a tunnel put {places}, then: sudo systemctl enable --now {self.tunnel}",)

    def _provide(self) -> None:
        """Make the household's settings and its master key, readable by root alone; what is there stays.

        A household that lay there before, such as one from a backup, may have a vault, which only its own key opens.
        """
        folder = self.key_file.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.key_file.exists():
                write_whole(self.key_file, self._own_key() or urlsafe_b64encode(secrets.token_bytes(32)), 0o600)
            environment = folder / "environment"
            if not environment.exists():
                write_whole(environment, self._port_line().encode(), 0o600)
        except OSError as error:
            raise CannotBe(f"{folder} cannot be written: {error.strerror}", code="service_failed") from error

    def _own_key(self) -> bytes:
        file = self.home / KEY_FILE
        return file.read_bytes() if file.is_file() and not file.is_symlink() else b""

    def _port_line(self) -> str:
        """Set the first port that no other household of the machine's is set to."""
        others = [file.read_text(encoding="utf-8") for file in self.settings.glob("*/environment")]
        taken = {int(port) for text in others for port in PORT_LINE.findall(text) or [PORT]}
        return f"ALFRED_WEB__PORT={next(port for port in range(PORT, PORT + 1000) if port not in taken)}\n"

    def uninstall(self) -> bool:
        """Stop this household; the template goes with the last one, the key stays with the data."""
        if not (self.folder / TEMPLATE).exists():
            return False
        self.demand("disable", "--now")
        if (self.folder / TUNNEL_TEMPLATE).exists():
            self.run("systemctl", "disable", "--now", self.tunnel)
        self.backups_file.unlink(missing_ok=True)
        others = [each for each in self.folder.glob("*.wants/alfred@*.service") if each.name != self.name]
        if not others:
            (self.folder / TEMPLATE).unlink()
            (self.folder / TUNNEL_TEMPLATE).unlink(missing_ok=True)
        self.reload()
        self.run("systemctl", "reset-failed", self.name)
        return True


def system_unit(household: str, run: Runner) -> SystemUnit:
    """Return the machine's service of a household; raise `Invalid` for a name that no user can have."""
    if not NAME.fullmatch(household):
        raise Invalid(f"{household!r} will not do: small letters, digits and dashes, 21 at most", where="--name")
    return SystemUnit(f"alfred@{household}.service", run, SYSTEM_DATA / household, cloudflared=_visible("cloudflared"))


def _visible(name: str) -> Path | None:
    """Return a program where the machine's services can start it."""
    found = shutil.which(name)
    return None if found is None or _is_hidden(Path(found)) else Path(found)


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


def _refuse_hidden(program: Path) -> None:
    """The machine's services see no home folders, and run as users that may not read what is another's."""
    if _is_hidden(program):
        raise CannotBe(f"{program} lies where a service of the system cannot read it; put Alfred into /opt/alfred")
    if os.geteuid() != 0:
        raise CannotBe("a service of the system is installed by root: sudo alfred install --system")


def _is_hidden(program: Path) -> bool:
    return any(path.is_relative_to(folder) for path in (program, program.resolve()) for folder in HIDDEN_FROM_SYSTEM)
