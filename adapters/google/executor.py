"""Carries out approved actions on Gmail. Every mail goes out through a draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from adapters.connecting.made_draft import MadeDraft
from adapters.connecting.written import message_id_of
from adapters.google.api import WritingGmail
from adapters.google.drafts import Drafts
from adapters.google.labels import Labels
from adapters.google.scopes import COMPOSE, MODIFY, missing
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.errors import CannotBe, NotFound, OutcomeUnknown
from domain.kinds import OUTGOING, ChangeLabels, Kind
from domain.policy import refuse_places

T = TypeVar("T")
_INBOX, _TRASH = "INBOX", "TRASH"
_NOTED = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.LABEL})


class Granted(Protocol):
    def __call__(self) -> frozenset[str]:
        """Return the scopes that the owner has granted by now."""
        ...


class GmailExecutor(Executor):
    """The one holder of a Gmail client that may write."""

    kinds = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, *OUTGOING})

    def __init__(self, account: str, api: WritingGmail, granted: Granted) -> None:
        self._account = account
        self._api = api
        self._granted = granted
        self._labels = Labels(api)
        self._drafts = Drafts(api)

    def ask_first(self, may_write: Callable[[], None]) -> None:
        self._api.ask_first(may_write)

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return missing((COMPOSE if kind in OUTGOING else MODIFY,), self._granted())

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        """See the port. Of what is no mail to write it is noted what stood before: afterwards nobody could tell."""
        if action.kind in _NOTED:
            return _existing(lambda: json.dumps(sorted(self._label_ids(self._target(action)))))
        if action.kind not in OUTGOING:
            return None
        if content is None:
            raise CannotBe("there is no mail to send", code="no_content")
        left_behind = self._drafts.find(action) if action.attempts > 1 else None
        return str(left_behind or self._create(action, content))

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        if token is None:
            raise CannotBe("this was not made ready", code="not_prepared")
        if action.kind is Kind.ARCHIVE:
            return _existing(lambda: self._archive(action, json.loads(token)))
        if action.kind is Kind.DELETE:
            return _existing(lambda: self._delete(action, json.loads(token)))
        if action.kind is Kind.LABEL:
            return _existing(lambda: self._label(action, json.loads(token)))
        if action.kind is Kind.DRAFT:
            return {"draft": token}
        return self._send(action, token)

    def look(self, action: Action, token: str | None) -> Look:
        if action.kind not in OUTGOING:
            return Look(Outcome.UNKNOWN)
        # Nothing leaves without a draft, so without one nothing has left; one nobody told of is found by `prepare`.
        if token is None:
            return Look(Outcome.NOT_YET)
        if action.kind is Kind.DRAFT:
            return Look(Outcome.HAPPENED, {"draft": token})
        if self._drafts.edition(MadeDraft.read(token)) is not None:
            return Look(Outcome.NOT_YET)
        sent = self._drafts.sent(message_id_of(action))
        return Look(Outcome.UNKNOWN) if sent is None else Look(Outcome.HAPPENED, sent)

    def discard(self, action: Action, token: str | None) -> None:
        """See the port. A draft that was changed is the owner's, and stays."""
        if action.kind not in OUTGOING:
            return
        draft = self._drafts.read(token, action) if token else self._drafts.find(action)
        if draft is not None and draft.edition == self._drafts.edition(draft):
            self._drafts.delete(draft)

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        if action.kind is Kind.DRAFT:
            return self._remove(self._drafts.read(receipt.get("draft") or action.token or "", action))
        undoers: Mapping[Kind, Callable[[str, Mapping[str, str]], Mapping[str, str]]] = {
            Kind.ARCHIVE: self._unarchive,
            Kind.DELETE: self._undelete,
            Kind.LABEL: self._unlabel,
        }
        if action.kind not in undoers:
            raise CannotBe(f"to {action.kind.value} cannot be taken back", code="not_undoable")
        return _existing(lambda: undoers[action.kind](self._target(action), receipt))

    def _remove(self, draft: MadeDraft) -> Mapping[str, str]:
        edition = self._drafts.edition(draft)
        draft.refuse_changed(edition, "Gmail")
        if edition is not None:
            self._drafts.delete(draft)
        return {}

    def _archive(self, action: Action, before: list[str]) -> Mapping[str, str]:
        self._modify(self._target(action), remove=(_INBOX,))
        return _whence(before)

    def _unarchive(self, id: str, receipt: Mapping[str, str]) -> Mapping[str, str]:
        """Put back into the inbox what lay there, as far as the receipt says; those of older versions say nothing."""
        if _TRASH in self._label_ids(id):
            raise CannotBe("the mail lies in the trash; take it out of there first", code="in_trash")
        return self._modify(id, add=(_INBOX,)) if receipt.get("inbox") != "no" else {}

    def _delete(self, action: Action, before: list[str]) -> Mapping[str, str]:
        self._api.write(self._api.users.messages().trash(userId="me", id=self._target(action)))
        return _whence(before)

    def _undelete(self, id: str, receipt: Mapping[str, str]) -> Mapping[str, str]:
        self._api.write(self._api.users.messages().untrash(userId="me", id=id))
        return self._unarchive(id, receipt)

    def _label(self, action: Action, before: list[str]) -> Mapping[str, str]:
        """Change labels; the receipt says exactly what changed, and by which ids: a label may be renamed."""
        asked = action.payload
        assert isinstance(asked, ChangeLabels)
        refuse_places((*asked.add, *asked.remove))
        self._labels.forget()
        add = {self._label_id(name): name for name in asked.add}
        remove = {known: name for name in asked.remove if (known := self._labels.id_of(name)) is not None}
        self._modify(self._target(action), list(add), list(remove))
        added = {id: name for id, name in add.items() if id not in before}
        removed = {id: name for id, name in remove.items() if id in before}
        return {
            "added": json.dumps(list(added.values())),
            "removed": json.dumps(list(removed.values())),
            "added_ids": json.dumps(list(added)),
            "removed_ids": json.dumps(list(removed)),
        }

    def _unlabel(self, id: str, receipt: Mapping[str, str]) -> Mapping[str, str]:
        known = {each["id"] for each in self._api.read(self._api.users.labels().list(userId="me")).get("labels", ())}
        # Older versions' receipts have the ids under the plain names.
        added, removed = (
            json.loads(receipt.get(f"{name}_ids") or receipt.get(name, "[]")) for name in ("added", "removed")
        )
        return self._modify(id, [each for each in removed if each in known], [each for each in added if each in known])

    def _label_id(self, name: str) -> str:
        """Return the id of the label called `name`, which is created where there is none."""
        known = self._labels.id_of(name)
        if known is not None:
            return known
        return self._labels.learn(self._api.write(self._api.users.labels().create(userId="me", body={"name": name})))

    def _create(self, action: Action, content: bytes) -> MadeDraft:
        """Make the draft in its thread; where that has gone meanwhile, in a thread of its own."""
        try:
            return self._drafts.create(content, self._thread(action))
        except NotFound:
            return self._drafts.create(content, None)

    def _send(self, action: Action, token: str) -> Mapping[str, str]:
        """Send the draft; of one that lay there since an earlier attempt, only what was put into it."""
        draft = self._drafts.read(token, action)
        if action.attempts > 1:
            draft.refuse_changed(self._drafts.edition(draft), "Gmail")
        try:
            return self._drafts.send(draft)
        except NotFound as error:
            sent = self._drafts.sent(message_id_of(action))
            if sent is not None:
                return sent
            raise OutcomeUnknown("the draft is gone, and the mail is not among those sent") from error

    def _modify(
        self, id: str, add: tuple[str, ...] | list[str] = (), remove: tuple[str, ...] | list[str] = ()
    ) -> Mapping[str, str]:
        if add or remove:
            body = {"addLabelIds": list(add), "removeLabelIds": list(remove)}
            self._api.write(self._api.users.messages().modify(userId="me", id=id, body=body))
        return {}

    def _label_ids(self, id: str) -> set[str]:
        message = self._api.read(self._api.users.messages().get(userId="me", id=id, format="minimal"))
        return set(message.get("labelIds", ()))

    def _thread(self, action: Action) -> str | None:
        """Return the thread that the mail belongs to; a mail whose target is gone starts one of its own."""
        if action.kind is Kind.SEND or not action.target:
            return None
        messages = self._api.users.messages()
        try:
            return str(self._api.read(messages.get(userId="me", id=self._target(action), format="minimal"))["threadId"])
        except NotFound:
            return None

    def _target(self, action: Action) -> str:
        return action.target.removeprefix(self._account + ":")


def _whence(before: list[str]) -> Mapping[str, str]:
    """Return the receipt of what is moved: whether undoing brings it to the inbox."""
    return {"inbox": "yes" if _INBOX in before else "no"}


def _existing(call: Callable[[], T]) -> T:
    try:
        return call()
    except NotFound as error:
        raise CannotBe("the message no longer exists", code="gone") from error
