"""Outlook's drafts: made of the very bytes, found again by Message-ID, sent once, or removed."""

from __future__ import annotations

import base64

from adapters.microsoft.api import Request, WritingGraph
from adapters.microsoft.delta import message_path
from adapters.microsoft.scopes import SEND, WRITE
from domain.errors import NotFound

_SHOWN = {"$select": "isDraft,internetMessageId,conversationId"}


class Drafts:
    """The drafts and the sent mail of one mailbox."""

    def __init__(self, api: WritingGraph) -> None:
        self._api = api

    def create(self, content: bytes) -> str:
        """Make a draft of exactly these bytes; return its id, which it keeps when it is sent.

        Graph takes up to 4 MB (https://learn.microsoft.com/graph/outlook-send-mime-message).
        """
        made = self._api.write(
            Request("/me/messages", "POST", needs=(WRITE,), content=base64.b64encode(content).decode())
        )
        return str(made["id"])

    def find(self, message_id: str) -> str | None:
        """Return the draft with this Message-ID. Asks the folder itself: the search index lags."""
        return self._with_id("drafts", message_id)

    def sent(self, message_id: str) -> str | None:
        """Return the sent mail with this Message-ID; absence proves nothing, for the copy may lag."""
        return self._with_id("sentitems", message_id)

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
        """Remove a draft for good; one that was sent stays."""
        if not self.look(draft):
            return
        try:
            self._api.write(Request(f"{message_path(draft)}/permanentDelete", "POST", needs=(WRITE,)))
        except NotFound:
            return

    def _with_id(self, folder: str, message_id: str) -> str | None:
        wanted = "internetMessageId eq '{}'".format(message_id.replace("'", "''"))
        request = Request(f"/me/mailFolders/{folder}/messages", params={**_SHOWN, "$filter": wanted})
        found = self._api.read(request).get("value", ())
        return next((str(item["id"]) for item in found), None)
