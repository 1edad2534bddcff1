"""The worlds that an executor is tried in: a test may be the owner and the weather, and sees what was really done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from adapters.google import GoogleProvider
from adapters.google.scopes import COMPOSE, MODIFY, READ
from adapters.memory.executor import MemoryExecutor
from adapters.memory.mailbox import MemoryMailbox
from adapters.microsoft import MicrosoftProvider
from adapters.microsoft import scopes as graph
from application.ports.executor import Executor
from domain.errors import OutcomeUnknown, SignInAgain, TryLater
from domain.messages import Label
from sandbox.google import GoogleServer
from sandbox.google.gmail.message import StoredMessage
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.call import object_of, texts_of
from sandbox.microsoft.mail.message import StoredMessage as OutlookMessage
from tests.contract.google.setting import OWNER, account_at, signed_in_vault
from tests.contract.microsoft import setting as office


class ExecutorWorld(ABC):
    """`executor` is under test; labels are in Alfred's words.

    `reader_only` has been granted nothing that acting needs.
    """

    executor: Executor
    reader_only: Executor

    @abstractmethod
    def deliver(self, content: bytes, labels: Iterable[str]) -> str: ...

    @abstractmethod
    def remove(self, id: str) -> None: ...

    @abstractmethod
    def labels(self, id: str) -> set[str]: ...

    @abstractmethod
    def sent(self) -> list[tuple[bytes, str]]:
        """Every mail in Sent with its thread."""

    @abstractmethod
    def drafts(self) -> list[tuple[bytes, str]]:
        """Every draft with its thread."""

    @abstractmethod
    def thread(self, id: str) -> str: ...

    @abstractmethod
    def discard_all_drafts(self) -> None:
        """Let the owner throw his drafts away."""

    @abstractmethod
    def change_the_draft(self) -> None:
        """Let the owner write on in the only draft."""

    @abstractmethod
    def lose_the_next_answer(self) -> None:
        """Let the next write take effect without telling."""

    @abstractmethod
    def be_busy_once(self) -> None:
        """Refuse the next write for a passing reason."""

    @abstractmethod
    def break_down_once(self) -> None:
        """Fail at the next write in such a way that nobody knows what happened; in truth nothing did."""

    @abstractmethod
    def withdraw_sign_in(self) -> None: ...

    @abstractmethod
    def writes(self) -> int:
        """How many writes took effect."""


class MemoryWorld(ExecutorWorld):
    def __init__(self) -> None:
        self._mailbox = MemoryMailbox("gmail")
        self.executor = self._executor = MemoryExecutor(self._mailbox)
        self.reader_only = MemoryExecutor(self._mailbox, ())

    def deliver(self, content: bytes, labels: Iterable[str]) -> str:
        return self._mailbox.deliver(content, labels)

    def remove(self, id: str) -> None:
        self._mailbox.remove(id)

    def labels(self, id: str) -> set[str]:
        return set(self._mailbox.mail(id).labels)

    def sent(self) -> list[tuple[bytes, str]]:
        return [(mail.content, mail.thread_id) for mail in self._mailbox.labelled(Label.SENT)]

    def drafts(self) -> list[tuple[bytes, str]]:
        return [(mail.content, mail.thread_id) for mail in self._mailbox.labelled(Label.DRAFT)]

    def thread(self, id: str) -> str:
        return self._mailbox.mail(id).thread_id

    def discard_all_drafts(self) -> None:
        for draft in self._executor.drafts.values():
            self._mailbox.remove(draft)
        self._executor.drafts.clear()

    def change_the_draft(self) -> None:
        [(token, id)] = self._executor.drafts.items()
        old = self._mailbox.mail(id)
        self._mailbox.remove(id)
        self._executor.drafts[token] = self._mailbox.deliver(old.content + b"Mine.", (Label.DRAFT,))

    def lose_the_next_answer(self) -> None:
        self._executor.lose_answers()

    def be_busy_once(self) -> None:
        self._executor.fail_next(TryLater("busy", retry_after=30))

    def break_down_once(self) -> None:
        self._executor.fail_next(OutcomeUnknown("broken down"))

    def withdraw_sign_in(self) -> None:
        self._executor.fail_next(SignInAgain("sign in again", account="gmail"))

    def writes(self) -> int:
        return len(self._executor.done)


# Of the methods that an executor calls, those that read are `get` and `list`.
_WRITES = "*[!t]"


class GoogleWorld(ExecutorWorld):
    def __init__(self, server: GoogleServer) -> None:
        self._server = server
        self._mailbox = server.mailbox(OWNER)
        self.executor = self._connected((READ, MODIFY, COMPOSE))
        self.reader_only = self._connected((READ,))

    def deliver(self, content: bytes, labels: Iterable[str]) -> str:
        return self._mailbox.deliver(content, self._ids(labels))

    def remove(self, id: str) -> None:
        self._mailbox.delete(self._mailbox.messages[id])

    def labels(self, id: str) -> set[str]:
        names = {label.id: label.name for label in self._mailbox.labels.values()}
        ours = set(Label)
        return {
            each.lower() if each.lower() in ours else names.get(each, each)
            for each in self._mailbox.messages[id].labels
        }

    def sent(self) -> list[tuple[bytes, str]]:
        return _told(self._mailbox.sent())

    def drafts(self) -> list[tuple[bytes, str]]:
        return _told(self._mailbox.messages[id] for id in self._mailbox.drafts.values())

    def thread(self, id: str) -> str:
        return self._mailbox.messages[id].thread_id

    def discard_all_drafts(self) -> None:
        for id in list(self._mailbox.drafts.values()):
            self._mailbox.delete(self._mailbox.messages[id])

    def change_the_draft(self) -> None:
        [(draft, id)] = self._mailbox.drafts.items()
        old = self._mailbox.messages[id]
        written = self._mailbox.add(old.raw + b"Mine.", ("DRAFT",), thread_id=old.thread_id)
        self._mailbox.delete(old)
        self._mailbox.drafts[draft] = written.id

    def lose_the_next_answer(self) -> None:
        self._server.misbehave("lost", method=_WRITES, count=1)

    def be_busy_once(self) -> None:
        self._server.misbehave("status", method=_WRITES, count=1, status=429, retry_after=30)

    def break_down_once(self) -> None:
        self._server.misbehave("status", method=_WRITES, count=1, status=503)

    def withdraw_sign_in(self) -> None:
        self._server.sign_in.revoke_account(OWNER)

    def writes(self) -> int:
        return len(self._server.record)

    def _connected(self, scopes: Iterable[str]) -> Executor:
        account = account_at(self._server)
        provider = GoogleProvider(sleep=lambda seconds: None)
        executor = provider.connect(account, signed_in_vault(self._server, account, scopes)).executors[0]
        assert executor is not None
        return executor

    def _ids(self, labels: Iterable[str]) -> list[str]:
        known = self._mailbox.label_ids()
        return [
            name.upper() if name in set(Label) else known.get(name.lower()) or self._mailbox.create_label(name).id
            for name in labels
        ]


def _told(messages: Iterable[StoredMessage]) -> list[tuple[bytes, str]]:
    return [(message.raw, message.thread_id) for message in messages]


_FOLDERS = {Label.INBOX: "inbox", Label.TRASH: "deleteditems", Label.SENT: "sentitems", Label.DRAFT: "drafts"}
# Of the methods that an executor calls, those that read are `get`, `list` and, by name alone, `batch`.
_CHANGES = "messages.[!gl]*"


class MicrosoftWorld(ExecutorWorld):
    """What is in no folder that has a label is in the archive."""

    def __init__(self, server: MicrosoftServer, *, shared: bool = False) -> None:
        self._server = server
        self._account = office.shared_account(server, "gmail") if shared else office.account_at(server, "gmail")
        self._mailbox = server.mailbox(office.SHARED if shared else office.OWNER)
        self.executor = self._connected((*graph.BASE, graph.WRITE, graph.SEND))
        self.reader_only = self._connected(graph.BASE)

    def deliver(self, content: bytes, labels: Iterable[str]) -> str:
        held = set(labels)
        folder = next((name for label, name in _FOLDERS.items() if label in held), "archive")
        changes: dict[str, object] = {
            "isRead": Label.UNREAD not in held,
            "flag": {"flagStatus": "flagged" if Label.STARRED in held else "notFlagged"},
            "categories": sorted(str(name) for name in held if name not in set(Label)),
        }
        return self._mailbox.deliver(content, folder, changes=changes)

    def remove(self, id: str) -> None:
        self._mailbox.delete(self._mailbox.messages[id])

    def labels(self, id: str) -> set[str]:
        message = self._mailbox.messages[id]
        place = {str(label) for label, name in _FOLDERS.items() if name == message.folder}
        unread = set() if message.properties["isRead"] else {Label.UNREAD}
        flagged = object_of(message.properties, "flag")["flagStatus"] == "flagged"
        return {*place, *unread, *texts_of(message.properties, "categories")} | ({Label.STARRED} if flagged else set())

    def sent(self) -> list[tuple[bytes, str]]:
        return [_shown(message) for message in self._mailbox.sent()]

    def drafts(self) -> list[tuple[bytes, str]]:
        return [_shown(message) for message in self._mailbox.newest_first("drafts")]

    def thread(self, id: str) -> str:
        return self._mailbox.messages[id].conversation

    def discard_all_drafts(self) -> None:
        for message in self._mailbox.newest_first("drafts"):
            self._mailbox.delete(message)

    def change_the_draft(self) -> None:
        [draft] = self._mailbox.newest_first("drafts")
        draft.raw = draft.mime() + b"Mine."
        self._mailbox.touch(draft)

    def lose_the_next_answer(self) -> None:
        self._server.misbehave("lost", method=_CHANGES, count=1)

    def be_busy_once(self) -> None:
        self._server.misbehave("status", method=_CHANGES, count=1, status=429, retry_after=30)

    def break_down_once(self) -> None:
        self._server.misbehave("status", method=_CHANGES, count=1, status=503)

    def withdraw_sign_in(self) -> None:
        self._server.sign_in.revoke_account(office.OWNER)

    def writes(self) -> int:
        return len(self._server.record)

    def _connected(self, scopes: Iterable[str]) -> Executor:
        vault = office.signed_in_vault(self._server, self._account, scopes)
        return MicrosoftProvider(sleep=lambda seconds: None).connect(self._account, vault).executors[0]


def _shown(message: OutlookMessage) -> tuple[bytes, str]:
    return message.mime(), message.conversation
