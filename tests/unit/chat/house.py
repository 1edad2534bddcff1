"""A household in memory to talk in: mailboxes, an executor that remembers, every tool, models that follow a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.ics import IcsReader
from adapters.ledgers.reader import LedgerReader
from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.executor import MemoryExecutor
from adapters.memory.mailbox import MemoryMailbox
from adapters.memory.model import LettersEmbedder, ScriptedModel
from adapters.memory.vault import MemoryVault
from adapters.mime.reader import MimeReader
from adapters.mime.writer import MimeWriter
from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.outgoing import Outgoing
from application.acting.own_executor import OwnExecutor
from application.announcing import Announcing
from application.calendars.desk import Calendars
from application.chat.registry import Registry, Tool, Workshop
from application.chat.service import Chat
from application.chat.tools import ALL_TOOLS
from application.chat.turn import Happening, Text
from application.connections import ConnectedAccounts
from application.finance.desk import Finance
from application.freshness import Freshness
from application.intake.searching import Searching
from application.intake.visits import Visits
from application.intake.woken import Woken
from application.models.budget import Budget
from application.models.models import Models
from application.ports.mail import Batch
from application.ports.matcher import IntentMatcher, Match
from application.ports.mime import RawMail
from application.ports.model import Answer, LanguageModel, Role, ToolCall
from application.ports.providers import Account, Connection
from application.proposing.rule_book import RuleBook
from application.telling.briefing import Briefings
from application.work.desk import Work
from domain.chat import Mode
from domain.free_time import WorkingHours
from domain.kinds import Kind
from domain.messages import Address, Label, Message
from domain.persona import Persona
from domain.privacy import Privacy
from domain.triage import Category, Classification, Verdict

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Kuala_Lumpur")
OWNER = Address("Jo Wayne", "jo@wayne.example")


class Clock:
    """A clock that a test moves."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Matches(IntentMatcher):
    """Finds what a test has put there for the words."""

    def __init__(self) -> None:
        self.known: dict[str, Match] = {}

    def match(self, words: str, now: datetime) -> Match | None:
        return self.known.get(words)


def calls(*wishes: tuple[str, Mapping[str, object]], text: str = "") -> Answer:
    """A model's answer that calls tools."""
    made = tuple(ToolCall(f"c{place}", name, dict(arguments)) for place, (name, arguments) in enumerate(wishes))  # type: ignore[arg-type]
    return Answer(text, made, "tools", model="memory:scripted")


@dataclass
class House:
    """Everything between the chat and the mailboxes; `privacy` and `models` may be set by a test."""

    folder: Path
    accounts: Sequence[str] = ("gmail",)
    models: dict[Role, list[LanguageModel]] = field(default_factory=dict)
    privacy: dict[str, Privacy] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    registry_tools: tuple[Tool, ...] = ALL_TOOLS
    door: type[Actions] = Actions

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        self.matcher = Matches()
        embedder = LettersEmbedder()
        self.connections = ConnectedAccounts(OwnExecutor(self.store, self.clock, embedder))
        self.mailboxes = {name: MemoryMailbox(name, clock=self.clock.now) for name in self.accounts}
        self.executors = {name: MemoryExecutor(box) for name, box in self.mailboxes.items()}
        for name, box in self.mailboxes.items():
            self.connections.add(Connection(Account(name, "memory"), OWNER, (box,), (self.executors[name],)))
        self.halt = HaltSwitch(self.folder / "HALT")
        grounds = GroundsKeeper(self.store, ZONE)
        execution = Execution(self.store, self.connections, grounds, self.halt, self.clock)
        outgoing = Outgoing(self.store, self.connections, MimeWriter(), IcsReader(), ZONE)
        self.actions = self.door(self.store, self.connections, outgoing, execution, grounds, self.halt, self.clock)
        rule_book = RuleBook(self.store, self.actions, self.clock)
        visits = Visits(self.store, self.clock)
        calendars = Calendars(
            self.store,
            self.connections,
            self.actions,
            Announcing(self.store, self.clock),
            Freshness(self.clock),
            IcsReader(),
            visits,
            self.clock,
            WorkingHours(ZONE),
        )
        self.asked = Models(self.store, self.clock, ZONE, lambda: self.models, self.budget)
        work = Work(
            self.store,
            self.connections,
            self.actions,
            Announcing(self.store, self.clock),
            Freshness(self.clock),
            self.asked,
            lambda account: self.privacy.get(account, Privacy.ANY),
            LocalBrain(ZONE),
            Woken(),
            visits,
            self.clock,
            ZONE,
        )
        briefings = Briefings(self.store, self.connections, calendars, work, self.clock, ZONE, Persona)
        finance = Finance(
            self.store,
            self.connections,
            lambda *_: None,
            LedgerReader(),
            self.asked,
            lambda account: self.privacy.get(account, Privacy.ANY),
            Announcing(self.store, self.clock),
            MemoryVault(),
            ["bank.example"],
            self.clock,
            ZONE,
        )
        self.workshop = Workshop(
            store=self.store,
            actions=self.actions,
            rule_book=rule_book,
            briefings=briefings,
            calendars=calendars,
            finance=finance,
            work=work,
            connections=self.connections,
            searching=Searching(visits, self.take_in),
            embedder=embedder,
            clock=self.clock,
            zone=ZONE,
            privacy=lambda account: self.privacy.get(account, Privacy.ANY),
        )
        self.registry = Registry(self.registry_tools, self.workshop)
        self.chat = Chat(self.workshop, self.registry, self.asked, self.matcher, Persona)

    def take_in(self, source: str, found: Batch) -> None:
        """Store what a source's own search found."""
        read = [MimeReader().read(each) if isinstance(each, RawMail) else each for each in found.arrived]
        self.store.messages.take([each for each in read if isinstance(each, Message)])

    def receive(
        self,
        subject: str,
        text: str = "Good day.",
        *,
        sender: str = "Ann <ann@acme.example>",
        account: str = "gmail",
        provider_id: str | None = None,
        ago: timedelta = timedelta(hours=1),
        labels: Sequence[str] = (Label.INBOX, Label.UNREAD),
        to: str = str(OWNER),
    ) -> str:
        """Let a mail arrive; return Alfred's id of it."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail.set_content(text)
        box = self.mailboxes[account]
        id = box.deliver(mail.as_bytes(), labels, self.clock.now() - ago, provider_id)
        message = MimeReader().read(box.mail(id))
        assert isinstance(message, Message)
        self.store.messages.take([message])
        return message.id

    def serve(self, *lines: object, local: bool = False, role: Role = Role.COMPOSE) -> ScriptedModel:
        """Put a model that follows this script in a role."""
        model = ScriptedModel(lines, f"memory:{role.value}", local=local)  # type: ignore[arg-type]
        self.models.setdefault(role, []).append(model)
        return model

    def talk_of(self, id: str) -> None:
        """Let a mail be classified and have a proposal on it, so that it stands in briefing and action log."""
        verdict = Verdict(Category.URGENT, 1, 0.9, summary=self.store.messages.get(id).message.subject)
        self.store.classifications.put([Classification(id, verdict, self.clock.now())])
        self.actions.propose(Proposal(Kind.ARCHIVE, id, {}))

    def talk(self, words: str, mode: Mode = Mode.TOOL_USE, conversation: str | None = None) -> list[Happening]:
        """Say something, in a new conversation where none is given; return what happened."""
        return list(self.chat.say(conversation or self.chat.begin().id, words, mode))

    def effects(self) -> list[tuple[str, str]]:
        """What was really done in the mailboxes."""
        return [effect for executor in self.executors.values() for effect in executor.done]


def text_of(happenings: Sequence[Happening]) -> str:
    return "".join(each.text for each in happenings if isinstance(each, Text))
