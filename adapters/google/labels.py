"""Gmail's labels in Alfred's words and back."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from adapters.google.api import Gmail, Reply
from domain.messages import Label

_OURS: Mapping[str, str] = {
    "INBOX": Label.INBOX,
    "UNREAD": Label.UNREAD,
    "SENT": Label.SENT,
    "DRAFT": Label.DRAFT,
    "SPAM": Label.SPAM,
    "TRASH": Label.TRASH,
    "IMPORTANT": Label.IMPORTANT,
    "STARRED": Label.STARRED,
    "CATEGORY_PROMOTIONS": Label.PROMOTIONS,
    "CATEGORY_SOCIAL": Label.SOCIAL,
    "CATEGORY_UPDATES": Label.UPDATES,
    "CATEGORY_FORUMS": Label.FORUMS,
}
_GOOGLES = {name: id for id, name in _OURS.items()}
_MEANINGLESS = frozenset({"CATEGORY_PERSONAL", "CHAT"})


class Labels:
    """The labels of one mailbox; the owner's own are listed once and again when an unknown one turns up.

    He may rename and delete them at Gmail, which tells nobody: whoever relies on what they are called now lets go of
    what is known first.
    """

    def __init__(self, api: Gmail) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._names: Mapping[str, str] = {}

    def forget(self) -> None:
        """Let go of what the owner's own labels were called, so that they are listed anew."""
        with self._lock:
            self._names = {}

    def names(self, ids: Iterable[str]) -> frozenset[str]:
        """Return what the message's label ids are called; an id that Gmail does not list stands for itself."""
        wanted, known = set(ids) - _MEANINGLESS, self._names
        if not wanted <= _OURS.keys() | known.keys():
            known = self._list()
        return frozenset(str(_OURS.get(id) or known.get(id, id)) for id in wanted)

    def id_of(self, name: str) -> str | None:
        """Return the id of the label called `name`, whatever its case of letters; None where there is none."""
        if name in _GOOGLES:
            return _GOOGLES[name]
        return _id_among(self._names, name) or _id_among(self._list(), name)

    def learn(self, label: Reply) -> str:
        """Take up a label as Gmail describes it; return its id."""
        with self._lock:
            self._names = {**self._names, label["id"]: label["name"]}
        return str(label["id"])

    def _list(self) -> Mapping[str, str]:
        listed = self._api.read(self._api.users.labels().list(userId="me"))
        names = {label["id"]: label["name"] for label in listed.get("labels", ()) if label["id"] not in _OURS}
        with self._lock:
            self._names = names
        return names


def _id_among(names: Mapping[str, str], name: str) -> str | None:
    return next((id for id, known in names.items() if known.casefold() == name.casefold()), None)
