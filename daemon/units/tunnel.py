"""The tunnel to a household as a service of its own: `cloudflared`, kept running as Alfred is."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from daemon.home import SYSTEM_DATA
from daemon.logging import TUNNEL_OUTPUT
from daemon.units.commands import Runner
from daemon.units.launchd import AGENTS, PREFIX, Agent, kept_alive, named_after
from daemon.units.services import Service
from daemon.units.systemd import OWN_UNITS, OwnUnit, household_of, unit_name
from domain.errors import CannotBe

PROGRAM = "cloudflared"
CONFIG = "tunnel.yml"
CALLED = "cloudflared-"  # nothing that begins with `alfred` is taken for a household
MARK = "# Tunnel of: "
TEMPLATE = "cloudflared-alfred.service"


@dataclass(frozen=True)
class TunnelUnit(OwnUnit):
    """The tunnel as a unit of the owner's own systemd."""

    template: ClassVar[str] = TEMPLATE

    @property
    def is_installed(self) -> bool:
        return household_of(self.file, MARK) == self.home

    def install(self, program: Path) -> tuple[str, ...]:
        """Write the unit for `cloudflared`, and start it; it counts as started once Cloudflare is reached."""
        _refuse_anothers(self.name, household_of(self.file, MARK), self.home)
        return self.put(program)

    def values(self, program: Path) -> dict[str, str]:
        return {"UNIT": self.name, "PROGRAM": str(program), "HOME": str(self.home)}


@dataclass(frozen=True)
class TunnelAgent(Agent):
    """The tunnel as an agent of the logged-in user."""

    @property
    def is_installed(self) -> bool:
        return tunnelled_home(self.file) == self.home

    def install(self, program: Path) -> tuple[str, ...]:
        _refuse_anothers(self.name, tunnelled_home(self.file), self.home)
        return self.put(program)

    def form(self, program: Path) -> dict[str, object]:
        return tunnel_form(self.name, program, self.home)


def _refuse_anothers(name: str, other: Path | None, home: Path) -> None:
    if other is not None and other != home:
        raise CannotBe(f"{name} leads to {other} already; `alfred --home {other} uninstall` removes that")


def tunnel_form(name: str, program: Path, home: Path) -> dict[str, object]:
    """Return the tunnel's property list."""
    words = ["tunnel", "--no-autoupdate", "--loglevel", "warn", "--config", str(home / CONFIG), "run"]
    return kept_alive(name, [str(program), *words], home / "logs", TUNNEL_OUTPUT)


def tunnelled_home(file: Path) -> Path | None:
    """Return the data folder that an agent's tunnel leads to; None for no file, or another kind of agent."""
    config = named_after(file, "--config")
    return config.parent if config else None


def tunnel_program() -> Path:
    """Return the `cloudflared` that a shell would start."""
    return Path(shutil.which(PROGRAM) or PROGRAM).absolute()


def can_keep_tunnel(home: Path) -> bool:
    """Whether a tunnel to the household is kept here: those of the machine's own have theirs from its keeper."""
    return home.parent != SYSTEM_DATA


def tunnel_for(home: Path, run: Runner) -> Service:
    """Return the service of the tunnel to the household at `home`, installed or not."""
    if sys.platform == "darwin":
        return tunnel_agent(home, run, AGENTS.expanduser())
    return tunnel_unit(home, run, OWN_UNITS.expanduser())


def tunnel_unit(home: Path, run: Runner, folder: Path) -> TunnelUnit:
    return TunnelUnit(f"{CALLED}{unit_name(home, '')}.service", run, home, folder=folder)


def tunnel_agent(home: Path, run: Runner, folder: Path) -> TunnelAgent:
    return TunnelAgent(f"{PREFIX}{CALLED}{unit_name(home, '')}", run, home, folder)
