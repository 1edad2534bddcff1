"""The devices that are told, and things to tell them of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.memory import MemoryStore
from application.ports.push import Delivered, Delivery, PushService, Subscription
from domain.action_events import Approved, Failed, Origin, Proposed, Started
from domain.kinds import Kind, Risk
from domain.messages import Address, Label, Mail, Message
from domain.sources import SourceState
from domain.triage import Category, Classification, Verdict

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE = Subscription("phone", "https://push.example/1", "key", "auth")


@dataclass
class Clock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Recorder(PushService):
    """A push service that keeps what it was given, and answers per device as told."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    payloads: list[dict[str, object]] = field(default_factory=list)
    answers: dict[str, Delivery] = field(default_factory=dict)
    is_broken: bool = False
    clock: Clock = field(default_factory=Clock)
    at: list[datetime] = field(default_factory=list)

    def forget(self) -> None:
        self.sent, self.at = [], []

    @property
    def public_key(self) -> str:
        return "key"

    def check(self, subscription: Subscription) -> None:
        return None

    def send(self, subscription: Subscription, payload: bytes, *, urgent: bool, topic: str, ttl: int) -> Delivered:
        if self.is_broken:
            raise RuntimeError("broken")
        self.sent.append((subscription.device, topic))
        self.at.append(self.clock.now())
        self.payloads.append(json.loads(payload))
        return Delivered(self.answers.get(subscription.device, Delivery.DONE))


def propose(store: MemoryStore, id: str, kind: Kind = Kind.ARCHIVE) -> None:
    event = Proposed(kind, f"gmail:{id}", "gmail", {}, Risk.APPROVAL, f"Archive {id}", "a rule", Origin.RULE, rule="r")
    store.actions.append(id, [event], actor="alfred", at=NOON)


def urgent_mail(store: MemoryStore, id: str, received: datetime = NOON) -> None:
    sender = Address("Rosalind", "r@acme.example")
    labels = frozenset({Label.INBOX})
    mail = Mail("Tell us by ten.")
    store.messages.take(
        [
            Message(
                f"gmail:{id}",
                "gmail",
                "google",
                "gmail/mail",
                id,
                received,
                received,
                sender,
                (),
                "Broken",
                mail,
                labels=labels,
            )
        ]
    )
    store.classifications.put([Classification(f"gmail:{id}", Verdict(Category.URGENT, 1, 0.9, "Wants a date"), NOON)])


def pause(store: MemoryStore, clock: Clock, source: str, *, paused: bool = True) -> None:
    error = "expired" if paused else ""
    store.sources.set_state(SourceState(source, last_attempt=clock.now(), error=error, paused=paused))


def fail(store: MemoryStore, id: str, code: str, error: str = "the mail is gone") -> None:
    """The owner approves, and it does not work."""
    approval = Approved(store.actions.get(id).digest)
    store.actions.append(id, [approval, Started(), Failed(error, code)], actor="owner", at=NOON)
