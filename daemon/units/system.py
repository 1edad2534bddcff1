"""Households of the machine's: instances of one template of systemd, each with user, settings and key of its own."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from adapters.keyring.master_key import CREDENTIAL, KEY_FILE
from daemon.home import SYSTEM_DATA, SYSTEM_SETTINGS
from daemon.running import PORT
from daemon.units.commands import Runner
from daemon.units.systemd import Unit
from daemon.units.templates import unit_text, write_whole
from daemon.units.walls import is_opened, set_backups
from domain.errors import CannotBe, Invalid

SYSTEM_UNITS = Path("/etc/systemd/system")
TEMPLATE = "alfred@.service"
TUNNEL_TEMPLATE = "cloudflared-alfred@.service"
PORT_LINE = re.compile(r"^ALFRED_WEB__PORT=(\d+)$", re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9-]{0,20}")
HIDDEN_FROM_SYSTEM = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"))


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
    def file(self) -> Path:
        """The template, which all households of the machine's share."""
        return self.folder / TEMPLATE

    def text(self, program: Path) -> str:
        return unit_text(TEMPLATE, {"PROGRAM": str(program)}, self.version())

    @property
    def is_installed(self) -> bool:
        return self.file.exists() and self.key_file.exists()

    @property
    def key_file(self) -> Path:
        return self.settings / self.household / CREDENTIAL

    def install(self, program: Path) -> tuple[str, ...]:
        """Write template, settings and key, and start the instance; the program must lie where it may be read."""
        _refuse_hidden(program)
        text = self.text(program)
        if self.is_installed:
            self.demand("stop")
        self.write(self.file, text)
        self._provide()
        said = self._open_to_backups()
        self.reload()
        self.demand("enable")
        self.demand("restart")
        return (
            f"Written: {self.file}",
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
        if not self.file.exists():
            return False
        self.demand("disable", "--now")
        if (self.folder / TUNNEL_TEMPLATE).exists():
            self.run("systemctl", "disable", "--now", self.tunnel)
        self.backups_file.unlink(missing_ok=True)
        others = [each for each in self.folder.glob("*.wants/alfred@*.service") if each.name != self.name]
        if not others:
            self.file.unlink()
            (self.folder / TUNNEL_TEMPLATE).unlink(missing_ok=True)
        self.reload()
        self.run("systemctl", "reset-failed", self.name)
        return True

    def remains(self) -> tuple[str, ...]:
        folder = self.key_file.parent
        return (f"So do its settings and its master key in {folder}; remove both folders together.",)


def system_unit(household: str, run: Runner) -> SystemUnit:
    """Return the machine's service of a household; raise `Invalid` for a name that no user can have."""
    if not NAME.fullmatch(household):
        raise Invalid(f"{household!r} will not do: small letters, digits and dashes, 21 at most", where="--name")
    return SystemUnit(f"alfred@{household}.service", run, SYSTEM_DATA / household, cloudflared=_visible("cloudflared"))


def _visible(name: str) -> Path | None:
    """Return a program where the machine's services can start it."""
    found = shutil.which(name)
    return None if found is None or _is_hidden(Path(found)) else Path(found)


def _refuse_hidden(program: Path) -> None:
    """The machine's services see no home folders, and run as users that may not read what is another's."""
    if _is_hidden(program):
        raise CannotBe(f"{program} lies where a service of the system cannot read it; put Alfred into /opt/alfred")
    if os.geteuid() != 0:
        raise CannotBe(f"a service of the system is installed by root: sudo {program} install --system --name NAME")


def _is_hidden(program: Path) -> bool:
    return any(path.is_relative_to(folder) for path in (program, program.resolve()) for folder in HIDDEN_FROM_SYSTEM)
