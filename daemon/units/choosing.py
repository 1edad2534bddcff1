"""Which service keeps a household, on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

from daemon.units.commands import Runner
from daemon.units.launchd import AGENTS, agent
from daemon.units.services import Service
from daemon.units.systemd import OWN_UNITS, SYSTEM_DATA, SystemUnit, own_unit, system_unit
from domain.errors import CannotBe


def service_for(home: Path, run: Runner, name: str = "") -> Service:
    """Return the service of the household at `home`, installed or not."""
    if sys.platform == "darwin":
        return agent(home, run, AGENTS.expanduser(), name)
    if home.parent == SYSTEM_DATA:
        return system_unit(home.name, run)
    return own_unit(home, run, OWN_UNITS.expanduser(), name)


def system_service(household: str, run: Runner) -> SystemUnit:
    """Return the service that the whole machine keeps for a household, its data in /var/lib/alfred."""
    if sys.platform == "darwin":
        raise CannotBe("on macOS Alfred is an agent of the logged-in user; leave --system away")
    return system_unit(household or "household", run)
