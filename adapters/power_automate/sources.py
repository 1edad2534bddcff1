"""Mail and Teams messages that come by flows: they are posted, and a search flow finds what no post brought."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from adapters.power_automate.flows import Flows
from adapters.power_automate.forms import Form, forms_in
from adapters.power_automate.mails import MailMapper
from adapters.power_automate.posts import PostMapper, is_said
from application.ports.mail import Batch, Known, MessageSource
from application.ports.mime import RawMail
from domain.errors import CannotBe, CursorExpired, Invalid
from domain.messages import Label, Message, MessageKind

log = logging.getLogger(__name__)

_MOST = 250
_INBOX = "inbox"
T = TypeVar("T", RawMail, Message)


@dataclass(frozen=True, slots=True)
class Search:
    """A flow that searches; without an address there is none."""

    flows: Flows
    url: str
    now: Callable[[], datetime]
    every: timedelta = timedelta(minutes=15)

    def found(self, query: str, limit: int, folder: str = "") -> tuple[Form, ...]:
        """Return what the flow finds; nothing where there is no flow. Raise `CannotBe` for an answer that is none."""
        if not self.url:
            return ()
        place = {"folder": folder} if folder else {}
        try:
            return forms_in(self.flows.ask(self.url, {"query": query, "top": min(limit, _MOST), **place}))[:limit]
        except Invalid as error:
            raise CannotBe(f"the search flow answers with something else than messages: {error}") from error


class PostedMail(MessageSource):
    """The mail of one account. The owner's licence counts each run of a flow, so calls are far between."""

    def __init__(self, mapper: MailMapper, search: Search) -> None:
        self.name = f"{mapper.account}/mail"
        self._mapper = mapper
        self._search = search

    def latest(self, limit: int) -> Iterator[Batch]:
        began = self._search.now()
        yield Batch(self._fetched(self._search.found("", limit, _INBOX), Label.INBOX), cursor=began.isoformat())

    def changes(self, cursor: str) -> Iterator[Batch]:
        """See the port. Mails are posted as they come; what a post failed to bring is looked for now and then."""
        since, now = _read(cursor), self._search.now()
        if not self._search.url or now - since < self._search.every:
            yield Batch(cursor=cursor)
            return
        found = self._search.found(f"received>={_days(since, now)[0]}", _MOST, _INBOX)
        yield Batch(self._fetched(found, Label.INBOX), cursor=now.isoformat())

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        yield from self.latest(_MOST)

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        """See the port. A search knows whole days; as many as one answer holds are found, the newest."""
        first, last = _days(after, before)
        found = self._search.found(f"received>={first} AND received<={last}", _MOST, _INBOX)
        mails = self._fetched(found, Label.INBOX)
        yield Batch(tuple(mail for mail in mails if after <= mail.received_at < before))

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        raise CannotBe("a flow hands over no attachments; open the mail in Outlook", code="not_handed_over")

    def raw(self, provider_id: str) -> bytes:
        raise CannotBe("a flow does not hand over a mail as it was sent", code="not_handed_over")

    def attached(self, sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        """See the port. As many as one answer holds are found, the newest."""
        first, last = _days(after, before)
        days = f"received>={first} AND received<={last}"
        for batch in self.search(f"from:{sender} AND hasAttachment:true AND {days}", _MOST):
            yield replace(batch, arrived=tuple(mail for mail in batch.arrived if after <= mail.received_at < before))

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        """See the port. A flow does not tell where a mail lies, so it is asked once more for those in the inbox."""
        found = self._fetched(self._search.found(text, limit))
        inside = self._fetched(self._search.found(text, limit, _INBOX), Label.INBOX) if found else ()
        in_inbox = {mail.provider_id: mail for mail in inside}
        yield Batch(tuple(in_inbox.get(mail.provider_id, mail) for mail in found))

    def _fetched(self, forms: tuple[Form, ...], *places: str) -> tuple[RawMail, ...]:
        return _each(forms, lambda form: self._mapper.fetched(form, self._search.now(), places))


class PostedTeams(MessageSource):
    """The Teams messages of one account: what is posted, and a search over more where there is a flow for it."""

    holds = MessageKind.CHAT

    def __init__(self, mapper: PostMapper, search: Search) -> None:
        self.name = f"{mapper.account}/teams"
        self._mapper = mapper
        self._search = search

    def latest(self, limit: int) -> Iterator[Batch]:
        yield Batch(cursor=self._search.now().isoformat())

    def changes(self, cursor: str) -> Iterator[Batch]:
        yield Batch(cursor=cursor)

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        yield from self.latest(_MOST)

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        yield Batch()

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        raise CannotBe("a flow hands over no files; open the message in Teams", code="not_handed_over")

    def raw(self, provider_id: str) -> bytes:
        raise CannotBe("a Teams message is no mail", code="no_mail")

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        said = tuple(form for form in self._search.found(text, limit) if is_said(form))
        yield Batch(_each(said, lambda form: self._mapper.fetched(form, self._search.now())))


def _each(forms: tuple[Form, ...], read: Callable[[Form], T]) -> tuple[T, ...]:
    """Read each; one that cannot be read never stops the rest."""
    found: list[T] = []
    for form in forms:
        try:
            found.append(read(form))
        except Invalid as error:
            log.info("one message could not be read", extra={"reason": str(error)})
    return tuple(found)


def _days(after: datetime, before: datetime) -> tuple[str, str]:
    """Return the days that a search is asked for: one more on each side, for it goes by the clock of the mailbox."""
    first, last = (moment.astimezone(UTC).date() for moment in (after, before))
    return str(first - timedelta(days=1)), str(last + timedelta(days=1))


def _read(cursor: str) -> datetime:
    try:
        return datetime.fromisoformat(cursor)
    except ValueError as error:
        raise CursorExpired("this is no cursor of a flow's") from error
