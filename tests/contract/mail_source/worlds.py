"""The worlds that a message source is tried in: each lets a test be the sender, the owner and the weather."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime

from adapters.google import GoogleProvider
from adapters.memory.mailbox import MemoryMailbox
from application.ports.mail import MessageSource
from domain.errors import SignInAgain, TryLater
from domain.messages import Label
from sandbox.google import GoogleServer
from tests.contract.google.setting import OWNER, account_at, signed_in_vault


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
