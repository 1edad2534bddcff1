"""Where actions are ordered and carried out in the unit tests: the real application on twins in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.ics import IcsReader
from adapters.local.similarity import LocalEmbedder
from adapters.memory.executor import MemoryExecutor
from adapters.memory.mailbox import MemoryMailbox
from adapters.memory.store import MemoryStore
from adapters.mime.writer import MimeWriter
from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.outgoing import Outgoing
from application.acting.own_executor import OwnExecutor
from application.connections import ConnectedAccounts
from application.ports.providers import Account, Connection
from domain.actions import Action
from domain.codec import Json
from domain.kinds import Kind
from domain.messages import Address, Label
from tests.contract.store.samples import NOON, mail

OWNER = Address("Jo", "jo@home.example")
ALL_KINDS = MemoryExecutor.kinds


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(slots=True)
class Desk:
    """Everything that `Actions` and `Execution` need, and what a test looks at and moves."""

    home: Path
    granted: Collection[Kind] = ALL_KINDS
    hourly_cap: int = 200
    clock: SetClock = field(default_factory=SetClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    mailbox: MemoryMailbox = field(init=False)
    executor: MemoryExecutor = field(init=False)
    connections: ConnectedAccounts = field(init=False)
    connection: Connection = field(init=False)
    halt: HaltSwitch = field(init=False)
    execution: Execution = field(init=False)
    actions: Actions = field(init=False)

    def __post_init__(self) -> None:
        self.mailbox = MemoryMailbox("home", clock=self.clock.now)
        self.executor = MemoryExecutor(self.mailbox, self.granted)
        self.connections = ConnectedAccounts(OwnExecutor(self.store, self.clock, LocalEmbedder()))
        self.connection = Connection(Account("home", "memory"), OWNER, (self.mailbox,), (self.executor,))
        self.connections.add(self.connection)
        self.halt = HaltSwitch(self.home / "HALT")
        self.restart()

    def restart(self) -> None:
        """Lose everything that only the process knew."""
        grounds = GroundsKeeper(self.store, UTC)
        self.execution = Execution(self.store, self.connections, grounds, self.halt, self.clock, self.hourly_cap)
        outgoing = Outgoing(self.store, self.connections, MimeWriter(), IcsReader(), UTC)
        self.actions = Actions(self.store, self.connections, outgoing, self.execution, grounds, self.halt, self.clock)

    def receive(self, name: str = "m1", *labels: str, subject: str = "Lunch", thread: str = "") -> str:
        """Let a mail arrive and be taken in; return its id."""
        labels = labels or (Label.INBOX, Label.UNREAD)
        content = f"From: ann@example.org\r\nTo: {OWNER}\r\nSubject: {subject}\r\n\r\nNoon?\r\n".encode()
        self.mailbox.deliver(content, labels, self.clock.now(), name)
        taken = mail(
            name,
            subject=subject,
            labels=frozenset(labels),
            thread_id=thread or f"thread-{name}",
            received_at=self.clock.now(),
            to=(OWNER,),
        )
        self.store.messages.take([taken])
        return taken.id

    def propose(self, kind: Kind, target: str = "", **arguments: Json) -> Action:
        return self.actions.propose(Proposal(kind, target, arguments, "home"))

    def propose_letter(self, kind: Kind = Kind.SEND, target: str = "", **arguments: Json) -> Action:
        written: dict[str, Json] = {"to": ["bob@example.net"], "subject": "Hi", "text": "Hello."}
        return self.propose(kind, target, **{**written, **arguments})

    def approve(self, action: Action) -> Action:
        return self.actions.approve(action.id, action.digest)

    def labels(self, target: str) -> frozenset[str]:
        return self.mailbox.mail(target.removeprefix("home:")).labels

    def sent(self) -> int:
        return len(self.mailbox.labelled(Label.SENT))

    def now(self, action: Action) -> Action:
        """What stands in the log of the action."""
        return self.store.actions.get(action.id)

    def steps(self, action: Action) -> list[str]:
        return [entry.event.type for entry in self.store.actions.entries(action.id)]
