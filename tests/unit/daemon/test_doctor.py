"""What the doctor finds, and what he advises."""

import os
import socket
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.keyring import open_vault
from adapters.sqlite import migrations
from adapters.sqlite.snapshot import schema_of
from daemon import backup
from daemon.cli import service
from daemon.crashes import write_report
from daemon.doctor import Finding, examine
from daemon.doctor.outside import expiring, undelivered
from daemon.household import household
from daemon.settings import load
from daemon.units import Ran
from daemon.units.systemd import own_unit
from tests.integration.api.house import SetClock
from tests.integration.updating.tiny import m900_later
from tests.unit.daemon.units.machine import Machine


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A household that was opened once, and holds the log of one action."""
    home = tmp_path / "home"
    with household(load(home)) as container:
        container.store().preferences.put("seen", True)
    return home


def found(home: Path, name: str, *, fix: bool = False) -> Finding:
    return next(finding for finding in examine(home, fix=fix) if finding.name == name)


def test_a_sound_household_has_no_bad_finding(home: Path) -> None:
    assert [finding for finding in examine(home, fix=False) if finding.state == "bad"] == []
    assert found(home, "database").state == "good"
    assert found(home, "action log").state == "good"


def test_a_household_that_is_not_there_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    assert found(tmp_path / "new", "folder").state == "warning"
    assert not (tmp_path / "new").exists()


def test_a_folder_that_others_can_read_is_bad_and_can_be_mended(home: Path) -> None:
    home.chmod(0o755)
    before = found(home, "folder")
    assert (before.state, "--fix" in before.advice) == ("bad", True)
    assert found(home, "folder", fix=True).state == "good"
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_damaged_database_is_bad(home: Path) -> None:
    (home / "alfred.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 8000)
    assert found(home, "database").state == "bad"


def test_an_empty_database_is_bad_and_every_check_says_what_to_do(home: Path) -> None:
    (home / "alfred.db").write_bytes(b"")
    bad = {
        finding.name: f"{finding.said} {finding.advice}"
        for finding in examine(home, fix=False)
        if finding.state == "bad"
    }
    assert "database" in bad
    assert all("empty" in said and "restore" in said.lower() for said in bad.values())


def add_a_task(home: Path) -> None:
    with household(load(home)) as container:
        from application.acting.drafting import Proposal
        from domain.kinds import Kind

        container.actions().propose(Proposal(Kind.CREATE_TASK, "", {"title": "Water the ferns"}, reason="you asked"))


def forge(home: Path, *statements: str) -> None:
    """Write to the log as only somebody at the file itself could."""
    with sqlite3.connect(home / "alfred.db") as forger:
        triggers = forger.execute("SELECT name FROM sqlite_schema WHERE type='trigger' AND tbl_name='action_events'")
        for (name,) in triggers.fetchall():
            forger.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            forger.execute(statement)
    forger.close()


def test_a_log_that_was_changed_is_found_out(home: Path) -> None:
    add_a_task(home)
    forge(home, "UPDATE action_events SET actor = 'nobody' WHERE seq = 1")
    log = found(home, "action log")
    assert (log.state, "chain breaks at entry 1" in log.said) == ("bad", True)


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_a_log_whose_end_was_cut_off_is_found_out_by_any_backup_that_is_kept(
    home: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALFRED_BACKUP__PASSPHRASE", passphrase)
    add_a_task(home)
    backup.create(home, home / "backups", passphrase)
    add_a_task(home)
    assert found(home, "action log").state == "good"
    forge(home, "DELETE FROM action_events", "DELETE FROM actions")
    backup.create(home, home / "backups", passphrase, SetClock(datetime.now(UTC) + timedelta(seconds=5)))
    log = found(home, "action log")
    assert (log.state, "is not the one that the backup of" in log.said) == ("bad", True)


def test_looking_never_brings_a_schema_forward(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema_of(home / "alfred.db")
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m900_later))
    sources = found(home, "sources")
    assert (sources.state, "brought forward at the next start" in sources.said) == ("warning", True)
    assert schema_of(home / "alfred.db") == before


def test_a_clock_behind_the_last_write_is_noticed(home: Path) -> None:
    future = time.time() + 3600
    os.utime(home / "alfred.db", (future, future))
    assert found(home, "clock").state == "warning"


def test_backups_elsewhere_that_anybody_can_read_are_pointed_out(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.create(home, home / "backups")
    within = found(home, "backups")
    assert (within.state, within.said.endswith(", not encrypted")) == ("good", True)
    monkeypatch.setenv("ALFRED_BACKUP__FOLDER", str(tmp_path / "stick"))
    backup.create(home, tmp_path / "stick")
    elsewhere = found(home, "backups")
    assert (elsewhere.state, "alfred backup passphrase" in elsewhere.advice) == ("warning", True)
    backup.create(home, tmp_path / "stick", "open sesame", SetClock(datetime.now(UTC) + timedelta(seconds=5)))
    assert found(home, "backups").state == "good"


def test_a_device_that_is_not_reached_is_named() -> None:
    failed = {"device": "Jo's phone", "since": "2026-11-23T12:00:00Z", "failures": 3, "reason": "503"}
    (finding,) = undelivered({"undelivered": [failed]})
    assert (finding.state, finding.said) == (
        "warning",
        "Jo's phone got no notice since 2026-11-23 12:00 UTC (3 in a row): 503",
    )
    assert undelivered({}) == []


def test_a_wrong_setting_is_the_first_thing_said(home: Path) -> None:
    (home / "config.toml").write_text("[web]\nport = 'x'")
    (only,) = examine(home, fix=False)
    assert (only.name, only.state, "web.port" in only.said) == ("settings", "bad", True)


def test_a_vault_that_does_not_open_is_bad_and_the_rest_goes_on(home: Path) -> None:
    (home / "vault").write_bytes(b"alfred-vault-1\n" + b"x" * 60)
    assert found(home, "secrets").state == "bad"
    assert found(home, "database").state == "good"


def test_a_broken_persona_is_bad(home: Path) -> None:
    (home / "persona.toml").write_text("nome = 'Jeeves'")
    persona = found(home, "persona")
    assert (persona.state, "nome" in persona.said) == ("bad", True)


def test_files_that_others_can_read_are_bad_and_can_be_mended(home: Path) -> None:
    (home / "config.toml").write_text("")
    (home / "config.toml").chmod(0o644)
    assert found(home, "permissions").said == "others may read config.toml"
    assert found(home, "permissions", fix=True).state == "good"
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_can_read_is_mended_and_the_vault_opens(home: Path) -> None:
    (home / "master.key").chmod(0o644)
    assert found(home, "secrets").state == "bad"
    assert [finding.name for finding in examine(home, fix=True) if finding.state == "bad"] == []


def test_a_vault_of_another_key_says_what_to_do(home: Path) -> None:
    with household(load(home)) as container:
        container.vault().put("x", "y")
    (home / "master.key").unlink()
    assert "bring back the key" in found(home, "secrets").advice


def test_the_note_of_a_killed_daemon_is_removed(home: Path) -> None:
    (home / "daemon.json").write_text('{"pid": 4194304, "url": "http://localhost:9"}')
    assert found(home, "run file").state == "warning"
    examine(home, fix=True)
    assert not (home / "daemon.json").exists()


def test_what_a_backup_left_unfinished_is_removed_and_backups_stay(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for left in (
        home / ".workshop-x",
        tmp_path / ".workshop-x",
        home / "backups" / ".making-x",
        home / "backups" / ".verifying-x",
    ):
        left.mkdir(parents=True)
        (left / "alfred.db").touch()
    (home / "backups" / ".alfred-20261121-000000.backup.part").touch()
    (home / "backups" / "alfred-20261121-000000.backup").touch()
    assert found(home, "leftovers").said.startswith("5 unfinished copies")
    examine(home, fix=True)
    assert [path.name for path in (home / "backups").iterdir()] == ["alfred-20261121-000000.backup"]
    assert list(tmp_path.rglob(".workshop-x")) == []


def test_a_port_that_is_taken_says_which(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (home / "config.toml").write_text(f"[web]\nport = {port}\n")
        taken = found(home, "port")
    assert (taken.state, f"{port} on 127.0.0.1" in taken.said, "web.port" in taken.advice) == ("bad", True, True)
    assert found(home, "port").state == "good"


@pytest.mark.parametrize(("password", "names"), [("Spring2026", ["hooks"]), ("f3c1a0" * 8, [])])
def test_a_password_of_hooks_that_might_be_guessed_is_named(home: Path, password: str, names: list[str]) -> None:
    open_vault(home).put("azure_devops/devops/hook_password", password)
    assert [finding.name for finding in examine(home, fix=False) if finding.name == "hooks"] == names


@pytest.mark.parametrize(
    ("days", "state", "said"), [(-1, "bad", "expired on"), (5, "warning", "expires in"), (90, "good", "expires in")]
)
def test_a_certificate_is_looked_at(home: Path, days: int, state: str, said: str) -> None:
    certificate, key = a_certificate(home, timedelta(days=days, hours=1))
    (home / "config.toml").write_text(f'[web]\ntls_cert = "{certificate}"\ntls_key = "{key}"\n')
    finding = found(home, "certificate")
    assert (finding.state, said in finding.said) == (state, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_that_sudo_left_are_handed_back(home: Path) -> None:
    (home / "rules.toml").touch()
    os.chown(home / "rules.toml", 4321, -1)
    assert "rules.toml" in found(home, "owner").said
    assert "owner" not in [finding.name for finding in examine(home, fix=True)]
    assert (home / "rules.toml").stat().st_uid == home.stat().st_uid


def test_messages_that_were_set_aside_are_named(home: Path) -> None:
    with household(load(home)) as container:
        for number in range(3):
            container.store().messages.set_aside("gmail/mail", str(number), "too deep", datetime.now(UTC))
    assert found(home, "set aside").said == "could not be read: 3 of gmail/mail: too deep"


def test_backups_that_stopped_are_noticed(home: Path) -> None:
    assert found(home, "backups").state == "warning"
    file = backup.create(home, home / "backups")
    assert found(home, "backups").state == "good"
    file.rename(file.with_name("alfred-20261101-120000.backup"))
    assert "alfred logs" in found(home, "backups").advice


def test_a_crash_of_this_week_is_pointed_at(home: Path) -> None:
    (home / "logs" / "crashes").mkdir(parents=True)
    write_report(home / "logs" / "crashes", "a test", ValueError("x"))
    assert str(home / "logs" / "crashes") in found(home, "crashes").said


def test_a_service_that_is_down_is_bad(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine({("systemctl", "--user", "show"): Ran(0, "ActiveState=failed\nMainPID=0\n")})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(service, "runner", lambda: machine)
    own_unit(home, machine, tmp_path / ".config/systemd/user").install(Path("/opt/alfred"))
    finding = found(home, "service")
    assert (finding.state, "failed" in finding.said, "alfred start" in finding.advice) == ("bad", True, True)


def test_what_expires_at_the_accounts_is_listed() -> None:
    token = {"account": "devops", "what": "the token", "at": "2026-12-24T00:00:00Z"}
    status = {"expiring": [{**token, "soon": soon, "said": "devops: the token expires"} for soon in (True, False)]}
    status["expiring"].append({**token, "account": "", "soon": True, "said": "the certificate expires"})
    findings = expiring(status)
    assert [(each.state, each.said) for each in findings] == [
        ("warning", "devops: the token expires"),
        ("good", "devops: the token expires"),
    ]


def a_certificate(folder: Path, lasts: timedelta) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "alfred.example")])
    end = datetime.now(UTC) + lasts
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(end - timedelta(days=365)).not_valid_after(end).sign(key, hashes.SHA256())
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private.chmod(0o600)
    return certificate, private
