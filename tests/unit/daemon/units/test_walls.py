"""The walls around a unit of systemd: a gap for backups elsewhere, and none where the machine forbids to build any."""

import subprocess
from pathlib import Path

import pytest

from daemon.doctor.findings import Finding
from daemon.doctor.machine import check_service
from daemon.settings import load
from daemon.units import Ran, choosing
from daemon.units.systemd import OwnUnit, own_unit
from daemon.units.templates import deploy_folder
from daemon.units.walls import NO_WALLS, OPEN, TRY_WALLS, WALLS, set_backups
from tests.unit.daemon.units.machine import Machine
from tests.unit.daemon.units.test_systemd import a_program, a_system_unit, directives

RUNS = Ran(0, "ActiveState=active\nMainPID=4711\nUnitFileState=enabled\n")
REFUSED = {("systemd-run",): Ran(226)}


def a_unit(tmp_path: Path, machine: Machine, backups: Path | str = "") -> OwnUnit:
    home = tmp_path / ".alfred"
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(f'[backup]\nfolder = "{backups}"\n')
    return own_unit(home, machine, tmp_path / "units")


def installed(tmp_path: Path, machine: Machine, backups: Path | str = "") -> tuple[OwnUnit, tuple[str, ...]]:
    unit = a_unit(tmp_path, machine, backups)
    return unit, unit.install(a_program(tmp_path / "bin"))


def test_a_folder_for_backups_elsewhere_may_be_written_to(tmp_path: Path) -> None:
    unit, _ = installed(tmp_path, Machine(), "/mnt/the disk")
    assert directives(unit.file.read_text())["ReadWritePaths"] == [str(unit.home), '-"/mnt/the disk"']
    assert unit.may_write(Path("/mnt/the disk"))


def test_backups_at_home_need_no_gap(tmp_path: Path) -> None:
    unit, _ = installed(tmp_path, Machine())
    assert directives(unit.file.read_text())["ReadWritePaths"] == [str(unit.home)]
    assert (unit.may_write(unit.home / "backups"), unit.may_write(Path("/mnt/disk"))) == (True, False)


def test_a_household_of_the_system_has_a_gap_of_its_own(tmp_path: Path) -> None:
    unit = a_system_unit(tmp_path, Machine())
    environment = unit.key_file.with_name("environment")
    environment.parent.mkdir(parents=True)
    environment.write_text("ALFRED_WEB__PORT=8420\nALFRED_BACKUP__FOLDER=/mnt/disk\n")
    (said,) = unit._open_to_backups()
    assert unit.backups_file == tmp_path / "system" / "alfred@anna.service.d" / "backups.conf"
    assert directives(unit.backups_file.read_text()) == {"ReadWritePaths": ["-/mnt/disk"]}
    assert "sudo chown -R --reference=/var/lib/alfred/anna/. /mnt/disk" in said
    assert (unit.may_write(Path("/mnt/disk")), unit.may_write(Path("/mnt/other"))) == (True, False)
    environment.write_text("ALFRED_WEB__PORT=8420\n")
    unit._open_to_backups()
    assert not unit.backups_file.exists()


def test_a_folder_that_the_systems_service_cannot_see_is_said(tmp_path: Path) -> None:
    unit = a_system_unit(tmp_path, Machine())
    environment = unit.key_file.with_name("environment")
    environment.parent.mkdir(parents=True)
    environment.write_text('ALFRED_BACKUP__FOLDER="/home/jo/backups"\n')
    assert set_backups(unit.home, environment) == Path("/home/jo/backups")
    assert "does not see; choose another" in unit._open_to_backups()[0]


@pytest.mark.parametrize("code", [217, 226, OPEN], ids=["no user namespace", "no mounts", "started without"])
def test_where_no_walls_can_be_built_the_unit_has_none_and_that_is_said(tmp_path: Path, code: int) -> None:
    unit, said = installed(tmp_path, Machine({("systemd-run",): Ran(code)}), "/mnt/disk")
    found = directives(unit.file.read_text())
    assert WALLS & set(found) == set()
    assert {"NoNewPrivileges", "SystemCallFilter", "RestrictAddressFamilies", "WatchdogSec"} <= set(found)
    assert said[-1].startswith(NO_WALLS)
    assert "alfred install --system" in said[-1]
    assert unit.may_write(Path("/mnt/disk"))


def test_where_walls_cannot_be_tried_the_unit_has_them(tmp_path: Path) -> None:
    unit, _ = installed(tmp_path, Machine({("systemd-run",): Ran(1, "", "Failed to connect to bus")}))
    assert "PrivateUsers" in directives(unit.file.read_text())


def test_the_trial_tells_who_is_shut_in_from_who_is_not(tmp_path: Path) -> None:
    codes = []
    for home in (tmp_path, tmp_path / "not there"):
        ran = subprocess.run(TRY_WALLS[-3:], env={"HOME": str(home)}, check=False)
        codes.append(ran.returncode)
    assert codes == [OPEN, 0]


def test_walls_that_could_be_built_by_now_are_pointed_out(tmp_path: Path) -> None:
    machine = Machine(dict(REFUSED))
    unit, _ = installed(tmp_path, machine)
    lacked = unit.what_walls_lack()
    machine.answers.clear()
    allowed = unit.what_walls_lack()
    unit.install(a_program(tmp_path / "bin"))
    assert (lacked, "allows them now" in allowed, unit.what_walls_lack()) == (NO_WALLS, True, "")


@pytest.mark.parametrize(
    ("machine", "backups", "expected"),
    [
        (Machine({("systemctl", "--user", "show"): RUNS}), "", ["service"]),
        (Machine({("systemctl", "--user", "show"): RUNS}), "/mnt/disk", ["service", "backup folder"]),
        (Machine({("systemctl", "--user", "show"): RUNS, **REFUSED}), "", ["service", "walls"]),
    ],
    ids=["well", "set after installing", "no walls"],
)
def test_the_doctor_says_what_to_install_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: Machine, backups: str, expected: list[str]
) -> None:
    monkeypatch.setattr("daemon.cli.service.runner", lambda: machine)
    monkeypatch.setattr(choosing, "OWN_UNITS", tmp_path / "units")
    installed(tmp_path, machine)
    a_unit(tmp_path, machine, backups)
    findings = check_service(load(tmp_path / ".alfred"))
    assert [finding.name for finding in findings] == expected
    assert all("alfred install" in finding.advice for finding in findings[1:])
    assert findings[0] == Finding("service", "good", "alfred.service is active, PID 4711")


def test_the_trial_builds_the_walls_around_homes_that_the_unit_has() -> None:
    tried = {word for word in TRY_WALLS if word.startswith(("Private", "Protect"))}
    assert tried == {"PrivateUsers=yes", "ProtectSystem=strict", "ProtectHome=read-only"}
    assert tried <= set((deploy_folder() / "systemd" / "alfred.service").read_text().splitlines())
