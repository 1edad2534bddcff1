"""Outlook's part of Graph: messages, folders, drafts, sending, attachments and deltas over mailboxes in memory."""

from __future__ import annotations

from sandbox.microsoft.call import Endpoint
from sandbox.microsoft.mail.attachments import Attachments
from sandbox.microsoft.mail.drafts import Drafts
from sandbox.microsoft.mail.foldering import Foldering
from sandbox.microsoft.mail.mailbox import Mailboxes
from sandbox.microsoft.mail.messages import Messages
from sandbox.microsoft.mail.sending import Sending
from sandbox.misbehaviour import Faults


class Outlook:
    """Everything under `/me/messages` and `/me/mailFolders`."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults) -> None:
        self._parts = (
            Messages(mailboxes, faults),
            Foldering(mailboxes),
            Drafts(mailboxes),
            Sending(mailboxes),
            Attachments(mailboxes),
        )

    def endpoints(self) -> tuple[Endpoint, ...]:
        return tuple(endpoint for part in self._parts for endpoint in part.endpoints())
