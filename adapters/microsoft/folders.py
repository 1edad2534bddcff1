"""The folders of a mailbox, and which of them Alfred reads (https://learn.microsoft.com/graph/api/resources/mailfolder)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from adapters.microsoft.api import Graph, Reply, Request
from domain.messages import Label

INBOX, ARCHIVE, DELETED = "inbox", "archive", "deleteditems"
_PLACES: Mapping[str, Label | None] = {
    INBOX: Label.INBOX,
    ARCHIVE: None,
    "sentitems": Label.SENT,
    "drafts": Label.DRAFT,
    "outbox": Label.DRAFT,
    DELETED: Label.TRASH,
    "junkemail": Label.SPAM,
}
# What Exchange keeps there for itself, or for another program.
_NOT_MAIL = ("conversationhistory", "syncissues", "conflicts", "localfailures", "serverfailures")
# What an owner's category or folder of the same name does not mean.
ALFREDS = frozenset({Label.INBOX, Label.UNREAD, Label.SENT, Label.DRAFT, Label.SPAM, Label.TRASH, Label.IMPORTANT})
_INHERITED = frozenset({Label.SENT, Label.DRAFT, Label.TRASH, Label.SPAM})
_NOT_TAKEN = frozenset({Label.DRAFT, Label.TRASH, Label.SPAM})
_FIELDS = {"$select": "id,displayName,childFolderCount", "$top": "250"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; `name` is its path where it is the owner's own, `place` says what lies there where that is known."""

    id: str
    name: str
    place: Label | None

    @property
    def labels(self) -> frozenset[str]:
        own = {self.name} - {"", *ALFREDS}
        return frozenset({*own, self.place} if self.place else own)

    @property
    def is_left_out(self) -> bool:
        """Whether mail is not handed over from here."""
        return self.place in _NOT_TAKEN


class Folders:
    """The folders of one mailbox. The well-known ones keep their ids; the owner's own are listed at each call."""

    def __init__(self, api: Graph) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def all(self) -> dict[str, Folder]:
        """Return every folder with mail by its id, the inbox first."""
        known = self._well_known()
        found = {folder.id: folder for folder in self._walk("/me/mailFolders", "", None, known)}
        inbox = next((id for id, name in known.items() if name == INBOX), "")
        return {id: found[id] for id in sorted(found, key=lambda id: id != inbox)}

    def known(self, id: str) -> Folder:
        """Return what is known of a folder without listing them: its place, where it is a well-known one."""
        return Folder(id, "", _PLACES.get(self._well_known().get(id, "")))

    def id_of(self, name: str) -> str | None:
        """Return the id of a well-known folder; None where the mailbox has none."""
        return next((id for id, known in self._well_known().items() if known == name), None)

    def _walk(self, path: str, above: str, inherited: Label | None, known: Mapping[str, str]) -> Iterator[Folder]:
        for item in self._api.listed(Request(path, params=_FIELDS)):
            name = known.get(item["id"])
            if name in _NOT_MAIL:
                continue
            folder = _folder(item, name, above, inherited)
            yield folder
            if item.get("childFolderCount"):
                down = f"/me/mailFolders/{quote(item['id'], safe='')}/childFolders"
                kept = folder.place if folder.place in _INHERITED else None
                yield from self._walk(down, f"{folder.name}/" if folder.name else "", kept, known)

    def _well_known(self) -> dict[str, str]:
        """Return the names of the well-known folders by their ids; those that a mailbox lacks are absent."""
        with self._lock:
            if not self._known:
                wanted = {name: Request(f"/me/mailFolders/{name}", params={"$select": "id"}) for name in _WELL_KNOWN}
                self._known = {item["id"]: name for name, item in self._api.read_each(wanted).items()}
            return self._known


_WELL_KNOWN = (*_PLACES, *_NOT_MAIL)


def _folder(item: Reply, well_known: str | None, above: str, inherited: Label | None) -> Folder:
    if well_known is not None:
        return Folder(item["id"], "", _PLACES[well_known])
    return Folder(item["id"], f"{above}{item['displayName']}", inherited)
