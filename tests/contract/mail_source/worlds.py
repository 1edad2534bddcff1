"""The worlds that a message source is tried in: each lets a test be the sender, the owner and the weather."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime

from adapters.google import GoogleProvider
from adapters.memory.mailbox import MemoryMailbox
from adapters.microsoft import MicrosoftProvider
from application.ports.mail import MessageSource
from domain.errors import SignInAgain, TryLater
from domain.messages import Label
from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.call import object_of, texts_of
from sandbox.microsoft.mail.message import StoredMessage
from tests.contract.google.setting import OWNER, account_at, signed_in_vault
from tests.contract.microsoft import setting as office


class MailWorld(ABC):
    """`source` is under test; labels are in Alfred's words."""

    source: MessageSource

    @abstractmethod
    def deliver(
        self,
        content: bytes,
        received_at: datetime,
        labels: Iterable[str] = (Label.INBOX, Label.UNREAD),
        thread_of: str | None = None,
    ) -> str:
        """Let a mail arrive; return its id."""

    @abstractmethod
    def relabel(self, id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None: ...

    @abstractmethod
    def remove(self, id: str) -> None:
        """Let the owner delete a mail for good."""

    @abstractmethod
    def expire_cursors(self) -> None: ...

    @abstractmethod
    def be_busy(self) -> None:
        """Refuse what is asked next for a passing reason."""

    @abstractmethod
    def withdraw_sign_in(self) -> None: ...


class MemoryWorld(MailWorld):
    def __init__(self) -> None:
        self.source = self._mailbox = MemoryMailbox("gmail")

    def deliver(
        self,
        content: bytes,
        received_at: datetime,
        labels: Iterable[str] = (Label.INBOX, Label.UNREAD),
        thread_of: str | None = None,
    ) -> str:
        thread = self._mailbox.mail(thread_of).thread_id if thread_of else None
        return self._mailbox.deliver(content, labels, received_at, thread_id=thread)

    def relabel(self, id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        self._mailbox.relabel(id, add, remove)

    def remove(self, id: str) -> None:
        self._mailbox.remove(id)

    def expire_cursors(self) -> None:
        self._mailbox.forget_changes()

    def be_busy(self) -> None:
        self._mailbox.fail_next(TryLater("busy"))

    def withdraw_sign_in(self) -> None:
        self._mailbox.fail_next(SignInAgain("sign in again", account="gmail"))


_GOOGLES = {
    Label.PROMOTIONS: "CATEGORY_PROMOTIONS",
    Label.SOCIAL: "CATEGORY_SOCIAL",
    Label.UPDATES: "CATEGORY_UPDATES",
    Label.FORUMS: "CATEGORY_FORUMS",
}


class GoogleWorld(MailWorld):
    def __init__(self, server: GoogleServer) -> None:
        account = account_at(server)
        vault = signed_in_vault(server, account)
        self._server = server
        self._mailbox = server.mailbox(OWNER)
        self.source = GoogleProvider(sleep=lambda seconds: None).connect(account, vault).messages[0]

    def deliver(
        self,
        content: bytes,
        received_at: datetime,
        labels: Iterable[str] = (Label.INBOX, Label.UNREAD),
        thread_of: str | None = None,
    ) -> str:
        thread = self._mailbox.messages[thread_of].thread_id if thread_of else None
        return self._mailbox.deliver(content, self._ids(labels), received_at, thread_id=thread)

    def relabel(self, id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        self._mailbox.relabel(self._mailbox.messages[id], self._ids(add), self._ids(remove))

    def remove(self, id: str) -> None:
        self._mailbox.delete(self._mailbox.messages[id])

    def expire_cursors(self) -> None:
        self._mailbox.expire_history()

    def be_busy(self) -> None:
        self._server.misbehave("status", status=429, retry_after=30)

    def withdraw_sign_in(self) -> None:
        self._server.sign_in.revoke_account(OWNER)

    def _ids(self, labels: Iterable[str]) -> list[str]:
        known = self._mailbox.label_ids()
        return [
            _GOOGLES.get(Label(name), name.upper())
            if name in set(Label)
            else known.get(name.lower()) or self._mailbox.create_label(name).id
            for name in labels
        ]


_FOLDERS = {Label.INBOX: "inbox", Label.SPAM: "junkemail", Label.TRASH: "deleteditems", Label.DRAFT: "drafts"}
_MARKS = (Label.UNREAD, Label.STARRED, *_FOLDERS)


class MicrosoftWorld(MailWorld):
    """Labels that Outlook has no mark or folder for are categories there; what is in no folder is in the archive."""

    def __init__(self, server: MicrosoftServer, *, shared: bool = False) -> None:
        account = office.shared_account(server, "gmail") if shared else office.account_at(server, "gmail")
        self._server = server
        self._address = office.SHARED if shared else office.OWNER
        self._mailbox = server.mailbox(self._address)
        provider = MicrosoftProvider(sleep=lambda seconds: None)
        self.source = provider.connect(account, office.signed_in_vault(server, account)).messages[0]

    def deliver(
        self,
        content: bytes,
        received_at: datetime,
        labels: Iterable[str] = (Label.INBOX, Label.UNREAD),
        thread_of: str | None = None,
    ) -> str:
        conversation = self._mailbox.messages[thread_of].conversation if thread_of else None
        held = set(labels)
        return self._mailbox.deliver(
            content, _folder(held), received_at, conversation=conversation, changes=_properties(held)
        )

    def relabel(self, id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        message = self._mailbox.messages[id]
        after = (_labels(message) | set(add)) - set(remove)
        self._mailbox.change(message, _properties(after))
        self._mailbox.move(message, self._mailbox.folders[_folder(after)])

    def remove(self, id: str) -> None:
        self._mailbox.delete(self._mailbox.messages[id])

    def expire_cursors(self) -> None:
        self._server.expire_delta(self._address)

    def be_busy(self) -> None:
        self._server.misbehave("status", status=429, retry_after=30)

    def withdraw_sign_in(self) -> None:
        self._server.sign_in.revoke_account(office.OWNER)


def _folder(labels: set[str]) -> str:
    return next((_FOLDERS[Label(name)] for name in sorted(labels) if name in _FOLDERS), "archive")


def _properties(labels: set[str]) -> dict[str, object]:
    return {
        "isRead": Label.UNREAD not in labels,
        "flag": {"flagStatus": "flagged" if Label.STARRED in labels else "notFlagged"},
        "categories": sorted(str(name) for name in labels if name not in _MARKS),
    }


def _labels(message: StoredMessage) -> set[str]:
    place = {label for label, folder in _FOLDERS.items() if folder == message.folder}
    unread = set() if message.properties["isRead"] else {Label.UNREAD}
    starred = {Label.STARRED} if object_of(message.properties, "flag")["flagStatus"] == "flagged" else set()
    return {*place, *unread, *starred, *texts_of(message.properties, "categories")}
