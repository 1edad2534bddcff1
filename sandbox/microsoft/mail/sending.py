"""Sending: a draft, a message at once, a reply or a forward in one call. Graph says 202 and goes on working."""

from __future__ import annotations

from sandbox.microsoft.call import Call, Endpoint, Outcome, object_of
from sandbox.microsoft.errors import Refusal, not_found
from sandbox.microsoft.mail import drafts
from sandbox.microsoft.mail.mailbox import Mailbox, Mailboxes, recipients
from sandbox.microsoft.mail.message import StoredMessage
from sandbox.microsoft.mail.views import SEND, message_of, state


class Sending:
    """What leaves the mailbox; who has a mailbox here gets it."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def endpoints(self) -> tuple[Endpoint, ...]:
        one = "/me/messages/{message}"
        return (
            Endpoint("messages.send", "POST", f"{one}/send", SEND, self.send, writes=True),
            Endpoint("messages.reply", "POST", f"{one}/reply", SEND, self.reply, "reply", writes=True),
            Endpoint("messages.replyAll", "POST", f"{one}/replyAll", SEND, self.reply_all, "reply", writes=True),
            Endpoint("messages.forward", "POST", f"{one}/forward", SEND, self.forward, "reply", writes=True),
            Endpoint("sendMail", "POST", "/me/sendMail", SEND, self.send_mail, "send", writes=True),
        )

    def send(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        if not message.is_draft or message.leaves_at is not None:
            raise (
                not_found()
                if message.leaves_at is not None
                else Refusal(400, "ErrorInvalidOperation", "The message is no draft and cannot be sent.")
            )
        return self._leave(mailbox, message)

    def reply(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return self._leave(mailbox, drafts.reply_to(mailbox, message, call.body))

    def reply_all(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return self._leave(mailbox, drafts.reply_to(mailbox, message, drafts.everybody(mailbox, message) | call.body))

    def forward(self, call: Call) -> Outcome:
        mailbox, message = message_of(self._mailboxes, call)
        return self._leave(mailbox, drafts.forward_of(mailbox, message, call.body))

    def send_mail(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        if drafts.is_mime(call):
            return self._leave(mailbox, drafts.from_mime(mailbox, call))
        return self._leave(mailbox, drafts.from_properties(mailbox, object_of(call.body, "message")))

    def _leave(self, mailbox: Mailbox, message: StoredMessage) -> Outcome:
        addresses = recipients(message)
        if not addresses:
            raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient isn't valid., Recipient is missing.")
        for address in addresses:
            if "@" not in address:
                raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        mailbox.send(message)
        for address in dict.fromkeys(addresses):
            there = self._mailboxes.find(address)
            if there is not None:
                there.deliver(message.mime(), conversation=message.conversation if there is mailbox else None)
        return Outcome(None, 202, message.key, state(message))
