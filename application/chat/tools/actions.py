"""Tools about actions: what waits, and proposing what to do with mail. Proposing is all a model can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.actions import Proposal
from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.resolve import normalised
from application.ports.action_log import ActionQuery
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import AlfredError, Invalid
from domain.kinds import Kind

MOST_AT_ONCE = 50


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
    lines = [f"[{action.id}] {action.kind.value}: {action.title} ({action.reason})" for action in found]
    state = "wait for your approval" if wanted.status is Status.PROPOSED else f"are {wanted.status.value}"
    return Found(
        text="\n".join(lines) or "none",
        said=f"{len(found) or 'No'} actions {state}",
        outside=bool(found),
        accounts=frozenset(action.account for action in found),
        actions=found,
        lines=tuple(action.title for action in found),
    )


def archive(workshop: Workshop, errand: Errand, wanted: OnMessages) -> Found:
    return _propose_each(workshop, errand, Kind.ARCHIVE, wanted.message_ids, {})


def delete(workshop: Workshop, errand: Errand, wanted: OnMessages) -> Found:
    return _propose_each(workshop, errand, Kind.DELETE, wanted.message_ids, {})


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
    return outcome_of([propose(workshop, errand, Kind.SEND, "", mail)], [])


def propose(workshop: Workshop, errand: Errand, kind: Kind, target: str, arguments: dict[str, Json]) -> Action:
    """Propose one action for the owner's words in this turn; taint goes with it."""
    proposal = Proposal(
        kind, target, arguments, origin=Origin.CHAT, reason="you asked for it in the chat", tainted=errand.tainted
    )
    return workshop.actions.propose(proposal, actor="chat")


def outcome_of(actions: Sequence[Action], troubles: Sequence[str]) -> Found:
    """Say, from the log alone, what was done and what waits."""
    done = [action.title for action in actions if action.status is Status.EXECUTED]
    waiting = [action.title for action in actions if action.status is Status.PROPOSED]
    other = [
        f"{a.title}: {a.error or a.status.value}" for a in actions if a.status not in (Status.EXECUTED, Status.PROPOSED)
    ]
    parts = [f"Done: {title}." for title in done]
    if waiting:
        parts.append(f"Proposed, waiting for the owner's approval ({len(waiting)}): {'; '.join(waiting[:5])}.")
    parts += [f"Not done: {trouble}." for trouble in (*other, *troubles)]
    text = " ".join(parts) or "Nothing was done."
    return Found(text, text, actions=tuple(actions), failed=not actions and bool(troubles))


def _propose_each(
    workshop: Workshop, errand: Errand, kind: Kind, targets: Sequence[str], arguments: dict[str, Json]
) -> Found:
    if not 1 <= len(targets) <= MOST_AT_ONCE:
        raise Invalid(f"{len(targets)} messages; 1 to {MOST_AT_ONCE} can be named", where="arguments.message_ids")
    actions: list[Action] = []
    troubles: list[str] = []
    for target in targets:
        try:
            workshop.store.messages.get(target)
            actions.append(propose(workshop, errand, kind, target, arguments))
        except AlfredError as error:
            troubles.append(str(error))
    return outcome_of(actions, troubles)


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
