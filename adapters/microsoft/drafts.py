"""Outlook's drafts: made of the very bytes, found again by Message-ID, sent once, or removed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

from adapters.connecting.made_draft import MadeDraft
from adapters.connecting.written import is_as_written, is_begun, message_id_of
from adapters.microsoft.api import Reply, Request
from adapters.microsoft.delta import message_path
from adapters.microsoft.parts import Attached
from adapters.microsoft.scopes import SEND, WRITE
from adapters.microsoft.uploads import IN_ONE, apart, attach
from adapters.microsoft.writing import WritingGraph
from domain.actions import Action
from domain.errors import CannotBe, NotFound, TryLater

_SHOWN = {"$select": "isDraft,internetMessageId,conversationId,changeKey"}


class Drafts:
    """The drafts and the sent mail of one mailbox."""

    def __init__(self, api: WritingGraph) -> None:
        self._api = api

    def create(self, content: bytes) -> MadeDraft:
        """Make a draft of exactly these bytes; it keeps its id when it is sent.

        Of a mail that is too large for one request the frame around text and attachments is Microsoft's own.
        """
        if len(content) <= IN_ONE:
            return self._made(content)
        text, files = apart(content)
        draft = self._made(text)
        for file in files:
            self._attach(draft.id, file)
        return MadeDraft(draft.id, self.edition(draft) or "")

    def read(self, token: str, action: Action) -> MadeDraft:
        """Read a token. Older versions noted no edition: it is the one that stands there, if that is as written."""
        draft = MadeDraft.read(token)
        edition = draft.edition or self.edition(draft)
        is_ours = bool(draft.edition) or is_as_written(self._content(draft), action)
        return replace(draft, edition=edition) if edition and is_ours else draft

    def resume(self, content: bytes, action: Action) -> MadeDraft:
        """Return the draft of an earlier attempt, or a new one: what takes several steps may be only half there."""
        if len(content) <= IN_ONE:
            return self.find(action) or self.create(content)
        left_behind = self.find(action, is_begun)
        if left_behind is not None:
            self.delete(left_behind.id)
        return self.create(content)

    def find(self, action: Action, is_ours: Callable[[bytes, Action], bool] = is_as_written) -> MadeDraft | None:
        """Return the draft that an attempt left untold, unless it was changed: then it is the owner's.

        Asks the folder itself by the Message-ID: the search index lags.
        """
        found = self._with_id("drafts", message_id_of(action))
        return next((each for each in found if is_ours(self._content(each), action)), None)

    def sent(self, message_id: str) -> str | None:
        """Return the sent mail with this Message-ID; absence proves nothing, for the copy may lag."""
        return next((each.id for each in self._with_id("sentitems", message_id)), None)

    def edition(self, draft: MadeDraft) -> str | None:
        """Return the edition that stands there now; None where there is no such draft, or none any more."""
        try:
            item = self._api.read(Request(message_path(draft.id), params=_SHOWN))
        except NotFound:
            return None
        return _of(item).edition if item["isDraft"] else None

    def look(self, draft: str) -> bool | None:
        """Return whether this is a draft still, None where there is no such message."""
        try:
            return bool(self._api.read(Request(message_path(draft), params=_SHOWN))["isDraft"])
        except NotFound:
            return None

    def send(self, draft: str) -> None:
        """Let a draft leave, once; Microsoft goes on working after it said yes."""
        self._api.write(Request(f"{message_path(draft)}/send", "POST", needs=(SEND,)))

    def delete(self, draft: str) -> None:
        """Remove a draft for good."""
        try:
            self._api.write(Request(f"{message_path(draft)}/permanentDelete", "POST", needs=(WRITE,)))
        except NotFound:
            return

    def _made(self, content: bytes) -> MadeDraft:
        mime = base64.b64encode(content).decode()
        return _of(self._api.write(Request("/me/messages", "POST", needs=(WRITE,), content=mime)))

    def _attach(self, draft: str, file: Attached) -> None:
        try:
            attach(self._api, draft, file)
        except NotFound as error:
            raise TryLater("the draft went while its attachments were on their way") from error
        except CannotBe:
            self.delete(draft)
            raise

    def _content(self, draft: MadeDraft) -> bytes:
        """Return the draft as Microsoft writes it; nothing where it is gone."""
        try:
            return self._api.fetch(Request(f"{message_path(draft.id)}/$value"))
        except NotFound:
            return b""

    def _with_id(self, folder: str, message_id: str) -> list[MadeDraft]:
        wanted = "internetMessageId eq '{}'".format(message_id.replace("'", "''"))
        request = Request(f"/me/mailFolders/{folder}/messages", params={**_SHOWN, "$filter": wanted})
        return [_of(item) for item in self._api.read(request).get("value", ())]


def _of(item: Reply) -> MadeDraft:
    return MadeDraft(str(item["id"]), str(item.get("changeKey", "")))
