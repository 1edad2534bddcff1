"""A Teams message as the connector tells it, under the very id and thread that Graph gives it.

Form: https://learn.microsoft.com/connectors/teams, whose triggers hand on Graph's chatMessage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from adapters.power_automate.forms import Form, moment_of
from adapters.power_automate.mails import LATE, UNVERIFIED
from domain.errors import Invalid
from domain.hidden import plain_name, without_hidden
from domain.markup import words_in
from domain.messages import Address, Attachment, Chat, Label, Message, message_id

_SAID = ("createdDateTime", "created", "sentDateTime", "lastModifiedDateTime")


@dataclass(frozen=True, slots=True)
class PostMapper:
    """Maps the Teams messages of one account; `owner_id` is the owner's object id, by which his own posts are known."""

    account: str
    owner: Address
    owner_id: str
    late_after: timedelta

    def posted(self, form: Form, now: datetime) -> Message:
        """Return a message that a flow posted, and that nobody has fetched."""
        return self._message(form, now, fetched=False)

    def fetched(self, form: Form, now: datetime) -> Message:
        """Return a message that was searched for."""
        return self._message(form, now, fetched=True)

    def _message(self, form: Form, now: datetime, *, fetched: bool) -> Message:
        post, room = form.text("id", "messageId"), _room(form)
        if not post or not room:
            raise Invalid("id and channelIdentity.channelId, or chatId, are needed", where=form.where)
        at = moment_of(form.first(*_SAID), now) or now
        root = form.text("replyToId") or post
        sender, html = self._sender(form), _html(form)
        marks = set() if fetched else {UNVERIFIED} | ({LATE} if now - at > self.late_after else set())
        return Message(
            id=message_id(self.account, f"{room}:{post}"),
            account=self.account,
            provider="power_automate",
            source=f"{self.account}/teams",
            thread_id=f"{room}:{root}" if not form.text("chatId") else room,
            sent_at=at,
            received_at=at,
            sender=sender,
            to=(self.owner,),
            subject=form.text("subject") or _title(form) or "Teams",
            body=self._chat(form, html, f"{room}:{root}" if root != post else ""),
            labels=frozenset(marks) | frozenset(self._labels(form, sender)),
            attachments=tuple(_attachments(form)),
            size=len(html.encode("utf-8", "replace")),
        )

    def _chat(self, form: Form, html: str, reply_to: str) -> Chat:
        named = (each.form("mentioned").form("user") for each in form.forms("mentions"))
        mentions = tuple(self._person(user) for user in named if user.text("id", "displayName"))
        return Chat(words_in(html), html, _title(form), mentions, reply_to, form.text("webUrl", "messageLink"))

    def _sender(self, form: Form) -> Address:
        author = form.form("from")
        for kind in ("user", "application"):
            if author.form(kind).text("id", "displayName"):
                return self._person(author.form(kind))
        if author.text("id", "displayName"):
            return self._person(author)
        return next(iter(form.people("from", "sender")), Address("", ""))

    def _person(self, who: Form) -> Address:
        if self.owner_id and who.text("id").lower() == self.owner_id.lower():
            return self.owner
        return Address.told(who.text("displayName", "name"), who.text("email", "userPrincipalName"))

    def _labels(self, form: Form, sender: Address) -> Iterator[str]:
        yield Label.SENT if self.owner_id and sender is self.owner else Label.INBOX
        if form.text("importance").lower() in ("high", "urgent"):
            yield Label.IMPORTANT


def is_said(form: Form) -> bool:
    """Whether somebody wrote this; the rest is Teams' own: who joined, what was renamed or taken back."""
    return form.text("messageType").lower() in ("", "message") and not form.text("deletedDateTime")


def _room(form: Form) -> str:
    return form.form("channelIdentity").text("channelId") or form.text("channelId", "chatId", "conversationId")


def _title(form: Form) -> str:
    """Return where it was said, as far as the flow tells."""
    told = (form.text("teamName", "teamDisplayName"), form.text("channelName", "channelDisplayName"))
    return " / ".join(filter(None, map(plain_name, told)))


def _html(form: Form) -> str:
    body = form.form("body")
    content = body.text("content") or form.text("body", "content", "messageBody")
    is_text = body.text("contentType").lower() == "text" or ("<" not in content and "&" not in content)
    return f"<p>{escape(content)}</p>".replace("\n", "<br>") if is_text else content


def _attachments(form: Form) -> Iterator[Attachment]:
    named = (each for each in form.forms("attachments") if each.text("name"))
    for index, each in enumerate(named):
        yield Attachment(index, without_hidden(each.text("name")), each.text("contentType"), 0)
