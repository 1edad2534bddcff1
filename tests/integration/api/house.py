"""A household on twins: one account with a mailbox in memory, and the whole application over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.google.identity import GoogleIdentity
from adapters.ics import IcsReader
from adapters.ledgers.reader import LedgerReader
from adapters.local import CorrectionsMemory, LocalBrain
from adapters.local.similarity import LocalEmbedder
from adapters.memory.executor import MemoryExecutor
from adapters.memory.mailbox import MemoryMailbox
from adapters.memory.vault import MemoryVault
from adapters.mime.cleaner import Nh3Cleaner
from adapters.mime.reader import MimeReader
from adapters.mime.writer import MimeWriter
from adapters.webauthn import WebAuthn
from adapters.webpush import WebPush
from application.accounts import Accounts
from application.acting.actions import Actions
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.outgoing import Outgoing
from application.acting.own_executor import OwnExecutor
from application.announcing import Announcing
from application.calendars.desk import Calendars
from application.chat.matching import NoMatcher
from application.chat.registry import Registry, Workshop
from application.chat.service import Chat
from application.chat.tools import ALL_TOOLS
from application.connections import ConnectedAccounts
from application.finance.desk import Finance
from application.freshness import Freshness
from application.intake.backfills import Backfills
from application.intake.handing_on import HandingOn
from application.intake.hooks import Hooks
from application.intake.intake import Intake
from application.intake.joining import Joining
from application.intake.one_time_codes import OneTimeCodes
from application.intake.rounds import Rounds
from application.intake.searching import Searching
from application.intake.sweeping import Sweeping
from application.intake.threads import Threads
from application.intake.woken import Woken
from application.models.models import Breaker, Budget, Models
from application.owing.follow_ups import FollowUps
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn, SignInStep
from application.ports.secrets import Vault
from application.ports.store import Store
from application.proposing.correcting import Correcting
from application.proposing.rule_book import RuleBook
from application.setup.setup import Setup, Surroundings
from application.sign_in.address_sign_in import AddressSignIn
from application.sign_in.devices import Devices
from application.sign_in.passkeys import Passkeys
from application.telling.briefing import Briefings
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from application.triage.triage import Prefilter, Triage
from application.work.desk import Work
from daemon.persona import PersonaFile
from domain.backups import Backups
from domain.disk import Disk
from domain.errors import Invalid, SignInAgain
from domain.free_time import WorkingHours
from domain.messages import Address
from domain.persona import Persona
from domain.privacy import Privacy
from sandbox.google import GoogleServer
from web.api.services import Services
from web.api.web_settings import WebSettings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWNER = Address("Jo", "jo@home.example")
ZONE = ZoneInfo("UTC")


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


def build(store: Store, home: Path, brain: LocalBrain, web: WebSettings | None = None) -> House:
    """Put a household together over `store`."""
    clock, vault, embedder = SetClock(), MemoryVault(), LocalEmbedder()
    mailbox = MemoryMailbox("home", clock=clock.now)
    executor = MemoryExecutor(mailbox)
    halt = HaltSwitch(home / "HALT")
    connections = ConnectedAccounts(OwnExecutor(store, clock, embedder))
    accounts = Accounts(store, vault, {"paper": PaperProvider()}, connections, {}, clock)
    accounts.add("home", "paper", {"box": "1"})
    vault.put("paper/home/token", "granted")
    connections.add(Connection(accounts.get("home"), OWNER, (mailbox,), (executor,), scopes=frozenset({"read", "act"})))
    grounds = GroundsKeeper(store, UTC)
    execution = Execution(store, connections, grounds, halt, clock)
    outgoing = Outgoing(store, connections, MimeWriter(), IcsReader(), UTC)
    actions = Actions(store, connections, outgoing, execution, grounds, halt, clock)
    triage = Triage(store, (Prefilter(),), brain, CorrectionsMemory(zone=ZONE), clock)
    rule_book = RuleBook(store, actions, clock)
    codes = OneTimeCodes()
    joining, woken = Joining(store, connections), Woken()
    intake = Intake(store, MimeReader(0), codes, clock, joining=joining)
    calendars = Calendars(
        store, connections, actions, Announcing(store, clock), Freshness(clock), IcsReader(), clock, WorkingHours(ZONE)
    )
    models = Models(store, clock, ZONE, dict, Budget())
    anybody = lambda _: Privacy.ANY  # noqa: E731
    work = Work(
        store,
        connections,
        actions,
        Announcing(store, clock),
        Freshness(clock),
        models,
        anybody,
        brain,
        woken,
        clock,
        ZONE,
    )
    followers, threads = (calendars, work), Threads(store, actions, FollowUps(store, clock))
    handing_on = HandingOn(store, triage, rule_book, [*followers, threads], clock)
    sweeping = Sweeping(store, intake, clock)
    rounds = Rounds(
        store,
        connections,
        intake,
        handing_on,
        threads,
        sweeping,
        actions,
        execution,
        clock,
        followers=followers,
    )
    briefings = Briefings(store, connections, calendars, work, clock, ZONE, Persona)
    announcing, take_in = Announcing(store, clock), rounds.take_in_found
    finance = Finance(
        store, connections, take_in, LedgerReader(), models, anybody, announcing, vault, ["bank.example"], clock, ZONE
    )
    searching = Searching(store, take_in, clock)
    workshop = Workshop(
        store,
        actions,
        rule_book,
        briefings,
        calendars,
        finance,
        work,
        connections,
        searching,
        embedder,
        clock,
        ZONE,
        anybody,
    )
    chat = Chat(workshop, Registry(ALL_TOOLS, workshop), models, NoMatcher(), Persona)
    push = WebPush(vault, "mailto:jo@home.example", plain_hosts=("127.0.0.1",))
    devices = Devices(store, clock, announcing)
    subscriptions = Subscriptions(store, devices, push, clock)
    surroundings = Surroundings(lambda: ", ".join(finance.senders.all()), str, str)
    services = Services(
        store=store,
        clock=clock,
        vault=vault,
        actions=actions,
        correcting=Correcting(triage, rule_book),
        rule_book=rule_book,
        rounds=rounds,
        backfills=Backfills(rounds, store, clock),
        briefings=briefings,
        calendars=calendars,
        finance=finance,
        work=work,
        hooks=Hooks(store, connections, rounds, joining, woken, clock),
        accounts=accounts,
        setup=Setup(store, accounts, connections, rule_book, surroundings, watch_first=True),
        connections=connections,
        halt=halt,
        codes=codes,
        devices=devices,
        personas=PersonaFile(home),
        passkeys=Passkeys(store, devices, WebAuthn(), clock, announcing),
        google_sign_in=AddressSignIn("", lambda: GoogleIdentity("", "", "", ""), devices, clock),
        outgoing=outgoing,
        cleaner=Nh3Cleaner(),
        chat=lambda: chat,
        models=models,
        embedder=embedder,
        breaker=Breaker(),
        notifications=Notifications(store, subscriptions, clock, ZONE),
        subscriptions=subscriptions,
        push=push,
        web=web or WebSettings(version="0.1.0", log_file=home / "alfred.log"),
        settings_shown=lambda: {"zone": "UTC"},
        expiring=tuple,
        disk=lambda: Disk(free=1 << 60),
        backups=lambda: Backups("", 0),
        memory=int,
    )
    return House(services, clock, mailbox, executor, vault)


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
