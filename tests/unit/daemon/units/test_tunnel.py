"""The tunnel as a service: what is written, what the machine is told, and what systemd itself says of the unit."""

import plistlib
import re
import sys
from pathlib import Path

import pytest

from daemon.units.commands import Ran
from daemon.units.launchd import agent, home_of
from daemon.units.systemd import household_of, own_unit
from daemon.units.templates import unit_text
from daemon.units.tunnel import MARK, TEMPLATE, TunnelUnit, tunnel_agent, tunnel_form, tunnel_unit, tunnelled_home
from domain.errors import CannotBe
from tests.unit.daemon.units.machine import Machine
from tests.unit.daemon.units.test_launchd import KNOWN, Launchd
from tests.unit.daemon.units.test_systemd import (
    ODD_NAMES,
    QUOTES,
    WORST_EXPOSURE,
    a_program,
    analysed,
    directives,
    needs_systemd,
)


def a_tunnel(tmp_path: Path, machine: Machine) -> TunnelUnit:
    home = tmp_path / ".alfred"
    home.mkdir(exist_ok=True)
    return tunnel_unit(home, machine, tmp_path / "units")


def values(program: Path, home: Path) -> dict[str, str]:
    return {"UNIT": "cloudflared-alfred.service", "PROGRAM": str(program), "HOME": str(home)}


def test_installing_starts_the_tunnel_with_the_machine(tmp_path: Path) -> None:
    machine = Machine({("loginctl", "show-user"): Ran(0, "Linger=yes\n")})
    unit = a_tunnel(tmp_path, machine)
    unit.install(a_program(tmp_path / "bin"))
    assert machine.told == [
        "systemctl --user daemon-reload",
        "systemctl --user daemon-reload",
        "systemctl --user enable cloudflared-alfred.service",
        "systemctl --user restart cloudflared-alfred.service",
    ]
    assert directives(unit.file.read_text())["LoadCredential"] == [
        f"tunnel.yml:{unit.home / 'tunnel.yml'}",
        f"tunnel.json:{unit.home / 'tunnel.json'}",
    ]


def test_a_tunnel_is_not_taken_for_a_household(tmp_path: Path) -> None:
    machine = Machine()
    unit = a_tunnel(tmp_path, machine)
    unit.install(a_program(tmp_path / "bin"))
    assert (household_of(unit.file), household_of(unit.file, MARK)) == (None, unit.home)
    assert not own_unit(unit.home, machine, tmp_path / "units").is_installed


def test_the_tunnel_of_another_folder_of_the_same_name_is_left_alone(tmp_path: Path) -> None:
    machine = Machine()
    first = a_tunnel(tmp_path, machine)
    first.install(a_program(tmp_path / "bin"))
    machine.asked.clear()
    other = tunnel_unit(tmp_path / "elsewhere" / ".alfred", machine, tmp_path / "units")
    with pytest.raises(CannotBe, match=r"leads to .* already"):
        other.install(a_program(tmp_path / "bin"))
    assert (other.is_installed, other.uninstall(), first.is_installed, machine.told) == (False, False, True, [])


def test_removing_the_tunnel_leaves_what_it_needs_to_come_back(tmp_path: Path) -> None:
    machine = Machine()
    unit = a_tunnel(tmp_path, machine)
    (unit.home / "tunnel.json").write_text("{}")
    unit.install(a_program(tmp_path / "bin"))
    machine.asked.clear()
    assert [unit.uninstall(), unit.uninstall()] == [True, False]
    assert machine.told[0] == "systemctl --user disable --now cloudflared-alfred.service"
    assert (unit.home / "tunnel.json").exists()


def test_what_the_outside_speaks_to_sees_nothing_that_alfred_knows(tmp_path: Path) -> None:
    found = directives(unit_text(TEMPLATE, values(Path("/usr/bin/cloudflared"), Path("/srv/a b")), 252))
    assert found["InaccessiblePaths"] == ['"/srv/a b"']
    assert found["ExecStart"] == [
        '"/usr/bin/cloudflared" tunnel --no-autoupdate --loglevel warn --config ${CREDENTIALS_DIRECTORY}/tunnel.yml '
        "run --credentials-file ${CREDENTIALS_DIRECTORY}/tunnel.json"
    ]
    assert "ReadWritePaths" not in found


@needs_systemd
@pytest.mark.parametrize("odd", ODD_NAMES)
def test_systemd_finds_nothing_wrong_with_a_tunnel_for_any_path(tmp_path: Path, odd: str) -> None:
    home, program = tmp_path / odd / "home", a_program(tmp_path / ("bin" if set(odd) & QUOTES else odd))
    ran = analysed("verify", tmp_path / TEMPLATE, unit_text(TEMPLATE, values(program, home), 252))
    assert (ran.returncode, ran.stderr) == (0, "")


@needs_systemd
def test_the_tunnel_exposes_little(tmp_path: Path) -> None:
    text = unit_text(TEMPLATE, values(Path(sys.executable), Path("/srv/alfred")), 252)
    ran = analysed("security", tmp_path / TEMPLATE, text, "--offline=true")
    found = re.search(r"Overall exposure level .*: ([\d.]+)", ran.stdout)
    assert found is not None, ran.stderr
    assert float(found[1]) <= WORST_EXPOSURE


@pytest.mark.parametrize("home", ["/Users/jo/.alfred", "/Users/jo & co/<alfred>"])
def test_every_key_of_the_tunnels_agent_is_one_that_launchd_knows(home: str) -> None:
    made = tunnel_form("butler.cloudflared-alfred", Path("/opt/homebrew/bin/cloudflared"), Path(home))
    form = plistlib.loads(plistlib.dumps(made))
    assert {name: value for name, value in form.items() if not isinstance(value, KNOWN.get(name, ()))} == {}
    assert form["ProgramArguments"][-3:] == ["--config", f"{home}/tunnel.yml", "run"]


def test_the_tunnels_agent_is_loaded_and_not_taken_for_a_household(tmp_path: Path) -> None:
    machine = Launchd()
    home, folder = tmp_path / ".alfred", tmp_path / "LaunchAgents"
    made = tunnel_agent(home, machine, folder)
    made.install(Path("/opt/homebrew/bin/cloudflared"))
    assert machine.told[-1] == f"launchctl bootstrap {made.domain} {made.file}"
    assert (home_of(made.file), tunnelled_home(made.file), made.is_installed) == (None, home, True)
    assert not agent(home, machine, folder).is_installed
    assert not tunnel_agent(tmp_path / "elsewhere" / ".alfred", machine, folder).is_installed


def test_an_agent_of_before_is_written_anew_as_a_tunnel(tmp_path: Path) -> None:
    program, home = Path("/opt/homebrew/bin/cloudflared"), tmp_path / ".alfred"
    made = tunnel_agent(home, Launchd(), tmp_path / "LaunchAgents")
    made.install(program)
    before = made.file.read_bytes()
    made.file.write_bytes(plistlib.dumps({**plistlib.loads(before), "ThrottleInterval": 1}))
    assert made.is_outdated(program)
    made.renew(program)
    assert (made.file.read_bytes(), made.is_outdated(program)) == (before, False)
