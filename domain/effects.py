"""What an action on a message means for what Alfred knows of it: labels, and whether its reason is gone."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence

from domain.actions import Action
from domain.kinds import OUTGOING, ChangeLabels, InvitationReply, Kind, OutgoingMail, Repeat, facts
from domain.messages import Label, Message, answers

_ON_THE_THREAD = frozenset({Kind.REPLY, Kind.ANSWER_INVITATION})
_ANSWERED = frozenset({Kind.REPLY, Kind.ANSWER_INVITATION, Kind.CREATE_FOLLOW_UP})
_AT_LEAST_IN_INBOX = frozenset({Kind.ARCHIVE, Kind.SNOOZE})


def rests_on_thread(kind: Kind) -> bool:
    """Whether the rest of the thread decides about actions of this kind; about others the message alone does."""
    return kind in _ON_THE_THREAD or kind in _ANSWERED or kind in OUTGOING


def basis_of(kind: Kind, thread: Sequence[Message]) -> str:
    """Return a fingerprint of what the action rests on beyond its target; empty where that cannot change."""
    if kind not in _ON_THE_THREAD:
        return ""
    letters = [message for message in thread if Label.DRAFT not in message.labels]
    return letters[-1].id if letters else ""


def but_its_own(action: Action, thread: Sequence[Message]) -> tuple[Message, ...]:
    """Return the thread without the letter that an attempt of this very action may have sent."""
    own = action.payload.message_id if isinstance(action.payload, OutgoingMail) else None
    return tuple(each for each in thread if each.mail is None or own is None or each.mail.message_id != own)


def gone_reason(action: Action, message: Message, thread: Sequence[Message], *, removed: bool) -> str | None:
    """Say why the action's reason is gone, or None while it stands."""
    if action.undoes is not None:
        return nothing_to_put_back(action.kind, None if removed else message.labels)
    if not removed and _may_be_its_own_doing(action):
        return None
    if removed or (Label.TRASH in message.labels and action.kind is not Kind.LABEL):
        return "the message was deleted"
    if action.kind in _AT_LEAST_IN_INBOX and Label.INBOX not in message.labels:
        return "it is no longer in the inbox"
    if action.kind in _ANSWERED and _answered_by_owner(action, message, thread):
        return "you answered yourself"
    return None


def nothing_to_put_back(kind: Kind, labels: Container[str] | None) -> str | None:
    """Say what became of the mail since, so that taking back would put nothing back; its `labels`, None once gone."""
    if facts(kind).own:
        return None
    if labels is None:
        return "the mail is gone, so there is nothing to take back"
    is_thrown_away = Label.TRASH in labels and kind is not Kind.DELETE
    return "the mail lies in the trash; take it out of there first" if is_thrown_away else None


def _may_be_its_own_doing(action: Action) -> bool:
    """Whether an attempt whose answer was lost may have changed the message; repeating it tells, and does no harm."""
    return action.attempts > 0 and facts(action.kind).repeat is Repeat.SAFE


def _answered_by_owner(action: Action, message: Message, thread: Sequence[Message]) -> bool:
    """Whether a later mail of the thread was sent, other than by this very action."""
    sent = (each for each in but_its_own(action, thread) if answers(each, message))
    return any(not _answers_another(action, each) for each in sent)


def _answers_another(action: Action, letter: Message) -> bool:
    """Whether a letter carries an answer, but to none that this one is: a mail may invite to several things."""
    texts = letter.mail.invitations if letter.mail is not None else ()
    reply = action.payload
    return isinstance(reply, InvitationReply) and bool(texts) and not any(_is_about(text, reply) for text in texts)


def _is_about(calendar: str, reply: InvitationReply) -> bool:
    """Whether a calendar's lines, unfolded (RFC 5545, 3.1), name what is answered, and its occurrence or none."""
    lines = calendar.replace("\r\n", "\n").replace("\n ", "").split("\n")
    occurrences = [line.rpartition(":")[2] for line in lines if line.startswith("RECURRENCE-ID")]
    return f"UID:{reply.uid}" in lines and (reply.occurrence in occurrences or not (reply.occurrence or occurrences))


def labels_after(action: Action, labels: frozenset[str]) -> frozenset[str]:
    """Return what the message's labels are once the action is executed."""
    match action.kind, action.payload:
        case Kind.ARCHIVE, _:
            return labels - {Label.INBOX}
        case Kind.DELETE, _:
            return (labels - {Label.INBOX}) | {Label.TRASH}
        case Kind.LABEL, ChangeLabels(add=add, remove=remove):
            return (labels | set(add)) - set(remove)
    return labels


def labels_after_undo(original: Action, labels: frozenset[str]) -> frozenset[str]:
    """Return what the message's labels are once `original` is taken back: as its receipt says that they were."""
    receipt = original.receipt or {}
    inbox = frozenset({Label.INBOX} if receipt.get("inbox") != "no" else ())
    match original.kind, original.payload:
        case Kind.ARCHIVE, _:
            return labels | inbox
        case Kind.DELETE, _:
            return (labels - {Label.TRASH}) | inbox
        case Kind.LABEL, ChangeLabels(add=add, remove=remove):
            return (labels - _noted(receipt, "added", add)) | _noted(receipt, "removed", remove)
    return labels


def _noted(receipt: Mapping[str, str], name: str, asked: Sequence[str]) -> frozenset[str]:
    """Return which of the labels that were asked for a receipt names."""
    return frozenset(asked).intersection(json.loads(receipt.get(name, "[]")))
