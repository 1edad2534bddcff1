"""A household on twins: one account with a mailbox in memory, and the whole application over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.google.identity import GoogleIdentity
from adapters.ledgers.reader import LedgerReader
from adapters.local import LocalBrain
from adapters.memory.executor import MemoryExecutor
from adapters.memory.mailbox import MemoryMailbox
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn, SignInStep
from application.ports.secrets import Vault
from application.ports.store import Store
from application.sign_in.address_sign_in import AddressSignIn
from daemon.container import Container
from daemon.household import services_of
from daemon.sections import Books, Owner, Push
from daemon.settings import Settings
from domain.disk import Disk
from domain.errors import Invalid, SignInAgain
from domain.messages import Address
from domain.privacy import Privacy
from sandbox.google import GoogleServer
from web.api.services import Services
from web.api.web_settings import WebSettings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWNER = Address("Jo", "jo@home.example")
ZONE = ZoneInfo("UTC")
SETTINGS = Settings(
    owner=Owner(timezone="UTC"),
    books=Books(senders=("bank.example",)),
    push=Push(subject="mailto:jo@home.example", plain_hosts=("127.0.0.1",)),
)


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


def address_of(account: Account) -> Address:
    """Every account has a mailbox of its own, but for `twin`, which is the home's once more."""
    return OWNER if account.name in ("home", "twin") else Address("Jo", f"jo@{account.name}.example")


@dataclass(slots=True)
class PaperSignIn(SignIn):
    """Signs in whoever pastes an address that ends in `code=yes`."""

    vault: Vault
    account: Account
    step: SignInStep = field(default_factory=lambda: SignInStep("https://sign-in.example/?state=s", "s"))

    def wait(self, timeout: float) -> Address:
        return self.finish("code=yes")

    def finish(self, redirect: str) -> Address:
        if not redirect.endswith("code=yes"):
            raise Invalid("this address is of another sign-in", where="redirect")
        self.vault.put(f"paper/{self.account.name}/token", "granted")
        return address_of(self.account)

    def cancel(self) -> None:
        return None


class PaperProvider(Provider):
    """A provider whose accounts are mailboxes in memory."""

    name = "paper"
    title = "Paper mail"
    fields = (SettingsField("box", "Which box"), SettingsField("key", "Its key", secret=True))
    acting_scopes = ("act",)
    privacy = Privacy.ANY

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        return PaperSignIn(vault, account)

    def connect(self, account: Account, vault: Vault) -> Connection:
        if vault.get(f"paper/{account.name}/token") is None:
            raise SignInAgain("nobody signed in", account=account.name)
        mailbox = MemoryMailbox(account.name)
        return Connection(
            account, address_of(account), (mailbox,), (MemoryExecutor(mailbox),), scopes=frozenset({"read"})
        )

    def disconnect(self, account: Account, vault: Vault) -> None:
        vault.delete(f"paper/{account.name}/token")


@dataclass(frozen=True, slots=True)
class House:
    """The application, and the twins behind it for the test to look at and to move."""

    services: Services
    clock: SetClock
    mailbox: MemoryMailbox
    executor: MemoryExecutor
    vault: MemoryVault

    @property
    def store(self) -> Store:
        return self.services.store

    def deliver(self, **mail: str) -> str:
        """Put a mail into the mailbox and take it in; return the message's id."""
        id = mail.pop("id", None)
        provider_id = self.mailbox.deliver(raw_mail(**mail), received_at=self.clock.now(), provider_id=id)
        self.services.rounds.poll(self.mailbox)
        return f"home:{provider_id}"


def raw_mail(
    subject: str = "Hello",
    text: str = "How are you?",
    sender: str = "Ann Smith <ann@example.org>",
    html: str = "",
    headers: str = "",
) -> bytes:
    kind, body = ("html", html) if html else ("plain", text)
    head = f"From: {sender}\r\nTo: {OWNER}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n{headers}"
    return f"{head}Content-Type: text/{kind}; charset=utf-8\r\n\r\n{body}\r\n".encode()


def build(
    store: Store, home: Path, brain: LocalBrain, web: WebSettings | None = None, settings: Settings = SETTINGS
) -> House:
    """Open the daemon's own household over `store`, with twins for what is outside."""
    clock, vault = SetClock(), MemoryVault()
    mailbox = MemoryMailbox("home", clock=clock.now)
    executor = MemoryExecutor(mailbox)
    settings = replace(settings, home=home)
    container = Container(
        settings=settings,
        clock=clock,
        store=store,
        vault=vault,
        local_brain=brain,
        documents=LedgerReader(),
        disk=Disk(free=1 << 60),
    )
    connections = container.connections()
    connections.employ(container.own_executor())
    accounts = Accounts(store, vault, {"paper": PaperProvider()}, connections, {}, clock)
    container.accounts.override(accounts)
    accounts.add("home", "paper", {"box": "1"})
    vault.put("paper/home/token", "granted")
    connections.add(Connection(accounts.get("home"), OWNER, (mailbox,), (executor,), scopes=frozenset({"read", "act"})))
    web = web or WebSettings(version="0.1.0", log_file=home / "alfred.log")
    return House(replace(services_of(container, settings), web=web), clock, mailbox, executor, vault)


def with_google(house: House, google: GoogleServer, allowed: str, **changes: str) -> House:
    """Return the household with Google as a way in for the owner of `allowed`; both look at the same clock."""
    google.sign_in.clock = lambda: house.clock.now().timestamp()
    client = google.client_config()["installed"]
    known = {name: str(client[name]) for name in ("client_id", "client_secret", "auth_uri", "token_uri")}
    way = AddressSignIn(allowed, lambda: GoogleIdentity(**(known | changes)), house.services.devices, house.clock)
    return replace(house, services=replace(house.services, google_sign_in=way))


def with_web(house: House, change: Callable[[WebSettings], WebSettings]) -> House:
    """Return the household with other web settings."""
    return replace(house, services=replace(house.services, web=change(house.services.web)))
