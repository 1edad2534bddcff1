"""Certificates that will not do, on real https: which provider it is and what to do is said, and nothing is sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.anthropic import AnthropicProvider
from adapters.azure_devops import AzureDevOpsProvider
from adapters.connecting.out_of_reach import out_of_reach
from adapters.google import GoogleProvider
from adapters.google.auth import GrantTokens
from adapters.google.identity import GoogleIdentity
from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider
from adapters.ollama import OllamaProvider
from adapters.power_automate import PowerAutomateProvider
from adapters.webpush.service import session
from application.ports.identity import Journey
from application.ports.providers import Account, Connection, Provider
from daemon.household import household
from daemon.settings import load
from domain.errors import AlfredError, TryLater
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
    elsewhere = replace(account, settings={**account.settings, "api_endpoint": server.url, **authority_of(server)})
    return GoogleProvider(sleep=lambda _: None).connect(elsewhere, at_google.signed_in_vault(sandbox, account))


def microsoft(server: Server, folder: Path) -> None:
    with MicrosoftServer([at_microsoft.OWNER]) as sandbox:
        trusted = folder / "trusted.pem"
        trusted.write_bytes(sandbox.ca_file.read_bytes() + (server.ca_file.read_bytes() if server.ca_file else b""))
        account = at_microsoft.account_at(sandbox, graph_endpoint=server.url, ca_file=str(trusted))
        vault = at_microsoft.signed_in_vault(sandbox, account)
        read(MicrosoftProvider(sleep=lambda _: None).connect(account, vault))


def azure_devops(server: Server, _: Path) -> None:
    settings = {"url": f"{server.url}/works", **authority_of(server)}
    AzureDevOpsProvider().sign_in(Account("devops", "azure_devops", settings), MemoryVault()).finish("x" * 52)


def anthropic(server: Server, _: Path) -> None:
    import_module("anthropic")  # on a busy machine this may take longer than a check waits
    ask_model(AnthropicProvider(), {"api_key": "k", "base_url": server.url, **authority_of(server)})


def ollama(server: Server, _: Path) -> None:
    ask_model(OllamaProvider(), {"host": server.url, **authority_of(server)})


def ask_model(provider: Provider, settings: dict[str, str]) -> None:
    models = provider.connect(Account("model", provider.name, settings), MemoryVault()).models
    assert models is not None
    models.check()


def authority_of(server: Server) -> dict[str, str]:
    return {"ca_file": str(server.ca_file)} if server.ca_file else {}


def power_automate(server: Server, _: Path) -> None:
    settings = {
        "address": "jo@office.example",
        "token": "t" * 30,
        "mail_search_url": f"{server.url}/search",
        **authority_of(server),
    }
    account = Account("flows", "power_automate", settings)
    read(PowerAutomateProvider(sleep=lambda _: None).connect(account, MemoryVault()))


def google_renewal(server: Server, _: Path) -> None:
    with GoogleServer([at_google.OWNER], quota=None) as sandbox:
        account = at_google.account_at(sandbox)
        vault = at_google.signed_in_vault(sandbox, account)
        settings = {**account.settings, "token_uri": f"{server.url}/token", **authority_of(server)}
        GrantTokens(replace(account, settings=settings), vault).current()


def google_exchange(server: Server, _: Path) -> None:
    settings = {"client_id": "c", "client_secret": "s", "token_uri": f"{server.url}/token", **authority_of(server)}
    begun = GoogleProvider().sign_in(Account("gmail", "google", settings), MemoryVault())
    begun.finish(f"http://127.0.0.1/?state={begun.step.state}&code=x")


def google_identity(server: Server, _: Path) -> None:
    who = GoogleIdentity("c", "s", server.url, f"{server.url}/token", str(server.ca_file or ""))
    who.identity(Journey("http://127.0.0.1/back", "state", "nonce", "verifier"), "code")


def push(server: Server, _: Path) -> None:
    try:
        session(str(server.ca_file or "")).post(f"{server.url}/push", timeout=10)
    except requests.RequestException as error:
        raise out_of_reach("the push service", error) from error


PRIVATE = (
    google,
    google_renewal,
    google_exchange,
    google_identity,
    microsoft,
    azure_devops,
    power_automate,
    anthropic,
    ollama,
    push,
)


@pytest.mark.parametrize("reading", PRIVATE)
def test_everybody_trusts_a_private_authority_that_is_named_and_no_other(reading: Reading, tmp_path: Path) -> None:
    with showing(tmp_path, Shown()) as server:
        with pytest.raises(TryLater) as caught:
            reading(replace(server, ca_file=None), tmp_path)
        assert (caught.value.code, server.received) == ("certificate", [])
        with suppress(AlfredError):
            reading(server, tmp_path)
        assert [first.split(b" ")[0] in (b"GET", b"POST", b"OPTIONS") for first in server.received[:1]] == [True]


def refusal(reading: Reading, server: Server, folder: Path) -> TryLater:
    """Read what cannot be read."""
    with pytest.raises(TryLater) as caught:
        reading(server, folder)
    return caught.value


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_wrong_with_a_certificate_is_said_with_what_to_do(trouble: str, tmp_path: Path) -> None:
    shown, words = TROUBLES[trouble]
    with showing(tmp_path, shown) as server:
        error = refusal(microsoft, server, tmp_path)
    assert error.code == "certificate"
    assert [word for word in words if word not in str(error)] == []
    assert server.received == []


@pytest.mark.parametrize(
    ("reading", "name"),
    [
        (google, "Google"),
        (azure_devops, "Azure DevOps"),
        (power_automate, "Power Automate"),
        (anthropic, "Anthropic"),
        (ollama, "Ollama at"),
    ],
    ids=["google", "azure devops", "power automate", "anthropic", "ollama"],
)
def test_the_provider_is_named_whose_certificate_has_expired(reading: Reading, name: str, tmp_path: Path) -> None:
    with showing(tmp_path, EXPIRED) as server:
        error = refusal(reading, server, tmp_path)
    assert f"the certificate of {name}" in str(error)
    assert "has expired" in str(error)
    assert server.received == []


def test_the_source_tells_of_it_and_waits_without_asking_for_a_sign_in(tmp_path: Path) -> None:
    with (
        showing(tmp_path, EXPIRED) as server,
        GoogleServer([at_google.OWNER], quota=None) as sandbox,
        household(load(tmp_path / "home")) as container,
    ):
        container.connections().add(google_at(server, sandbox))
        container.rounds().poll_all()
        state = container.store().sources.state("gmail/mail")
    assert state.error is not None
    assert "the certificate of Google has expired" in state.error
    assert not state.paused
