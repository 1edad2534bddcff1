"""Tools that do something with mail: each only proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.tools.counting import counted
from application.chat.tools.proposing import outcome_of, propose
from application.ports.action_log import ActionQuery
from application.ports.store import MessageQuery
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import AlfredError, Invalid, NotFound
from domain.kinds import Kind
from domain.messages import Label
from domain.triage import Category

MOST_AT_ONCE = 50
MOST_WAITING = 500


@dataclass(frozen=True, slots=True)
class OnMessages:
    message_ids: tuple[str, ...] = field(metadata={"doc": "ids as search_mail shows them, at most 50"})


@dataclass(frozen=True, slots=True)
class LabelMessages:
    message_ids: tuple[str, ...] = field(metadata={"doc": "ids as search_mail shows them, at most 50"})
    label: str = field(metadata={"doc": "the label's name"})


@dataclass(frozen=True, slots=True)
class MatchingMessages:
    category: Category | None = field(default=None, metadata={"doc": "only this category"})
    query: str = field(default="", metadata={"doc": "words that they hold; from:name for who wrote"})
    older_than_days: int | None = field(default=None, metadata={"doc": "only messages at least this old"})


@dataclass(frozen=True, slots=True)
class SnoozeMessage:
    message_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ReplyToMail:
    message_id: str = field(metadata={"doc": "the message that is answered"})
    text: str = field(metadata={"doc": "the whole reply"})
    to: tuple[str, ...] = field(default=(), metadata={"doc": "only to answer others than the sender"})
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendMail:
    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardMail:
    message_id: str
    to: tuple[str, ...]
    text: str = ""


def archive(workshop: Workshop, errand: Errand, wanted: OnMessages) -> Found:
    return _propose_each(workshop, errand, Kind.ARCHIVE, wanted.message_ids, {})


def delete(workshop: Workshop, errand: Errand, wanted: OnMessages) -> Found:
    return _propose_each(workshop, errand, Kind.DELETE, wanted.message_ids, {})


def archive_matching(workshop: Workshop, errand: Errand, wanted: MatchingMessages) -> Found:
    return _propose_matching(workshop, errand, Kind.ARCHIVE, wanted, Label.INBOX)


def delete_matching(workshop: Workshop, errand: Errand, wanted: MatchingMessages) -> Found:
    return _propose_matching(workshop, errand, Kind.DELETE, wanted, None)


def label(workshop: Workshop, errand: Errand, wanted: LabelMessages) -> Found:
    return _propose_each(workshop, errand, Kind.LABEL, wanted.message_ids, {"add": [wanted.label]})


def snooze(workshop: Workshop, errand: Errand, wanted: SnoozeMessage) -> Found:
    until: dict[str, Json] = {"until": wanted.until.isoformat()}
    return _propose_each(workshop, errand, Kind.SNOOZE, (wanted.message_id,), until)


def reply(workshop: Workshop, errand: Errand, wanted: ReplyToMail) -> Found:
    mail: dict[str, Json] = {"text": wanted.text, "to": list(wanted.to), "cc": list(wanted.cc)}
    return _propose_each(workshop, errand, Kind.REPLY, (wanted.message_id,), mail)


def forward(workshop: Workshop, errand: Errand, wanted: ForwardMail) -> Found:
    mail: dict[str, Json] = {"to": list(wanted.to), "text": wanted.text}
    return _propose_each(workshop, errand, Kind.FORWARD, (wanted.message_id,), mail)


def send(workshop: Workshop, errand: Errand, wanted: SendMail) -> Found:
    mail: dict[str, Json] = {
        "to": list(wanted.to),
        "cc": list(wanted.cc),
        "subject": wanted.subject,
        "text": wanted.text,
    }
    return outcome_of([propose(workshop, errand, Kind.SEND, "", mail)])


def _propose_matching(
    workshop: Workshop, errand: Errand, kind: Kind, wanted: MatchingMessages, within: Label | None
) -> Found:
    """Propose for the newest messages that match, at most 50."""
    if wanted == MatchingMessages():
        raise Invalid("say which: a category, words, or an age", where="arguments")
    until = workshop.now() - timedelta(days=wanted.older_than_days) if wanted.older_than_days else None
    query = MessageQuery(text=wanted.query, category=wanted.category, until=until, label=within)
    page = workshop.store.messages.list(query, None, MOST_AT_ONCE)
    if not page.items:
        return Found("nothing found", f"I found nothing to {kind.value}")
    targets = [known.message.id for known in page.items]
    found = _propose_each(workshop, errand, kind, targets, {}, _waiting(workshop, kind))
    more = f" There are more; I take {MOST_AT_ONCE} at once." if page.next_cursor else ""
    waiting = sum(action.status is Status.PROPOSED for action in found.actions)
    if waiting < len(found.actions) or not waiting:
        return replace(found, text=found.text + more, said=found.said + more)
    said = f"{counted(waiting, 'proposal')} to {kind.value}, waiting for you.{more}"
    return replace(found, text=found.text + more, said=said, lines=tuple(each.title for each in found.actions))


def _waiting(workshop: Workshop, kind: Kind) -> dict[str, Action]:
    """Return what waits already by target: it is shown again, not proposed twice."""
    page = workshop.store.actions.list(ActionQuery(status=Status.PROPOSED, kind=kind), None, MOST_WAITING)
    return {action.target: action for action in page.items}


def _propose_each(
    workshop: Workshop,
    errand: Errand,
    kind: Kind,
    targets: Sequence[str],
    arguments: dict[str, Json],
    waiting: Mapping[str, Action] = MappingProxyType({}),
) -> Found:
    if not 1 <= len(targets) <= MOST_AT_ONCE:
        raise Invalid(f"{len(targets)} messages; 1 to {MOST_AT_ONCE} can be named", where="arguments.message_ids")
    tried = [_try(workshop, errand, kind, target, arguments, waiting) for target in targets]
    actions = [each for each in tried if isinstance(each, Action)]
    return outcome_of(actions, [each for each in tried if isinstance(each, Passage)])


def _try(
    workshop: Workshop,
    errand: Errand,
    kind: Kind,
    target: str,
    arguments: dict[str, Json],
    waiting: Mapping[str, Action],
) -> Action | Passage:
    """Propose one; what is in the way may be told in the words of the mail, such as whom it names for answers."""
    try:
        message = workshop.store.messages.get(target).message
    except NotFound as error:
        return Passage("", f"Not done: {error}.", ours=True)
    try:
        return waiting.get(target) or propose(workshop, errand, kind, target, arguments)
    except AlfredError as error:
        return Passage(message.account, f"Not done: {error}.")


TOOLS = (
    Tool(
        "archive_mail",
        "Propose to archive messages.",
        OnMessages,
        Effect.PROPOSES,
        archive,
        ("archive", "clear", "tidy", "clean"),
    ),
    Tool(
        "delete_mail",
        "Propose to move messages to the trash.",
        OnMessages,
        Effect.PROPOSES,
        delete,
        ("delete", "trash", "bin", "remove"),
    ),
    Tool(
        "archive_matching",
        "Propose to archive all messages of the inbox that match: by category, words, age.",
        MatchingMessages,
        Effect.PROPOSES,
        archive_matching,
        ("archive", "clear", "tidy", "clean", "newsletters", "all"),
    ),
    Tool(
        "delete_matching",
        "Propose to move all messages that match to the trash: by category, words, age.",
        MatchingMessages,
        Effect.PROPOSES,
        delete_matching,
        ("delete", "trash", "spam", "junk", "get rid", "all"),
    ),
    Tool(
        "label_mail",
        "Put a label on messages.",
        LabelMessages,
        Effect.PROPOSES,
        label,
        ("label", "tag", "mark", "file"),
    ),
    Tool(
        "snooze_mail",
        "Put a message out of sight until a time.",
        SnoozeMessage,
        Effect.PROPOSES,
        snooze,
        ("snooze", "later", "remind", "tomorrow"),
    ),
    Tool(
        "reply_to_mail",
        "Propose a reply; the owner sees the whole text first.",
        ReplyToMail,
        Effect.PROPOSES,
        reply,
        ("reply", "answer", "respond", "write back", "tell"),
    ),
    Tool(
        "send_mail",
        "Propose a new mail; the owner sees the whole text first.",
        SendMail,
        Effect.PROPOSES,
        send,
        ("send", "mail", "email", "write", "compose"),
    ),
    Tool(
        "forward_mail", "Propose to forward a message.", ForwardMail, Effect.PROPOSES, forward, ("forward", "pass on")
    ),
)
