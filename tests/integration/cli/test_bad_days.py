"""Foreseeable trouble: a sentence that says what and where, the right exit code, and nothing harmed."""

import json
import os
import resource
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.integration.cli.conftest import Alfred, run_apart


def test_a_folder_that_another_process_holds_says_which(alfred: Alfred, home: Path) -> None:
    alfred("status")
    holder = "import sys; from pathlib import Path; from adapters.sqlite import open_store; " + (
        "held = open_store(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holder, str(home / "alfred.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        ran = alfred("inbox")
        assert (ran.code, f"process {other.pid}" in ran.err) == (1, True)


def test_a_note_that_a_killed_daemon_left_is_seen_through(alfred: Alfred, home: Path) -> None:
    alfred("status")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / "daemon.json").write_text(json.dumps({"pid": os.getpid(), "url": f"http://localhost:{port}"}))
    assert alfred("inbox").code == 0


def test_a_corrupt_database_is_said_and_left_as_it_is(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    database = home / "alfred.db"
    database.write_bytes(b"not a database at all" * 500)
    before = database.read_bytes()
    ran = alfred("inbox")
    assert (ran.code, "alfred.db" in ran.err) == (1, True)
    doctor = alfred("doctor")
    assert (doctor.code, "damaged" in doctor.out) == (1, True)
    assert database.read_bytes() == before


def test_a_broken_settings_file_is_named_with_its_line(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text("[web]\nport = \n")
    for command in ("inbox", "run", "doctor"):
        ran = alfred(command)
        told = ran.err + ran.out
        assert ran.code in (1, 2)
        assert str(home / "config.toml") in told
        assert "line 2" in told


def test_a_vault_of_another_key_is_said_and_left_as_it_is(alfred: Alfred, home: Path) -> None:
    alfred("pair")
    vault = home / "vault"
    before = vault.read_bytes()
    (home / "master.key").unlink()
    ran = alfred("inbox")
    assert ran.code == 1
    assert "vault" in ran.err
    assert vault.read_bytes() == before


def test_a_home_that_is_a_file_is_said(alfred: Alfred, home: Path) -> None:
    home.write_text("hello")
    for command in ("inbox", "run", "halt"):
        ran = alfred(command)
        assert ran.code in (1, 2)
        assert str(home) in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_home_that_may_not_be_read_is_said(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o000)
    ran = alfred("inbox")
    home.chmod(0o700)
    assert (ran.code, str(home) in ran.err) == (1, True)


def test_a_full_disk_is_said_and_the_household_opens_again(alfred: Alfred, home: Path) -> None:
    alfred("status")
    rules = alfred("rules", "list", "--json").out

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    ran = run_apart(home, "rules", "off", "Junk in the inbox", preexec_fn=little_room)
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert "disk" in ran.err or "File too large" in ran.err
    assert alfred("rules", "list", "--json").out == rules


def test_without_a_key_store_setup_and_doctor_say_what_is_used_instead_and_what_is_better(
    alfred: Alfred, home: Path
) -> None:
    for ran in (alfred("setup", "--non-interactive"), alfred("doctor")):
        assert "the master key lies in a key file of mode 0600" in ran.out
        assert "encrypt the disk" in ran.out
        assert "GNOME Keyring" in ran.out


def a_certificate(folder: Path, name: str, ends: datetime) -> tuple[Path, Path]:
    """A certificate for this machine and its key, in files."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(ends - timedelta(days=90))
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.not_valid_after(ends).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def serve_by(home: Path, certificate: Path, key: Path) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "config.toml").write_text(f'[web]\ntls_cert = "{certificate}"\ntls_key = "{key}"\n')
    (home / "config.toml").chmod(0o600)


def test_the_own_certificate_that_expired_is_told_of_by_status_and_doctor(
    alfred: Alfred, home: Path, tmp_path: Path
) -> None:
    serve_by(home, *a_certificate(tmp_path, "app", datetime.now(UTC) - timedelta(days=3)))
    assert "the certificate app.pem expired on" in alfred("status").out
    doctor = alfred("doctor")
    assert (doctor.code, "certificate: the certificate app.pem expired on" in doctor.out) == (1, True)
    assert "renew it, then alfred restart" in doctor.out


@pytest.mark.parametrize("wrong", ["another's key", "no certificate", "no key"])
def test_a_certificate_that_a_server_cannot_use_is_said_before_anything_starts(
    alfred: Alfred, home: Path, tmp_path: Path, wrong: str
) -> None:
    certificate, key = a_certificate(tmp_path, "app", datetime.now(UTC) + timedelta(days=30))
    _, others = a_certificate(tmp_path, "other", datetime.now(UTC) + timedelta(days=30))
    broken = {"another's key": key, "no certificate": certificate, "no key": key}[wrong]
    broken.write_bytes(others.read_bytes() if wrong == "another's key" else b"nothing")
    serve_by(home, certificate, key)
    ran = run_apart(home, "run")
    assert (ran.code, str(certificate) in ran.err, str(key) in ran.err) == (2, True, True)
    assert not (home / "alfred.db").exists()


def test_a_port_that_another_has_is_said_by_whoever_would_use_it(alfred: Alfred, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        home.mkdir(mode=0o700)
        (home / "config.toml").write_text(f"[web]\nport = {port}\n")
        (home / "config.toml").chmod(0o600)
        ran, doctor, logs = run_apart(home, "run"), alfred("doctor"), alfred("logs")
    assert (ran.code, f"port {port} on 127.0.0.1 cannot be used" in ran.err, "--port" in ran.err) == (1, True, True)
    assert (doctor.code, "set web.port to another" in doctor.out) == (1, True)
    assert ("the last start failed at" in doctor.out, doctor.out.count(f"port {port} on")) == (True, 1)
    assert f"could not run reason=port {port} on 127.0.0.1 cannot be used" in logs.out


def test_a_reader_that_has_seen_enough_hears_no_complaint(home: Path) -> None:
    command = [sys.executable, "-m", "daemon.cli.main", "--home", str(home), "rules", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""


def test_the_demo_refuses_a_folder_that_is_not_a_demos(alfred: Alfred, home: Path) -> None:
    alfred("status")
    ran = alfred("demo", "--fresh", "--no-browser", "--port", "0")
    assert ran.code == 2
    assert "not a demo's" in ran.err
    assert (home / "alfred.db").exists()


def test_a_demo_of_an_unknown_household_names_the_known_and_leaves_nothing(alfred: Alfred, home: Path) -> None:
    ran = alfred("demo", "--scenario", "nosuch", "--no-browser", "--port", "0")
    assert (ran.code, "known are" in ran.err, "monday" in ran.err) == (2, True, True)
    assert not home.exists()
