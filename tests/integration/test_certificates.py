"""Certificates that will not do, on real https: which provider it is and what to do is said, and nothing is sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.azure_devops import AzureDevOpsProvider
from adapters.google import GoogleProvider
from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider
from adapters.power_automate import PowerAutomateProvider
from application.ports.providers import Account, Connection
from daemon.household import household
from daemon.settings import load
from domain.errors import TryLater
from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from tests.contract.google import setting as at_google
from tests.contract.microsoft import setting as at_microsoft

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate that a server shows: from when to when it holds, whose it is, and whether it is trusted."""

    begins: datetime = NOW - 30 * DAY
    ends: datetime = NOW + 30 * DAY
    name: str = "127.0.0.1"
    is_trusted: bool = True


EXPIRED = Shown(ends=NOW - DAY)
TROUBLES = {
    "expired": (EXPIRED, ("has expired", "set the clock if that is wrong", f"{NOW:%Y-%m-%d}")),
    "the clock is behind": (Shown(begins=NOW + DAY), ("is not valid yet", "set the clock if that is wrong")),
    "self-signed": (Shown(is_trusted=False), ("signed by nobody whom Alfred trusts", "tls.ca_file")),
    "another name": (Shown(name="10.0.0.1"), ("is of another name", "check the address")),
}


def issue(folder: Path, shown: Shown) -> tuple[Path, Path]:
    """Write a certificate with its key; return their files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "make-believe")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(shown.begins).not_valid_after(shown.ends)
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(shown.name))])
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    file, key_file = folder / "shown.pem", folder / "shown.key"
    file.write_bytes(signed.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file, key_file


@dataclass(frozen=True, slots=True)
class Server:
    """A server on https: its address, what `tls.ca_file` names, and every byte that was sent to it in the end."""

    url: str
    ca_file: Path | None
    received: list[bytes]


@contextmanager
def showing(folder: Path, shown: Shown) -> Iterator[Server]:
    file, key_file = issue(folder, shown)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    listener = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []
    threading.Thread(target=answer, args=(listener, context, received), daemon=True).start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield Server(url, file if shown.is_trusted else None, received)
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def answer(listener: socket.socket, context: ssl.SSLContext, received: list[bytes]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as secured:
                received.append(secured.recv(100))


Reading = Callable[[Server, Path], object]


def read(connection: Connection) -> None:
    list(connection.messages[0].latest(1))


def google(server: Server, _: Path) -> None:
    with GoogleServer([at_google.OWNER], quota=None) as sandbox:
        read(google_at(server, sandbox))


def google_at(server: Server, sandbox: GoogleServer) -> Connection:
    """Return an account whose sign-in works, and whose mail lies behind the certificate."""
    account = at_google.account_at(sandbox)
    elsewhere = replace(account, settings={**account.settings, "api_endpoint": server.url})
    return GoogleProvider(sleep=lambda _: None).connect(elsewhere, at_google.signed_in_vault(sandbox, account))


def microsoft(server: Server, folder: Path) -> None:
    with MicrosoftServer([at_microsoft.OWNER]) as sandbox:
        trusted = folder / "trusted.pem"
        trusted.write_bytes(sandbox.ca_file.read_bytes() + (server.ca_file.read_bytes() if server.ca_file else b""))
        account = at_microsoft.account_at(sandbox, graph_endpoint=server.url, ca_file=str(trusted))
        vault = at_microsoft.signed_in_vault(sandbox, account)
        read(MicrosoftProvider(sleep=lambda _: None).connect(account, vault))


def azure_devops(server: Server, _: Path) -> None:
    settings = {"url": f"{server.url}/works", "ca_file": str(server.ca_file)}
    AzureDevOpsProvider().sign_in(Account("devops", "azure_devops", settings), MemoryVault()).finish("x" * 52)


def power_automate(server: Server, _: Path) -> None:
    settings = {"address": "jo@office.example", "token": "t" * 30, "mail_search_url": f"{server.url}/search"}
    account = Account("flows", "power_automate", settings)
    read(PowerAutomateProvider(sleep=lambda _: None).connect(account, MemoryVault()))


def refusal(reading: Reading, server: Server, folder: Path, patch: pytest.MonkeyPatch) -> TryLater:
    """Read what cannot be read; what the libraries take from the machine is told to trust the server."""
    if server.ca_file:
        patch.setenv("SSL_CERT_FILE", str(server.ca_file))
        patch.setattr("httpx._transports.default.create_ssl_context", httpx.create_ssl_context)
        patch.setattr("httplib2.CA_CERTS", str(server.ca_file))
    with pytest.raises(TryLater) as caught:
        reading(server, folder)
    return caught.value


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_wrong_with_a_certificate_is_said_with_what_to_do(
    trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, words = TROUBLES[trouble]
    with showing(tmp_path, shown) as server:
        error = refusal(microsoft, server, tmp_path, monkeypatch)
    assert error.code == "certificate"
    assert [word for word in words if word not in str(error)] == []
    assert server.received == []


@pytest.mark.parametrize(
    ("reading", "name"),
    [(google, "Google"), (azure_devops, "Azure DevOps"), (power_automate, "Power Automate")],
    ids=["google", "azure devops", "power automate"],
)
def test_the_provider_is_named_whose_certificate_has_expired(
    reading: Reading, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with showing(tmp_path, EXPIRED) as server:
        error = refusal(reading, server, tmp_path, monkeypatch)
    assert f"the certificate of {name} has expired" in str(error)
    assert server.received == []


def test_the_source_tells_of_it_and_waits_without_asking_for_a_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        showing(tmp_path, EXPIRED) as server,
        GoogleServer([at_google.OWNER], quota=None) as sandbox,
        household(load(tmp_path / "home")) as container,
    ):
        monkeypatch.setattr("httplib2.CA_CERTS", str(server.ca_file))
        container.connections().add(google_at(server, sandbox))
        container.rounds().poll_all()
        state = container.store().sources.state("gmail/mail")
    assert state.error is not None
    assert "the certificate of Google has expired" in state.error
    assert not state.paused
