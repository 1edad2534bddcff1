"""Tools about actions: what waits, and proposing what to do with mail. Proposing is all a model can do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from application.acting.drafting import Proposal
from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.resolve import normalised
from application.ports.action_log import ActionQuery
from application.ports.store import MessageQuery
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import AlfredError, Invalid, NotFound
from domain.kinds import Kind, Risk
from domain.messages import Label
from domain.sources import account_of
from domain.triage import Category

MOST_AT_ONCE = 50
MOST_WAITING = 500
_STATES = {Status.PROPOSED: "for your approval", Status.EXECUTED: "done lately", Status.REJECTED: "rejected lately"}
_OUTCOMES = {Status.EXECUTED: "Done", Status.PROPOSED: "Proposed, waiting for the owner's approval"}
_HELD_UP = "Held up by a halt or the limit of an hour, and done after it"
_TOLD = {Status.EXECUTED: "Done", Status.PROPOSED: "Waits for your approval"}


@dataclass(frozen=True, slots=True)
class ListActions:
    status: Status = field(default=Status.PROPOSED, metadata={"doc": "proposed are those that wait for the owner"})
    about: str = field(default="", metadata={"doc": "only those whose title holds these words"})


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


def list_actions(workshop: Workshop, _: Errand, wanted: ListActions) -> Found:
    page = workshop.store.actions.list(ActionQuery(status=wanted.status), None, 50)
    words = normalised(wanted.about).split()
    found = tuple(a for a in page.items if all(word in normalised(f"{a.kind.value} {a.title}") for word in words))
    about = f" about “{wanted.about}”" if wanted.about else ""
    said = f"{_counted(len(found), 'action')}{about} {_STATES.get(wanted.status, wanted.status.value)}"
    passages = tuple(
        Passage(_mailbox(a), f"[{a.id}] {a.kind.value} ({a.status.value}): {a.title} ({a.reason})") for a in found
    )
    return Found(said, said, passages, "action log", actions=found, lines=tuple(action.title for action in found))


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


def propose(workshop: Workshop, errand: Errand, kind: Kind, target: str, arguments: dict[str, Json]) -> Action:
    """Propose one action for the owner's words, once however often it is asked for; taint goes with it."""
    asked = json.dumps([kind, target, arguments], sort_keys=True)
    if asked not in errand.proposed:
        proposal = Proposal(
            kind, target, arguments, origin=Origin.CHAT, reason="you asked for it in the chat", tainted=errand.tainted
        )
        errand.proposed[asked] = workshop.actions.propose_once(proposal, actor="chat")
    return errand.proposed[asked]


def outcome_of(actions: Sequence[Action], troubles: Sequence[Passage] = (), whose: str | None = None) -> Found:
    """Say, from the log alone, what was done and what waits.

    Titles hold words from outside where they name a mail, where these had a say in the proposal, and where `whose`
    says from which account (empty where none is known); a trouble may quote the mail that it is about.
    """
    outside = [action for action in actions if _mailbox(action) or action.tainted or whose is not None]
    own = [_state(action) for action in actions if action not in outside]
    counts = Counter(_outcome(action) for action in outside)
    counts.update("Not done" for trouble in troubles if not trouble.ours)
    parts = own + [f"{outcome}: {count}." for outcome, count in counts.items()]
    said = [*(_state(action, _TOLD) for action in actions), *(trouble.text for trouble in troubles)]
    shown = [Passage(_mailbox(action) or whose or "", _state(action)) for action in outside]
    return Found(
        " ".join(parts) or ("" if troubles else "Nothing was done."),
        " ".join(said) or "Nothing was done.",
        (*shown, *troubles),
        actions=tuple(actions),
        failed=not actions and bool(troubles),
    )


def _state(action: Action, outcomes: Mapping[Status, str] = _OUTCOMES) -> str:
    trouble = f" ({action.error})" if action.error else ""
    return f"{_outcome(action, outcomes)}: {action.title}{trouble}."


def _outcome(action: Action, outcomes: Mapping[Status, str] = _OUTCOMES) -> str:
    is_held_up = action.status is Status.PROPOSED and action.risk is Risk.AUTO
    return _HELD_UP if is_held_up else outcomes.get(action.status, "Not done")


def _mailbox(action: Action) -> str:
    """Return the account whose mail the action is about, empty where it is about none."""
    return account_of(action.source)


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
    said = f"{_counted(waiting, 'proposal')} to {kind.value}, waiting for you.{more}"
    return replace(found, text=found.text + more, said=said, lines=tuple(each.title for each in found.actions))


def _waiting(workshop: Workshop, kind: Kind) -> dict[str, Action]:
    """Return what waits already by target: it is shown again, not proposed twice."""
    page = workshop.store.actions.list(ActionQuery(status=Status.PROPOSED, kind=kind), None, MOST_WAITING)
    return {action.target: action for action in page.items}


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count or 'No'} {noun}s"


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
        "list_actions",
        "List actions; by default those that wait for the owner.",
        ListActions,
        Effect.READS,
        list_actions,
        ("approval", "approve", "waits", "waiting", "pending", "proposals", "actions", "done", "undo"),
    ),
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
