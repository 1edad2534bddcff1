"""An executor in memory: the twin of a provider's, acting on a mailbox in memory."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Collection, Mapping
from email.parser import BytesHeaderParser
from itertools import count
from typing import TypeVar

from adapters.memory.mailbox import MemoryMailbox
from application.ports.executor import Executor, Look, Outcome
from application.ports.mime import RawMail
from domain.actions import Action
from domain.errors import AlfredError, CannotBe, NotFound, OutcomeUnknown
from domain.kinds import OUTGOING, ChangeLabels, Kind
from domain.messages import Label
from domain.policy import refuse_places

T = TypeVar("T")
_NOTED = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.LABEL})
_MAIL_KINDS = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, *OUTGOING})


class MemoryExecutor(Executor):
    """Carries out actions on a `MemoryMailbox`; every effect is in `done`, in order."""

    kinds = _MAIL_KINDS

    def __init__(self, mailbox: MemoryMailbox, granted: Collection[Kind] = _MAIL_KINDS) -> None:
        self.done: list[tuple[str, str]] = []
        self.drafts: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._mailbox = mailbox
        self._granted = granted
        self._numbers = count(1)
        self._troubles: deque[AlfredError] = deque()
        self._lost = 0
        self._may_write: Callable[[], None] = lambda: None

    def fail_next(self, error: AlfredError) -> None:
        """Let the next write raise `error`, with nothing done."""
        self._troubles.append(error)

    def lose_answers(self, number: int = 1) -> None:
        """Let the next writes take effect, with nobody told."""
        self._lost += number

    def ask_first(self, may_write: Callable[[], None]) -> None:
        self._may_write = may_write

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return () if kind in self._granted else (f"{kind.value} mail",)

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        if action.kind in _NOTED:
            return json.dumps(sorted(self._target(action).labels))
        if action.kind not in OUTGOING:
            return None
        if content is None:
            raise CannotBe("there is no mail to send", code="no_content")
        return self._draft_with(_message_id(content)) or self._write(
            "prepare", lambda: self._new_draft(action, content)
        )

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        if token is None:
            raise CannotBe("this was not made ready", code="not_prepared")
        if action.kind is Kind.ARCHIVE:
            return self._write(
                "archive", lambda: self._archive(action, json.loads(token)), self._target(action).provider_id
            )
        if action.kind is Kind.DELETE:
            return self._write(
                "delete", lambda: self._delete(action, json.loads(token)), self._target(action).provider_id
            )
        if action.kind is Kind.LABEL:
            return self._write(
                "label", lambda: self._label(action, json.loads(token)), self._target(action).provider_id
            )
        if action.kind is Kind.DRAFT:
            return {"draft": token}
        return self._send(action, token)

    def look(self, action: Action, token: str | None) -> Look:
        if action.kind is Kind.DRAFT and token is not None:
            return Look(Outcome.HAPPENED, {"draft": token})
        if action.kind not in OUTGOING:
            return Look(Outcome.UNKNOWN)
        if token is None or token in self.drafts:
            return Look(Outcome.NOT_YET)
        sent = self._sent(action)
        return Look(Outcome.UNKNOWN) if sent is None else Look(Outcome.HAPPENED, _receipt(sent))

    def discard(self, action: Action, token: str | None) -> None:
        draft = token or (self._draft_with(action.payload.message_id) if action.kind in OUTGOING else None)
        if draft in self.drafts and not self._is_changed(draft):
            self._write("discard", lambda: self._mailbox.remove(self.drafts.pop(draft)), draft)

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        if action.kind is Kind.DRAFT:
            self._refuse_changed(receipt["draft"])
            self.discard(action, receipt["draft"])
            return {}
        add, remove = _inverse(action.kind, receipt)
        target = self._target(action)
        if action.kind is Kind.ARCHIVE and Label.TRASH in target.labels:
            raise CannotBe("the mail lies in the trash; take it out of there first", code="in_trash")
        id = target.provider_id
        self._write("undo", lambda: self._mailbox.relabel(id, add, remove), id)
        return {}

    def _archive(self, action: Action, before: list[str]) -> Mapping[str, str]:
        self._mailbox.relabel(self._target(action).provider_id, remove=(Label.INBOX,))
        return _whence(before)

    def _delete(self, action: Action, before: list[str]) -> Mapping[str, str]:
        self._mailbox.relabel(self._target(action).provider_id, (Label.TRASH,), (Label.INBOX,))
        return _whence(before)

    def _label(self, action: Action, before: list[str]) -> Mapping[str, str]:
        asked = action.payload
        assert isinstance(asked, ChangeLabels)
        refuse_places((*asked.add, *asked.remove))
        self._mailbox.relabel(self._target(action).provider_id, asked.add, asked.remove)
        return {
            "added": json.dumps([name for name in asked.add if name not in before]),
            "removed": json.dumps([name for name in asked.remove if name in before]),
        }

    def _send(self, action: Action, token: str) -> Mapping[str, str]:
        if token in self.drafts:
            self._refuse_changed(token)
            return self._write("send", lambda: self._post(token), token)
        sent = self._sent(action)
        if sent is None:
            raise OutcomeUnknown("the draft is gone, and the mail is not among those sent")
        return _receipt(sent)

    def _post(self, token: str) -> Mapping[str, str]:
        draft = self._mailbox.mail(self.drafts.pop(token))
        self._mailbox.remove(draft.provider_id)
        thread = draft.thread_id if draft.thread_id != draft.provider_id else None
        return _receipt(self._mailbox.mail(self._mailbox.deliver(draft.content, (Label.SENT,), thread_id=thread)))

    def _new_draft(self, action: Action, content: bytes) -> str:
        token = f"d{next(self._numbers)}"
        self._made[token] = self._mailbox.deliver(content, (Label.DRAFT,), thread_id=self._thread(action))
        self.drafts[token] = self._made[token]
        return token

    def _is_changed(self, token: str) -> bool:
        return self.drafts[token] != self._made[token]

    def _refuse_changed(self, token: str) -> None:
        if token in self.drafts and self._is_changed(token):
            raise CannotBe("the draft was changed since Alfred made it, so it stays as it is", code="draft_changed")

    def _thread(self, action: Action) -> str | None:
        if action.kind is Kind.SEND or not action.target:
            return None
        try:
            return self._target(action).thread_id
        except CannotBe:
            return None

    def _draft_with(self, message_id: str) -> str | None:
        """Return what an attempt left untold, unless it was changed: then it is the owner's."""
        ours = (each for each in self.drafts if not self._is_changed(each))
        return next((d for d in ours if _message_id(self._mailbox.mail(self.drafts[d]).content) == message_id), None)

    def _sent(self, action: Action) -> RawMail | None:
        wanted = action.payload.message_id
        return next((mail for mail in self._mailbox.labelled(Label.SENT) if _message_id(mail.content) == wanted), None)

    def _target(self, action: Action) -> RawMail:
        try:
            return self._mailbox.mail(action.target.removeprefix(action.account + ":"))
        except NotFound as error:
            raise CannotBe("the message no longer exists", code="gone") from error

    def _write(self, what: str, effect: Callable[[], T], on: str = "") -> T:
        """Do one write, unless trouble is waiting; the answer may get lost."""
        self._may_write()
        if self._troubles:
            raise self._troubles.popleft()
        result = effect()
        self.done.append((what, on or str(result)))
        if self._lost:
            self._lost -= 1
            raise OutcomeUnknown("the answer was lost")
        return result


def _whence(before: list[str]) -> Mapping[str, str]:
    return {"inbox": "yes" if Label.INBOX in before else "no"}


def _inverse(kind: Kind, receipt: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the labels to add and to remove again."""
    match kind:
        case Kind.ARCHIVE | Kind.DELETE:
            inbox: list[str] = [Label.INBOX] if receipt.get("inbox") != "no" else []
            return inbox, [Label.TRASH] if kind is Kind.DELETE else []
        case Kind.LABEL:
            return json.loads(receipt["removed"]), json.loads(receipt["added"])
    raise CannotBe(f"to {kind.value} cannot be taken back", code="not_undoable")


def _message_id(content: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(content).get("Message-ID", "")).strip()


def _receipt(mail: RawMail) -> Mapping[str, str]:
    return {"message": mail.provider_id, "thread": mail.thread_id}
