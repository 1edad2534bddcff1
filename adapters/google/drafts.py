"""Gmail's drafts: made, found again by Message-ID, sent once, or removed."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from adapters.connecting.made_draft import MadeDraft
from adapters.connecting.written import is_as_written, message_id_of
from adapters.google.api import Reply, WritingGmail
from domain.actions import Action
from domain.errors import NotFound

# Google takes a mail inside JSON up to 5 MB, and up to 35 MB as an upload of its own.
_MOST_IN_JSON = 3_000_000
_LOOKED_THROUGH = 50
# Where Gmail gives a mail another Message-ID at sending, it keeps ours under the second name.
_ID_HEADERS = ["Message-ID", "X-Google-Original-Message-ID"]
_ID_NAMES = frozenset(name.lower() for name in _ID_HEADERS)


class Drafts:
    """The drafts and the sent mail of one mailbox."""

    def __init__(self, api: WritingGmail) -> None:
        self._api = api

    def create(self, content: bytes, thread: str | None) -> MadeDraft:
        """Make a draft of exactly these bytes."""
        message = {"threadId": thread} if thread else {}
        if len(content) > _MOST_IN_JSON:
            created = self._api.write(
                self._drafts.create(userId="me", body={"message": message}, media_body=_upload(content))
            )
        else:
            message["raw"] = base64.urlsafe_b64encode(content).decode()
            created = self._api.write(self._drafts.create(userId="me", body={"message": message}))
        return _made(created)

    def read(self, token: str, action: Action) -> MadeDraft:
        """Read a token. Older versions noted no edition: it is the one that stands there, if that is as written."""
        draft = MadeDraft.read(token)
        edition = draft.edition or self.edition(draft)
        return replace(draft, edition=edition) if edition and (draft.edition or self._is_ours(draft, action)) else draft

    def find(self, action: Action) -> MadeDraft | None:
        """Return the draft that an attempt left untold, unless it was changed: then it is the owner's."""
        return next((each for each in self._headed_like(action) if self._is_ours(each, action)), None)

    def _is_ours(self, draft: MadeDraft, action: Action) -> bool:
        try:
            found = self._api.read(self._drafts.get(userId="me", id=draft.id, format="raw"))
        except NotFound:
            return False
        return is_as_written(base64.urlsafe_b64decode(found["message"]["raw"]), action)

    def _headed_like(self, action: Action) -> list[MadeDraft]:
        """Return the drafts with the mail's Message-ID. Looks at the drafts themselves: the search index lags."""
        listed = self._api.read(self._drafts.list(userId="me", maxResults=_LOOKED_THROUGH)).get("drafts", ())
        made = {str(each["id"]): _made(each) for each in listed}
        found = self._api.read_each(
            {
                id: self._api.users.messages().get(
                    userId="me", id=draft.edition, format="metadata", metadataHeaders=_ID_HEADERS
                )
                for id, draft in made.items()
            }
        ).found
        return [made[id] for id, message in found.items() if _is(message, message_id_of(action))]

    def edition(self, draft: MadeDraft) -> str | None:
        """Return the edition that stands there now; None where the draft is gone."""
        try:
            return _made(self._api.read(self._drafts.get(userId="me", id=draft.id, format="minimal"))).edition
        except NotFound:
            return None

    def send(self, draft: MadeDraft) -> Mapping[str, str]:
        """Send a draft, once; raise `NotFound` where it is gone."""
        return _receipt(self._api.write(self._drafts.send(userId="me", body={"id": draft.id})))

    def delete(self, draft: MadeDraft) -> None:
        """Remove a draft for good."""
        try:
            self._api.write(self._drafts.delete(userId="me", id=draft.id))
        except NotFound:
            return

    def sent(self, message_id: str) -> Mapping[str, str] | None:
        """Return the receipt of the sent mail with this Message-ID; absence proves nothing, for the listings lag."""
        listings = ({"q": f"rfc822msgid:{message_id.strip('<>')} in:sent"}, {"labelIds": ["SENT"]})
        for listing in listings:
            messages = self._api.users.messages()
            listed = self._api.read(messages.list(userId="me", maxResults=_LOOKED_THROUGH // 2, **listing))
            found = self._headed(each["id"] for each in listed.get("messages", ()))
            for message in found:
                if _is(message, message_id) and "SENT" in message.get("labelIds", ()):
                    return _receipt(message)
        return None

    def _headed(self, ids: Iterable[str]) -> Iterable[Reply]:
        get = self._api.users.messages().get
        return self._api.read_each(
            {id: get(userId="me", id=id, format="metadata", metadataHeaders=_ID_HEADERS) for id in ids}
        ).found.values()

    @property
    def _drafts(self) -> Any:
        return self._api.users.drafts()


def _made(draft: Reply) -> MadeDraft:
    """Return a draft with the id of its message, which is another after each change."""
    return MadeDraft(str(draft["id"]), str(draft["message"]["id"]))


def _upload(content: bytes) -> Any:
    """Return an upload of its own: the library would mend line ends in a multipart one."""
    from googleapiclient.http import MediaIoBaseUpload

    return MediaIoBaseUpload(io.BytesIO(content), "message/rfc822", chunksize=-1, resumable=True)


def _is(message: Reply, message_id: str) -> bool:
    headers = message.get("payload", {}).get("headers", ())
    return any(each["name"].lower() in _ID_NAMES and each["value"].strip() == message_id for each in headers)


def _receipt(message: Reply) -> Mapping[str, str]:
    return {"message": str(message["id"]), "thread": str(message["threadId"])}
