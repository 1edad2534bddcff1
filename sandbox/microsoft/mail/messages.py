"""Listing, reading, changing and moving messages, and the delta of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sandbox.microsoft import changes, odata
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, text_of
from sandbox.microsoft.changes import Change, Place
from sandbox.microsoft.errors import Refusal, invalid, stale
from sandbox.microsoft.mail import search
from sandbox.microsoft.mail.folders import DELETED, RECOVERABLE
from sandbox.microsoft.mail.mailbox import Mailbox, Mailboxes
from sandbox.microsoft.mail.message import PROPERTIES, StoredMessage
from sandbox.microsoft.mail.views import READ, WRITE, entity, folder_of, message_of, shown, state
from sandbox.misbehaviour import Faults, Kind

_ONE, _INSIDE = "/me/messages/{message}", "/me/mailFolders/{folder}/messages"
_FIXED = ("isDraft", "id", "receivedDateTime", "sentDateTime", "hasAttachments", "parentFolderId", "bodyPreview")
_DRAFTS_ONLY = ("subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from", "sender")


class Messages:
    """The messages of the mailbox whose owner asks."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults) -> None:
        self._mailboxes = mailboxes
        self._faults = faults

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("messages.list", "GET", "/me/messages", READ, self.list),
            Endpoint("messages.list", "GET", _INSIDE, READ, self.list),
            Endpoint("messages.delta", "GET", f"{_INSIDE}/delta", READ, self.delta),
            Endpoint("messages.get", "GET", _ONE, READ, self.get),
            Endpoint("messages.get", "GET", f"{_INSIDE}/{{message}}", READ, self.get),
            Endpoint("messages.getMime", "GET", f"{_ONE}/$value", READ, self.value),
            Endpoint("messages.update", "PATCH", _ONE, WRITE, self.update, "message", writes=True),
            Endpoint("messages.delete", "DELETE", _ONE, WRITE, self.delete, writes=True),
            Endpoint("messages.permanentDelete", "POST", f"{_ONE}/permanentDelete", WRITE, self.erase, writes=True),
            Endpoint("messages.move", "POST", f"{_ONE}/move", WRITE, self.move, "destination", writes=True),
            Endpoint("messages.copy", "POST", f"{_ONE}/copy", WRITE, self.copy, "destination", writes=True),
        )

    def list(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        folder = folder_of(mailbox, call.path["folder"]).key if "folder" in call.path else None
        found: Sequence[StoredMessage] = mailbox.newest_first(folder)
        if "$search" in call.query:
            found = self._search(call, mailbox, found)
        where = f"users('{call.account}')/messages"
        of = odata.Collection(where, PROPERTIES, "message")
        return odata.listed(call, (shown(call, mailbox, message) for message in found), of)

    def delta(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        folder = folder_of(mailbox, call.path["folder"])
        held = mailbox.contents[folder.key]

        def present() -> Iterable[tuple[int, str]]:
            return ((message.arrival, message.key) for message in reversed(held.values()))

        def show(key: str) -> JsonObject | None:
            return (
                {"@odata.type": "#microsoft.graph.message", **shown(call, mailbox, held[key])} if key in held else None
            )

        def removed(change: Change) -> JsonObject:
            id = change.key if call.immutable else change.shown
            return {"@odata.type": "#microsoft.graph.message", "id": id, "@removed": {"reason": "deleted"}}

        of = odata.Collection("Collection(message)", PROPERTIES, "message", most=512)
        struck = self._faults.struck(call.method, call.account, (Kind.EXPIRED_CURSOR,)) if _resumes(call) else ()
        return changes.answer(call, Place(folder.key, mailbox.log, present, show, removed, of), struck)

    def get(self, call: Call) -> Outcome:
        return entity(call, *message_of(self._mailboxes, call))

    def value(self, call: Call) -> Outcome:
        _, message = message_of(self._mailboxes, call)
        return Outcome(content=message.mime(), content_type="text/plain")

    def update(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        check_tag(call, message)
        changed = {name: value for name, value in call.body.items() if name not in _FIXED and "@" not in name}
        if not message.is_draft and set(changed) & set(_DRAFTS_ONLY):
            raise Refusal(400, "ErrorInvalidPropertySet", "Set action is invalid for property: the item is no draft.")
        if message.leaves_at is not None:
            raise stale()
        mailbox.change(message, changed)
        return entity(call, mailbox, message)

    def delete(self, call: Call) -> Outcome:
        """Into Deleted Items, and from there to where only recovery finds it."""
        mailbox, message = message_of(self._mailboxes, call)
        check_tag(call, message)
        target = RECOVERABLE if message.folder == DELETED else DELETED
        mailbox.move(message, mailbox.folders[target])
        return Outcome(None, 204, message.key, state(message))

    def erase(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        mailbox.delete(message)
        return Outcome(None, 204, message.key, state(message) | {"folder": None})

    def move(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        mailbox.move(message, folder_of(mailbox, _destination(call)))
        return entity(call, mailbox, message, 201)

    def copy(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return entity(call, mailbox, mailbox.copy(message, folder_of(mailbox, _destination(call))), 201)

    def _search(self, call: Call, mailbox: Mailbox, among: Iterable[StoredMessage]) -> Sequence[StoredMessage]:
        for other, code in (("$filter", "SearchWithFilter"), ("$orderby", "SearchWithOrderBy")):
            if other in call.query:
                raise invalid(f"The query parameter '{other}' is not supported with '$search'.", code)
        return search.search(mailbox, search.unquoted(call.text("$search")), among)


def check_tag(call: Call, message: StoredMessage) -> None:
    """Refuse a change of something that has changed meanwhile (If-Match)."""
    wanted = call.headers.get("if-match", "*")
    if wanted not in ("*", f'W/"{message.change_key}"'):
        raise stale()


def _resumes(call: Call) -> bool:
    return bool(call.text("$deltatoken") or call.text("$skiptoken"))


def _destination(call: Call) -> str:
    if not text_of(call.body, "destinationId"):
        raise invalid("The destinationId parameter is missing.", "ErrorInvalidParameter")
    return text_of(call.body, "destinationId")
