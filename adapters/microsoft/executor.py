"""Carries out approved actions on Outlook. Every mail goes out through a draft."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from adapters.connecting.made_draft import MadeDraft
from adapters.connecting.written import is_begun, message_id_of
from adapters.microsoft.api import Reply, Request
from adapters.microsoft.delta import message_path
from adapters.microsoft.drafts import Drafts
from adapters.microsoft.folders import ARCHIVE, DELETED, INBOX, Folders
from adapters.microsoft.labels import FIELDS, changed_by, is_category, labels_of
from adapters.microsoft.scopes import SEND, WRITE, missing
from adapters.microsoft.writing import WritingGraph
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.codec import decode, encode
from domain.errors import CannotBe, NotFound, OutcomeUnknown, TryLater
from domain.kinds import OUTGOING, ChangeLabels, Kind
from domain.messages import Label
from domain.policy import refuse_places

# So long may a mail go on looking like a draft after Microsoft has taken it for sending.
_SETTLES = timedelta(seconds=10)
_PAUSES = (1.0, 2.0, 3.0, 4.5)
Receipt = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Before:
    """Where a message lay ahead of the first write, and its labels."""

    folder: str
    labels: tuple[str, ...]


class OutlookExecutor(Executor):
    """The one holder of an Outlook client that may write."""

    kinds = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, *OUTGOING})

    def __init__(self, account: str, api: WritingGraph, sleep: Callable[[float], object] = time.sleep) -> None:
        self._account = account
        self._api = api
        self._sleep = sleep
        self._folders = Folders(api)
        self._drafts = Drafts(api)

    def ask_first(self, may_write: Callable[[], None]) -> None:
        self._api.ask_first(may_write)

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        sends = kind in OUTGOING and kind is not Kind.DRAFT
        return missing((WRITE, SEND) if sends else (WRITE,), self._api.granted())

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        """See the port. Of what is no mail to write it is noted what stood before: afterwards nobody could tell."""
        if action.kind not in OUTGOING:
            return _existing(lambda: json.dumps(encode(self._before(self._item(self._target(action))))))
        if content is None:
            raise CannotBe("there is no mail to send", code="no_content")
        if action.attempts > 1:
            return str(self._drafts.resume(content, action))
        return str(self._drafts.create(content))

    def execute(self, action: Action, token: str | None) -> Receipt:
        doers: Mapping[Kind, Callable[[Action, Before], Receipt]] = {
            Kind.ARCHIVE: self._archive,
            Kind.DELETE: self._delete,
            Kind.LABEL: self._label,
        }
        if token is None:
            raise CannotBe("this was not made ready", code="not_prepared")
        if action.kind in doers:
            return _existing(lambda: doers[action.kind](action, decode(Before, json.loads(token), "token")))
        if action.kind is Kind.DRAFT:
            return {"draft": token}
        draft = self._drafts.read(token, action)
        if action.attempts > 1:
            draft.refuse_changed(self._drafts.edition(draft), "Outlook")
        return self._send(action, draft.id)

    def look(self, action: Action, token: str | None) -> Look:
        if action.kind not in OUTGOING:
            return Look(Outcome.UNKNOWN)
        # Nothing leaves without a draft, so without one nothing has left; one nobody told of is found by `prepare`.
        if token is None:
            return Look(Outcome.NOT_YET)
        if action.kind is Kind.DRAFT:
            return Look(Outcome.HAPPENED, {"draft": token})
        return self._look_at(action, MadeDraft.read(token).id)

    def discard(self, action: Action, token: str | None) -> None:
        """See the port. A draft that was changed is the owner's, and stays."""
        if action.kind not in OUTGOING:
            return
        draft = self._drafts.read(token, action) if token else self._drafts.find(action, is_begun)
        if draft is not None and draft.edition == self._drafts.edition(draft):
            self._drafts.delete(draft.id)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        if action.kind is Kind.DRAFT:
            return self._remove(self._drafts.read(receipt.get("draft") or action.token or "", action))
        if action.kind is Kind.ARCHIVE:
            return _existing(lambda: self._unarchive(self._target(action), receipt))
        if action.kind is Kind.DELETE:
            return _existing(lambda: self._put_back(self._item(self._target(action)), receipt))
        if action.kind is Kind.LABEL:
            return _existing(lambda: self._unlabel(self._target(action), receipt))
        raise CannotBe(f"to {action.kind.value} cannot be taken back", code="not_undoable")

    def _remove(self, draft: MadeDraft) -> Receipt:
        edition = self._drafts.edition(draft)
        draft.refuse_changed(edition, "Outlook")
        if edition is not None:
            self._drafts.delete(draft.id)
        return {}

    def _archive(self, action: Action, before: Before) -> Receipt:
        """Move out of the inbox; what lies elsewhere is filed already."""
        item = self._item(self._target(action))
        if self._place(item) is Label.INBOX:
            self._move(item, ARCHIVE)
        return _whence(before)

    def _delete(self, action: Action, before: Before) -> Receipt:
        """Move to Deleted Items; the receipt says from where."""
        item = self._item(self._target(action))
        if self._place(item) is not Label.TRASH:
            self._move(item, DELETED)
        return _whence(before)

    def _label(self, action: Action, before: Before) -> Receipt:
        """Change marks, categories and whether it lies in the inbox; the receipt says exactly what changed."""
        asked = action.payload
        assert isinstance(asked, ChangeLabels)
        refuse_places((*asked.add, *asked.remove))
        self._change(self._item(self._target(action)), asked.add, asked.remove)
        return {
            "added": json.dumps([name for name in asked.add if not _holds(before.labels, name)]),
            "removed": json.dumps([name for name in asked.remove if _holds(before.labels, name)]),
        }

    def _unlabel(self, id: str, receipt: Receipt) -> Receipt:
        added, removed = (json.loads(receipt.get(name, "[]")) for name in ("added", "removed"))
        self._change(self._item(id), removed, added)
        return {}

    def _unarchive(self, id: str, receipt: Receipt) -> Receipt:
        item = self._item(id)
        if self._place(item) is Label.TRASH:
            raise CannotBe("the mail lies in the trash; take it out of there first", code="in_trash")
        return self._put_back(item, receipt)

    def _put_back(self, item: Reply, receipt: Receipt) -> Receipt:
        """Move to where it was, or to the inbox where that folder is gone."""
        try:
            self._move(item, receipt.get("folder", INBOX))
        except NotFound:
            self._move(self._item(item["id"]), INBOX)
        return {}

    def _send(self, action: Action, token: str) -> Receipt:
        try:
            self._drafts.send(token)
        except (NotFound, CannotBe) as error:
            # A draft that was sent before is refused, and one that is leaving is not found.
            if self._drafts.look(token) is False:
                return {"message": token}
            if isinstance(error, CannotBe):
                raise
            sent = self._drafts.sent(message_id_of(action))
            if sent is None:
                raise OutcomeUnknown("the draft is gone, and the mail is not among those sent") from error
            return {"message": sent}
        return {"message": token}

    def _look_at(self, action: Action, token: str) -> Look:
        """Look until it is no draft any more, or could not be one on its way."""
        for pause in (*_PAUSES, 0.0):
            is_draft = self._drafts.look(token)
            if is_draft is False:
                return Look(Outcome.HAPPENED, {"message": token})
            if is_draft is None:
                sent = self._drafts.sent(message_id_of(action))
                return Look(Outcome.UNKNOWN) if sent is None else Look(Outcome.HAPPENED, {"message": sent})
            if abs(datetime.now(UTC) - action.changed_at) >= _SETTLES:
                return Look(Outcome.NOT_YET)
            self._sleep(pause)
        raise TryLater("Microsoft may still be sending it", retry_after=_SETTLES.total_seconds())

    def _change(self, item: Reply, add: Collection[str], remove: Collection[str]) -> None:
        properties = changed_by(item, add, remove)
        if properties:
            self._api.write(Request(message_path(item["id"]), "PATCH", needs=(WRITE,), body=properties))
        if Label.INBOX in add:
            self._move(item, INBOX)
        elif Label.INBOX in remove and self._place(item) is Label.INBOX:
            self._move(item, ARCHIVE)

    def _move(self, item: Reply, folder: str) -> None:
        if folder != item["parentFolderId"] and self._folders.id_of(folder) != item["parentFolderId"]:
            path = f"{message_path(item['id'])}/move"
            self._api.write(Request(path, "POST", needs=(WRITE,), body={"destinationId": folder}))

    def _item(self, id: str) -> Reply:
        return self._api.read(Request(message_path(id), params={"$select": ",".join(FIELDS)}))

    def _before(self, item: Reply) -> Before:
        folder = item["parentFolderId"]
        return Before(folder, tuple(sorted(labels_of(item, self._folders.known(folder)))))

    def _place(self, item: Reply) -> Label | None:
        return self._folders.known(item["parentFolderId"]).place

    def _target(self, action: Action) -> str:
        return action.target.removeprefix(self._account + ":")


def _whence(before: Before) -> Receipt:
    return {"folder": before.folder, "inbox": "yes" if Label.INBOX in before.labels else "no"}


def _holds(labels: Collection[str], name: str) -> bool:
    """Whether a message has a label; Outlook takes two categories that differ in case for one."""
    return name in labels or (is_category(name) and name.casefold() in {each.casefold() for each in labels})


def _existing(call: Callable[[], T]) -> T:
    try:
        return call()
    except NotFound as error:
        raise CannotBe("the message no longer exists", code="gone") from error
