"""Units of systemd: what is written, what systemctl is told, and what systemd itself says of the files."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.units.commands import Ran
from daemon.units.system import TEMPLATE, TUNNEL_TEMPLATE, SystemUnit, system_unit
from daemon.units.systemd import OwnUnit, household_of, own_unit, unit_name
from daemon.units.templates import unit_text
from domain.errors import CannotBe, Invalid
from tests.unit.daemon.units.machine import Machine

WORST_EXPOSURE = 2.5
ODD_NAMES = (
    "plain",
    "with space",
    'quo"te',
    "it's",
    "100%",
    "$HOME",
    "back\\slash",
    "ünïcode",
    "%h $$ %%",
    "semi;colon",
)
QUOTES = set("\"'\\")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")


def a_program(folder: Path) -> Path:
    program = folder / "alfred"
    folder.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def an_own_unit(tmp_path: Path, machine: Machine, name: str = "") -> OwnUnit:
    home = tmp_path / ".alfred"
    home.mkdir(exist_ok=True)
    return own_unit(home, machine, tmp_path / "units", name)


def a_system_unit(tmp_path: Path, machine: Machine, household: str = "anna") -> SystemUnit:
    home = Path("/var/lib/alfred") / household
    units = tmp_path / "system"
    return SystemUnit(f"alfred@{household}.service", machine, home, folder=units, settings=tmp_path / "etc")


def directives(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_installing_writes_the_unit_and_starts_it_with_the_machine(tmp_path: Path) -> None:
    machine = Machine()
    unit = an_own_unit(tmp_path, machine)
    said = unit.install(a_program(tmp_path / "bin"))
    assert [re.sub(r" \S+$", "", told) if "linger" in told else told for told in machine.told] == [
        "systemctl --user daemon-reload",
        "systemctl --user daemon-reload",
        "systemctl --user enable alfred.service",
        "loginctl enable-linger",
        "systemctl --user restart alfred.service",
    ]
    assert household_of(unit.file) == tmp_path / ".alfred"
    assert "from boot on" in said[1]


def test_an_older_version_is_stopped_before_it_is_replaced(tmp_path: Path) -> None:
    machine = Machine()
    unit = an_own_unit(tmp_path, machine)
    unit.install(a_program(tmp_path / "old"))
    machine.asked.clear()
    unit.install(a_program(tmp_path / "new"))
    assert machine.told[0] == "systemctl --user stop alfred.service"
    assert str(tmp_path / "new" / "alfred") in unit.file.read_text()


def test_lingering_that_is_refused_is_explained(tmp_path: Path) -> None:
    machine = Machine({("loginctl", "enable-linger"): Ran(1, "", "Access denied")})
    said = an_own_unit(tmp_path, machine).install(a_program(tmp_path / "bin"))
    assert "sudo loginctl enable-linger" in said[1]


def test_lingering_that_is_on_already_is_left_alone(tmp_path: Path) -> None:
    machine = Machine({("loginctl", "show-user"): Ran(0, "Linger=yes\n")})
    said = an_own_unit(tmp_path, machine).install(a_program(tmp_path / "bin"))
    assert "from boot on" in said[1]
    assert [told for told in machine.told if "linger" in told] == []


def test_what_systemd_objects_to_is_said(tmp_path: Path) -> None:
    machine = Machine({("systemctl", "--user", "restart"): Ran(1, "", "Job for alfred.service failed.")})
    with pytest.raises(CannotBe, match=r"Job for alfred\.service failed"):
        an_own_unit(tmp_path, machine).install(a_program(tmp_path / "bin"))


def test_where_systemd_does_not_answer_nothing_is_written_that_would_pass_for_a_service(tmp_path: Path) -> None:
    machine = Machine({("systemctl", "--user"): Ran(1, "", "Failed to connect to bus: No medium found")})
    unit = an_own_unit(tmp_path, machine)
    with pytest.raises(CannotBe, match=r"connect to bus.*; this shell has no systemd of its own.*enable-linger"):
        unit.install(a_program(tmp_path / "bin"))
    assert unit.is_installed is False


def test_uninstalling_removes_the_unit_and_nothing_else(tmp_path: Path) -> None:
    machine = Machine()
    unit = an_own_unit(tmp_path, machine)
    unit.install(a_program(tmp_path / "bin"))
    machine.asked.clear()
    assert [unit.uninstall(), unit.uninstall()] == [True, False]
    assert machine.told[0] == "systemctl --user disable --now alfred.service"
    assert (unit.file.exists(), unit.home.exists()) == (False, True)


def test_the_master_key_is_handed_over_where_it_lies_in_a_file(tmp_path: Path) -> None:
    unit = an_own_unit(tmp_path, Machine())
    program = a_program(tmp_path / "bin")
    unit.install(program)
    without = directives(unit.file.read_text())
    (unit.home / "master.key").write_text("key")
    unit.install(program)
    handed_over = directives(unit.file.read_text())["LoadCredential"]
    assert "LoadCredential" not in without
    assert handed_over == [f"alfred-master-key:{unit.home / 'master.key'}"]


def test_a_unit_of_an_older_version_is_written_anew_and_one_of_another_installation_left(tmp_path: Path) -> None:
    machine, program = Machine(), a_program(tmp_path / "bin")
    unit = an_own_unit(tmp_path, machine)
    unit.install(program)
    text = unit.file.read_text()
    fresh = unit.is_outdated(program)
    unit.file.write_text(text.replace("WatchdogSec=90\n", ""))
    machine.asked.clear()
    assert (fresh, unit.is_outdated(program), unit.is_outdated(tmp_path / "other")) == (False, True, False)
    unit.renew(program)
    assert (unit.file.read_text(), machine.told) == (text, ["systemctl --user daemon-reload"])


def test_so_is_the_template_of_the_machines_households(tmp_path: Path) -> None:
    unit, program = a_system_unit(tmp_path, Machine()), Path("/opt/alfred/.venv/bin/alfred")
    unit.renew(program)
    assert not unit.is_outdated(program)
    unit.file.write_text(unit.file.read_text().replace("UMask=0077\n", ""))
    assert unit.is_outdated(program)


def test_what_an_uninstalling_leaves_is_named(tmp_path: Path) -> None:
    lingers = Machine({("loginctl", "show-user"): Ran(0, "Linger=yes\n")})
    assert an_own_unit(tmp_path, Machine()).remains() == ()
    assert "loginctl disable-linger" in an_own_unit(tmp_path, lingers).remains()[0]
    assert f"master key in {tmp_path / 'etc' / 'anna'}" in a_system_unit(tmp_path, Machine()).remains()[0]


def test_the_service_of_a_folder_is_found_again_whatever_it_was_called(tmp_path: Path) -> None:
    machine = Machine()
    an_own_unit(tmp_path, machine, "butler").install(a_program(tmp_path / "bin"))
    found = own_unit(tmp_path / ".alfred", machine, tmp_path / "units")
    assert (found.name, found.is_installed) == ("alfred-butler.service", True)


def test_two_households_do_not_share_a_service(tmp_path: Path) -> None:
    machine = Machine()
    an_own_unit(tmp_path, machine).install(a_program(tmp_path / "bin"))
    other = own_unit(tmp_path / "elsewhere" / ".alfred", machine, tmp_path / "units")
    with pytest.raises(CannotBe, match=r"keeps .* already; choose another name with --name"):
        other.install(a_program(tmp_path / "bin"))


@pytest.mark.parametrize(
    ("home", "name", "expected"),
    [
        ("/home/jo/.alfred", "", "alfred"),
        ("/home/jo/.alfred-anna", "", "alfred-anna"),
        ("/srv/Anna's house", "", "alfred-anna-s-house"),
        ("/home/jo/.alfred", "two", "alfred-two"),
    ],
)
def test_a_service_is_named_after_its_folder(home: str, name: str, expected: str) -> None:
    assert unit_name(Path(home), name) == expected


def test_the_state_is_what_systemd_shows(tmp_path: Path) -> None:
    shown = "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4711\nUnitFileState=enabled\nNRestarts=2\n"
    machine = Machine({("systemctl", "--user", "show"): Ran(0, shown)})
    unit = an_own_unit(tmp_path, machine)
    unit.install(a_program(tmp_path / "bin"))
    state = unit.state()
    assert state.said == "alfred.service is active, PID 4711, started again 2 times by itself"
    assert (state.pid, state.enabled, state.restarts) == (4711, True, 2)


def test_a_household_of_the_system_has_a_key_and_settings_of_its_own(tmp_path: Path) -> None:
    machine = Machine()
    unit = a_system_unit(tmp_path, machine)
    unit._provide()
    key = unit.key_file.read_bytes()
    unit._provide()
    assert unit.key_file.read_bytes() == key
    assert unit.key_file.stat().st_mode & 0o777 == 0o600
    assert unit.key_file.parent.stat().st_mode & 0o777 == 0o700


def test_a_household_that_lay_there_before_keeps_the_key_that_its_vault_opens_with(tmp_path: Path) -> None:
    unit = replace(a_system_unit(tmp_path, Machine()), home=tmp_path / "anna")
    unit.home.mkdir()
    (unit.home / "master.key").write_text("its own")
    unit._provide()
    assert unit.key_file.read_text() == "its own"


def test_beside_a_household_of_the_system_lies_a_tunnels_template_and_goes_with_the_last(tmp_path: Path) -> None:
    machine = Machine()
    unit = replace(a_system_unit(tmp_path, machine), cloudflared=Path("/usr/bin/cloudflared"))
    (told,) = unit.offer_tunnel()
    assert told.endswith("sudo systemctl enable --now cloudflared-alfred@anna.service")
    assert "User=" not in (unit.folder / TUNNEL_TEMPLATE).read_text().replace("DynamicUser=", "")
    (unit.folder / TEMPLATE).touch()
    assert unit.uninstall()
    assert "systemctl disable --now cloudflared-alfred@anna.service" in machine.told
    assert list(unit.folder.iterdir()) == []


def test_without_cloudflared_no_tunnel_is_offered(tmp_path: Path) -> None:
    assert a_system_unit(tmp_path, Machine()).offer_tunnel() == ()


def test_a_tunnel_of_the_machines_sees_no_household_and_follows_its_own() -> None:
    found = directives(unit_text(TUNNEL_TEMPLATE, {"PROGRAM": "/usr/bin/cloudflared"}, 252))
    assert found["InaccessiblePaths"] == ["-/var/lib/alfred -/var/lib/private -/var/cache/private -/etc/alfred"]
    assert (found["PartOf"], found["WantedBy"]) == (["alfred@%i.service"], ["alfred@%i.service"])
    assert found["DynamicUser"] == ["yes"]


@needs_systemd
@pytest.mark.parametrize("template", [TEMPLATE, TUNNEL_TEMPLATE])
def test_systemd_finds_nothing_wrong_with_the_machines_templates(tmp_path: Path, template: str) -> None:
    text = unit_text(template, {"PROGRAM": str(a_program(tmp_path / "bin"))}, 252)
    ran = analysed("verify", tmp_path / template, text)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("folder", ["/home/jo/alfred/.venv/bin", "/root/alfred/.venv/bin", "/tmp/x"])
def test_a_program_that_the_system_cannot_read_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(CannotBe, match="put Alfred into /opt/alfred"):
        a_system_unit(tmp_path, Machine()).install(Path(folder) / "alfred")


@pytest.mark.parametrize("name", ["", "Anna", "a b", "../x", "a" * 22, "-a"])
def test_a_household_is_named_as_a_user_may_be(name: str) -> None:
    with pytest.raises(Invalid):
        system_unit(name, Machine())


@pytest.mark.parametrize("version", [252, 255])
def test_restarts_back_off_where_systemd_knows_how(version: int) -> None:
    found = directives(unit_text("alfred@.service", {"PROGRAM": "/opt/alfred/bin/alfred"}, version))
    assert ("RestartSteps" in found) == (version >= 254)
    assert found["Restart"] == ["on-failure"]


def test_a_path_with_a_line_break_is_refused() -> None:
    with pytest.raises(Invalid, match="control characters"):
        unit_text("alfred@.service", {"PROGRAM": "/opt/x\nExecStartPre=/bin/evil"}, 252)


@needs_systemd
@pytest.mark.parametrize("odd", ODD_NAMES)
def test_systemd_finds_nothing_wrong_with_a_unit_for_any_path(tmp_path: Path, odd: str) -> None:
    home, program = tmp_path / odd / "home", a_program(tmp_path / ("bin" if set(odd) & QUOTES else odd))
    values = {"UNIT": "alfred.service", "PROGRAM": str(program), "HOME": str(home), "KEY": str(home / "master.key")}
    values["BACKUPS"] = str(tmp_path / odd / "backups")
    ran = analysed("verify", tmp_path / "alfred.service", unit_text("alfred.service", values, 252))
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("odd", [name for name in ODD_NAMES if set(name) & QUOTES])
def test_a_program_that_systemd_would_not_start_is_refused(odd: str) -> None:
    with pytest.raises(Invalid, match="no program with quotes in its path"):
        unit_text("alfred@.service", {"PROGRAM": f"/opt/{odd}/alfred"}, 252)


@needs_systemd
def test_systemd_notices_a_program_that_was_quoted_wrongly(tmp_path: Path) -> None:
    values = {"UNIT": "x", "PROGRAM": "/no/such program", "HOME": "/tmp", "KEY": "", "BACKUPS": ""}
    ran = analysed("verify", tmp_path / "alfred.service", unit_text("alfred.service", values, 252))
    assert ran.returncode != 0
    assert "/no/such program is not executable" in ran.stderr


@needs_systemd
@pytest.mark.parametrize("template", ["alfred.service", TEMPLATE, TUNNEL_TEMPLATE])
def test_the_units_expose_little(tmp_path: Path, template: str) -> None:
    values = {"UNIT": "x", "PROGRAM": sys.executable, "HOME": "/srv/alfred", "KEY": "/srv/alfred/master.key"}
    values["BACKUPS"] = "/mnt/backups"
    ran = analysed("security", tmp_path / template, unit_text(template, values, 252), "--offline=true")
    found = re.search(r"Overall exposure level .*: ([\d.]+)", ran.stdout)
    assert found is not None, ran.stderr
    assert float(found[1]) <= WORST_EXPOSURE


def analysed(verb: str, file: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    file.write_text(text)
    words = ["systemd-analyze", verb, *options, str(file)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_each_household_of_the_machine_is_set_to_a_port_of_its_own(tmp_path: Path) -> None:
    ports = []
    for name in ("anna", "bob"):
        a_system_unit(tmp_path, Machine(), name)._provide()
        ports.append((tmp_path / "etc" / name / "environment").read_text())
    assert ports == ["ALFRED_WEB__PORT=8420\n", "ALFRED_WEB__PORT=8421\n"]
