"""Which services an update has to stop: those that run the program it exchanges, and no others."""

import plistlib
import sys
from pathlib import Path

import pytest

from daemon.units import services_running
from daemon.units.launchd import agent, agent_form
from daemon.units.systemd import own_unit
from tests.unit.daemon.units.machine import Machine


def a_household(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("odd", ["bin", "50% of it"])
def test_the_services_of_a_program_are_found_with_their_households(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    machine, program = Machine(), tmp_path / odd / "alfred"
    for name, its_program in (("anna", program), ("ben", program), ("carl", tmp_path / "other" / "alfred")):
        folder = tmp_path / ".config" / "systemd" / "user"
        own_unit(a_household(tmp_path / name), machine, folder).install(its_program)
    found = services_running(program, machine)
    assert {each.home.name for each in found} == {"anna", "ben"}
    (tmp_path / "ben").rmdir()
    assert [each.home.name for each in services_running(program, machine)] == ["anna"]


def test_so_are_the_agents_of_a_mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    machine, program, agents = Machine(), tmp_path / "bin" / "alfred", tmp_path / "Library" / "LaunchAgents"
    agents.mkdir(parents=True)
    for name, its_program in (("anna", program), ("carl", tmp_path / "other" / "alfred")):
        one = agent(a_household(tmp_path / name), machine, agents)
        one.file.write_bytes(plistlib.dumps(agent_form(one.name, its_program, one.home)))
    assert [each.home.name for each in services_running(program, machine)] == ["anna"]
