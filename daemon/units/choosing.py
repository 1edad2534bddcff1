"""Which service keeps a household, on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from daemon.home import SYSTEM_DATA, SYSTEM_SETTINGS
from daemon.units.commands import Runner
from daemon.units.launchd import AGENTS, PREFIX, agent, home_of, program_of
from daemon.units.services import Service
from daemon.units.system import SYSTEM_UNITS, TEMPLATE, SystemUnit, system_unit
from daemon.units.systemd import OWN_UNITS, household_of, is_about, own_unit
from domain.errors import CannotBe


def service_for(home: Path, run: Runner, name: str = "") -> Service:
    """Return the service of the household at `home`, installed or not."""
    if sys.platform == "darwin":
        return agent(home, run, AGENTS.expanduser(), name)
    if home.parent == SYSTEM_DATA:
        return system_unit(home.name, run)
    return own_unit(home, run, OWN_UNITS.expanduser(), name)


def kept_homes() -> tuple[Path, ...]:
    """Return the data folders that services of this user keep."""
    if sys.platform == "darwin":
        found = map(home_of, AGENTS.expanduser().glob(f"{PREFIX}alfred*.plist"))
    else:
        found = map(household_of, OWN_UNITS.expanduser().glob("alfred*.service"))
    return tuple(home for home in found if home is not None)


def services_running(program: Path, run: Runner) -> tuple[Service, ...]:
    """Return the services of this user, and those of the machine, that run `program`, each with its household."""
    if sys.platform == "darwin":
        own = AGENTS.expanduser().glob(f"{PREFIX}alfred*.plist")
        homes = [home_of(file) for file in own if program_of(file) == program]
    else:
        own = OWN_UNITS.expanduser().glob("alfred*.service")
        homes = [household_of(file) for file in own if is_about(file, program)]
        if is_about(SYSTEM_UNITS / TEMPLATE, program):
            homes += _homes_of_the_machine(program)
    services = (service_for(home, run) for home in homes if home is not None and home.is_dir())
    return tuple(service for service in services if service.is_installed)


def _homes_of_the_machine(program: Path) -> list[Path | None]:
    if os.geteuid() != 0:
        said = f"households of the machine run this Alfred, and only root can stop them: sudo {program} --home"
        raise CannotBe(f"{said} {SYSTEM_DATA}/NAME, and then the same", code="no_root")
    return [SYSTEM_DATA / folder.name for folder in SYSTEM_SETTINGS.glob("*")]


def system_service(household: str, run: Runner) -> SystemUnit:
    """Return the service that the whole machine keeps for a household, its data in /var/lib/alfred."""
    if sys.platform == "darwin":
        raise CannotBe("on macOS Alfred is an agent of the logged-in user; leave --system away")
    return system_unit(household or "household", run)
