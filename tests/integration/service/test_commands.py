"""`alfred install` and its fellows, on a machine whose service commands are written down."""

import json
import sys
from pathlib import Path

import pytest

from adapters.keyring import open_vault
from daemon import command_link
from daemon.cli import service
from daemon.settings import load
from daemon.units import Ran
from daemon.units.systemd import OWN_UNITS
from tests.integration.cli.conftest import Alfred, run_alfred
from tests.unit.daemon.units.machine import Machine

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="speaks of systemd")
RUNNING = "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4711\nUnitFileState=enabled\nNRestarts=0\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine({("systemctl", "--user", "show"): Ran(0, RUNNING)})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(service, "runner", lambda: machine)
    monkeypatch.setattr(command_link, "EVERYBODYS", tmp_path / "bin")
    return machine


@pytest.fixture
def alfred(tmp_path: Path) -> Alfred:
    return lambda *arguments: run_alfred(tmp_path / ".alfred", arguments)


def test_a_service_is_installed_looked_at_and_removed(machine: Machine, alfred: Alfred, tmp_path: Path) -> None:
    installed = alfred("install")
    assert (installed.code, "alfred.service is active, PID 4711" in installed.out) == (0, True)
    assert "Service: alfred.service is active, PID 4711" in alfred("status").out
    assert json.loads(alfred("status", "--json").out)["service"]["pid"] == 4711
    removed = alfred("uninstall")
    assert removed.out.splitlines() == [
        "alfred.service is removed.",
        f"Your data stay in {tmp_path / '.alfred'}; remove that folder to remove them.",
    ]
    assert list(OWN_UNITS.expanduser().iterdir()) == []


def test_the_command_goes_with_the_last_household_that_is_kept(
    machine: Machine, alfred: Alfred, tmp_path: Path
) -> None:
    link = command_link.place_of_link()
    command_link.put_link(link, service.program())
    alfred("install")
    run_alfred(tmp_path / "second", ["install"])
    assert (alfred("uninstall").code, link.is_symlink()) == (0, True)
    assert str(link) in run_alfred(tmp_path / "second", ["uninstall"]).out
    assert not link.is_symlink()


def test_a_folder_for_backups_that_was_set_since_is_pointed_out_until_it_is_installed_anew(
    machine: Machine, alfred: Alfred, tmp_path: Path
) -> None:
    alfred("install")
    (tmp_path / ".alfred" / "config.toml").write_text(f'[backup]\nfolder = "{tmp_path / "disk"}"\n')
    before = json.loads(alfred("status", "--json").out)["service"]["said"]
    alfred("install")
    after = json.loads(alfred("status", "--json").out)["service"]["said"]
    assert f"it may not write backups to {tmp_path / 'disk'}: `alfred install` lets it" in before
    assert "backups" not in after


@pytest.mark.parametrize("word", ["start", "stop", "restart"])
def test_the_service_does_as_it_is_told(machine: Machine, alfred: Alfred, word: str) -> None:
    alfred("install")
    machine.asked.clear()
    assert alfred(word).code == 0
    assert machine.told == [f"systemctl --user {word} alfred.service"]


def test_installing_takes_over_what_stands_in_the_shell_alone_which_the_doctor_warns_of(
    machine: Machine, alfred: Alfred, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alfred("install")
    said = {"ANTHROPIC_API_KEY": "canary-1", "ALFRED_WEB__PORT": "9999", "ALFRED_HEARTBEAT__URL": "https://b.example/x"}
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    plain, secrets = (
        "shell: web.port: in this shell alone",
        "shell: anthropic.api_key, heartbeat.url: in this shell alone",
    )
    asked, env = alfred("doctor").out, tmp_path / ".alfred" / ".env"
    assert f"{plain}, which a service does not see\n   alfred install from this shell" in asked
    assert f"{secrets}, which a service does not see\n   write them into {env}" in asked
    told = alfred("install").out
    assert f"write it into {env}" in told
    asked = alfred("doctor").out
    assert (secrets in asked, plain in asked) == (True, False)
    for name in said:
        monkeypatch.delenv(name)
    known = load(tmp_path / ".alfred")
    assert (known.web.port, known.anthropic.api_key, known.heartbeat.url) == (9999, "", "")
    assert not open_vault(known.home).names("")


def test_for_a_household_of_the_machines_the_doctor_names_the_file_that_its_service_reads(
    machine: Machine, alfred: Alfred, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alfred("install")
    monkeypatch.setattr("daemon.doctor.machine.SYSTEM_DATA", tmp_path)
    for name in ("ANTHROPIC_API_KEY", "ALFRED_WEB__PORT"):
        monkeypatch.setenv(name, "9999")
    assert alfred("doctor").out.count("write them into /etc/alfred/.alfred/environment, then alfred restart") == 2


def test_restarting_writes_a_unit_of_before_anew_which_the_doctor_asks_for(machine: Machine, alfred: Alfred) -> None:
    alfred("install")
    file = OWN_UNITS.expanduser() / "alfred.service"
    text = file.read_text()
    file.write_text(text.replace("LimitCORE=0\n", ""))
    assert "unit: alfred.service is not as this version writes it" in alfred("doctor").out
    machine.asked.clear()
    assert "is written anew" in alfred("restart").out
    assert (file.read_text(), machine.told[0]) == (text, "systemctl --user daemon-reload")
    assert "is written anew" not in alfred("restart").out


def test_no_version_is_taken_that_none_of_the_kept_households_tries(
    machine: Machine, alfred: Alfred, tmp_path: Path
) -> None:
    anna, wheel = tmp_path / ".alfred-anna", tmp_path / "alfred.whl"
    wheel.touch()
    assert run_alfred(anna, ["install"]).code == 0
    machine.asked.clear()
    ran = alfred("update", "--from", str(wheel))
    assert (ran.code, f"alfred --home {anna} update" in ran.err) == (1, True)
    assert (machine.told, (tmp_path / ".alfred").exists()) == ([], False)


@pytest.mark.parametrize("word", ["start", "stop", "restart"])
def test_what_is_not_installed_is_said(machine: Machine, alfred: Alfred, word: str) -> None:
    ran = alfred(word)
    assert (ran.code, "`alfred install` does that" in ran.err) == (1, True)
    assert machine.told == []


def test_a_household_of_the_system_cannot_lie_just_anywhere(machine: Machine, alfred: Alfred) -> None:
    ran = alfred("install", "--system")
    assert (ran.code, "/var/lib/alfred/NAME" in ran.err) == (2, True)


def test_the_log_is_shown_in_brief_or_as_it_is(alfred: Alfred, tmp_path: Path) -> None:
    assert alfred("logs").code == 1
    logs = tmp_path / ".alfred" / "logs"
    logs.mkdir(parents=True)
    lines = [json.dumps({"at": "2026-11-21T09:00:00+00:00", "level": "info", "event": f"e{n}"}) for n in range(3)]
    (logs / "alfred.log").write_text("\n".join(lines) + "\n")
    assert [line.split()[-2:] for line in alfred("logs", "-n", "2").out.splitlines()] == [
        ["info", "e1"],
        ["info", "e2"],
    ]
    assert alfred("logs", "--json").out.splitlines() == lines
