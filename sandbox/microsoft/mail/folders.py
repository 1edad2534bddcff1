"""The folders of a mailbox; the well-known ones have names that work as ids (resources/mailfolder)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from sandbox.microsoft.odata import names

PROPERTIES = names("id displayName parentFolderId childFolderCount unreadItemCount totalItemCount isHidden sizeInBytes")
ROOT, INBOX, DRAFTS, SENT, DELETED, ARCHIVE = "msgfolderroot", "inbox", "drafts", "sentitems", "deleteditems", "archive"
RECOVERABLE = "recoverableitemsdeletions"
WELL_KNOWN = {
    ROOT: "Top of Information Store",
    INBOX: "Inbox",
    DRAFTS: "Drafts",
    SENT: "Sent Items",
    DELETED: "Deleted Items",
    ARCHIVE: "Archive",
    "junkemail": "Junk Email",
    "outbox": "Outbox",
    "conversationhistory": "Conversation History",
    RECOVERABLE: "Deletions",
}


@dataclass(slots=True)
class Folder:
    """A folder; `key` is the well-known name or, of the owner's own, its id."""

    id: str
    key: str
    name: str
    parent: str


def standard(address: str) -> dict[str, Folder]:
    """The folders that every mailbox has, by key."""
    return {
        key: Folder(folder_id(address, key), key, name, "" if key == ROOT else ROOT) for key, name in WELL_KNOWN.items()
    }


def folder_id(address: str, key: str) -> str:
    digest = hashlib.sha256(f"{address}:{key}".encode()).digest()
    return f"AQMk{base64.urlsafe_b64encode(digest[:30]).decode()}AAAA=="
