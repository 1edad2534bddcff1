"""`alfred setup --step phone` and Cloudflare's tunnel, with a make-believe `cloudflared` and a written-down machine."""

import sys
from pathlib import Path

import pytest

from daemon.cli import service
from daemon.doctor import Finding, examine
from daemon.units import Ran, run_command
from daemon.units.systemd import OWN_UNITS
from tests.integration.cli.conftest import Alfred
from tests.integration.cli.test_setup import RUNNING, Owner
from tests.unit.daemon.cloudflared import TAKEN, TUNNEL, FakeCloudflared
from tests.unit.daemon.units.machine import Machine

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="speaks of systemd")
ADDRESS = "https://alfred.invalid"
UNIT = "cloudflared-alfred-household.service"
CLOUDFLARE = "2"


@pytest.fixture
def machine() -> Machine:
    return Machine({("systemctl", "--user", "show"): Ran(0, RUNNING), ("loginctl", "show-user"): Ran(0, "Linger=yes")})


@pytest.fixture
def cloudflared(tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> FakeCloudflared:
    """A machine on which there is a cloudflared, and nobody signed in at Cloudflare."""
    made = FakeCloudflared(tmp_path / "bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{made.folder}:/usr/bin:/bin")
    monkeypatch.setattr("daemon.command_link.EVERYBODYS", made.folder)
    monkeypatch.setattr("daemon.tunnel.SIGNED_IN", ("~/.cloudflared",))

    def run(*words: str) -> Ran:
        return run_command(*words) if words[0] == str(made.program) else machine(*words)

    monkeypatch.setattr(service, "runner", lambda: run)
    return made


def set_up(alfred: Alfred) -> str:
    return alfred("setup", "--step", "phone", said=Owner(CLOUDFLARE, "y", ADDRESS)).out


def tunnel_finding(home: Path) -> Finding | None:
    return next((finding for finding in examine(home, fix=False) if finding.name == "tunnel"), None)


def test_the_tunnel_is_signed_in_made_named_and_kept_running(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    said = set_up(alfred)
    assert [told.split(" --")[0] for told in cloudflared.told][:2] == ["tunnel login", "tunnel create"]
    assert cloudflared.told[-1].endswith(f"route dns {TUNNEL} alfred.invalid")
    assert machine.told[-1] == f"systemctl --user restart {UNIT}"
    assert f"Written: {OWN_UNITS.expanduser() / UNIT}" in said
    assert f'public_url = "{ADDRESS}"' in (home / "config.toml").read_text()
    assert f"✓ Phone: {ADDRESS}" in alfred("setup", said=Owner()).out


def test_a_second_time_nobody_signs_in_and_no_second_tunnel_is_made(
    alfred: Alfred, cloudflared: FakeCloudflared
) -> None:
    set_up(alfred)
    set_up(alfred)
    assert [told.split(" --")[0] for told in cloudflared.told].count("tunnel login") == 1
    assert [told.split(" --")[0] for told in cloudflared.told].count("tunnel create") == 1


def test_a_sign_in_that_is_broken_off_leaves_nothing_behind(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    cloudflared.refuses_to_sign_in()
    assert "nobody is signed in at Cloudflare yet" in set_up(alfred)
    assert (cloudflared.told, machine.told, (home / "config.toml").exists()) == (["tunnel login"], [], False)


def test_a_name_that_is_taken_is_said_and_nothing_is_started(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    cloudflared.knows_the_name_already()
    assert TAKEN in set_up(alfred)
    assert (machine.told, (home / "config.toml").exists()) == ([], False)


@pytest.mark.parametrize(
    ("web", "said"),
    [("port = 0", "web.port is 0"), ('tls_cert = "{file}"\ntls_key = "{file}"', "take web.tls_cert out")],
)
def test_a_household_that_no_tunnel_can_lead_to_is_told(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, web: str, said: str
) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(f"[web]\n{web.format(file=cloudflared.program)}\n")
    assert said in set_up(alfred)
    assert cloudflared.told == []


def test_whoever_would_rather_do_it_himself_is_told_how(alfred: Alfred, cloudflared: FakeCloudflared) -> None:
    said = alfred("setup", "--step", "phone", said=Owner(CLOUDFLARE, "n", ADDRESS)).out
    assert "cloudflared tunnel create alfred" in said
    assert cloudflared.told == []


def test_without_cloudflared_the_steps_are_told_and_nothing_is_asked(
    alfred: Alfred, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    owner = Owner(CLOUDFLARE, "")
    assert "Install cloudflared from" in alfred("setup", "--step", "phone", said=owner).out
    assert owner.left == []


def test_the_tunnel_stops_starts_and_goes_with_alfred(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    set_up(alfred)
    alfred("install")
    machine.asked.clear()
    for word in ("stop", "start", "restart"):
        assert alfred(word).code == 0
    own = "alfred-household.service"
    assert machine.told == [
        f"systemctl --user stop {UNIT}",
        f"systemctl --user stop {own}",
        f"systemctl --user start {own}",
        f"systemctl --user start {UNIT}",
        f"systemctl --user restart {own}",
        f"systemctl --user restart {UNIT}",
    ]
    assert f"Tunnel: {UNIT} is active, PID 4711" in alfred("status").out
    removed = alfred("uninstall").out
    assert f"{UNIT} is removed. Cloudflare keeps the tunnel and its name" in removed
    assert (list(OWN_UNITS.expanduser().iterdir()), (home / "tunnel.json").exists()) == ([], True)


def test_restarting_writes_a_tunnel_of_before_anew_as_a_tunnel_which_the_doctor_asks_for(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    set_up(alfred)
    alfred("install")
    file = OWN_UNITS.expanduser() / UNIT
    text = file.read_text()
    file.write_text(text.replace("LimitCORE=0\n", ""))
    asked = tunnel_finding(home)
    assert f"{UNIT} is written anew" in alfred("restart").out
    assert asked is not None
    assert (asked.state, asked.said) == ("warning", f"{UNIT} is not as this version writes it")
    assert ("LimitCORE=0" in text, file.read_text()) == (True, text)
    assert "is written anew" not in alfred("restart").out


def test_a_tunnel_that_does_not_come_back_is_said_and_alfred_runs(
    alfred: Alfred, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    set_up(alfred)
    alfred("install")
    machine.asked.clear()
    machine.answers[("systemctl", "--user", "restart", UNIT)] = Ran(1, "", f"Job for {UNIT} failed.")
    ran = alfred("restart")
    assert (ran.code, f"Job for {UNIT} failed." in ran.err) == (1, True)
    assert machine.told[0] == "systemctl --user restart alfred-household.service"


def test_a_household_without_a_tunnel_has_none_to_speak_of(alfred: Alfred, home: Path, machine: Machine) -> None:
    assert "Tunnel:" not in alfred("status").out
    assert tunnel_finding(home) is None


def test_the_doctor_knows_where_the_tunnel_leads(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    set_up(alfred)
    sound = tunnel_finding(home)
    with (home / "config.toml").open("a") as file:
        file.write("port = 8430\n")
    astray = tunnel_finding(home)
    assert sound is not None
    assert astray is not None
    assert sound.state == "good"
    assert (astray.state, "leads to port 8420" in astray.said) == ("bad", True)


def test_the_doctor_says_that_the_tunnel_is_down(
    alfred: Alfred, home: Path, cloudflared: FakeCloudflared, machine: Machine
) -> None:
    set_up(alfred)
    machine.answers[("systemctl", "--user", "show")] = Ran(0, "ActiveState=failed\nMainPID=0\nUnitFileState=enabled\n")
    down = tunnel_finding(home)
    assert down is not None
    assert (down.state, "is failed" in down.said) == ("bad", True)


def test_the_tunnels_credentials_are_the_owners_alone(alfred: Alfred, home: Path, cloudflared: FakeCloudflared) -> None:
    set_up(alfred)
    (home / "tunnel.json").chmod(0o644)
    found = next(finding for finding in examine(home, fix=False) if finding.name == "permissions")
    assert (found.state, "others may read tunnel.json" in found.said) == ("bad", True)
