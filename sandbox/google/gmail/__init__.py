"""Gmail's API, version 1, over mailboxes in memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sandbox.google import discovery
from sandbox.google.call import Call, Handler, Outcome
from sandbox.google.discovery import Document
from sandbox.google.gmail.drafts import Drafts
from sandbox.google.gmail.history import History
from sandbox.google.gmail.labels import Labels
from sandbox.google.gmail.mailbox import Mailboxes
from sandbox.google.gmail.messages import Messages
from sandbox.google.gmail.threads import Threads
from sandbox.misbehaviour import Faults


class Gmail:
    """The Gmail API as a service of the Google server."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults) -> None:
        self.mailboxes = mailboxes
        self._faults = faults

    @cached_property
    def document(self) -> Document:
        return discovery.load("gmail", "v1")

    @cached_property
    def handlers(self) -> Mapping[str, Handler]:
        resources = {
            "getProfile": self.profile,
            "history.list": History(self.mailboxes, self._faults).list,
            **Labels(self.mailboxes).handlers(),
            **Messages(self.mailboxes).handlers(),
            **Drafts(self.mailboxes).handlers(),
            **Threads(self.mailboxes).handlers(),
        }
        return {f"gmail.users.{name}": handler for name, handler in resources.items()}

    def accounts(self) -> tuple[str, ...]:
        return self.mailboxes.addresses()

    def profile(self, call: Call) -> Outcome:
        mailbox = self.mailboxes[call.account]
        return Outcome(
            {
                "emailAddress": mailbox.address,
                "messagesTotal": len(mailbox.messages),
                "threadsTotal": len(mailbox.threads),
                "historyId": str(mailbox.history_id),
            }
        )
