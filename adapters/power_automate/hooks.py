"""Where the owner's flows post mails and Teams messages."""

from __future__ import annotations

import hashlib
import hmac
from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime

from adapters.power_automate.forms import Form, read_forms
from adapters.power_automate.mails import MailMapper, says_when
from adapters.power_automate.posts import PostMapper, is_said
from application.ports.hooks import Hook, Post
from domain.errors import Invalid

HEADER = "x-alfred-token"
LIMIT = 1_048_576
_MOST_AT_ONCE = 100
Clock = Callable[[], datetime]


class FlowHook(Hook):
    """An address that shows who posts by a secret in a header."""

    limit = LIMIT
    needs_tls = True

    def __init__(self, account: str, token: Callable[[], str], now: Clock) -> None:
        self._account = account
        self._token = token
        self._now = now

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        token = self._token().encode()
        given = headers.get(HEADER, "").encode("utf-8", "replace")
        return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(token).digest()) and bool(token)

    def read(self, body: bytes) -> tuple[Post, ...]:
        """See the port. One thing that cannot be read does not hold up the others that were posted with it."""
        forms = read_forms(body)
        if len(forms) > _MOST_AT_ONCE:
            raise Invalid(f"{len(forms)} at once; the limit is {_MOST_AT_ONCE}", where="body")
        if len(forms) == 1:
            return (self._post(forms[0]),)
        return tuple(self._post_or_note(form, body) for form in forms)

    @abstractmethod
    def _post(self, form: Form) -> Post: ...

    @property
    @abstractmethod
    def _source(self) -> str: ...

    def _post_or_note(self, form: Form, body: bytes) -> Post:
        try:
            return self._post(form)
        except Invalid as error:
            event = hashlib.sha256(form.where.encode() + body).hexdigest()
            return Post(event, self._source, note=str(error))


class MailHook(FlowHook):
    """Takes in the mails that "When a new email arrives" hands on."""

    path = "/hooks/power-automate/mail"

    def __init__(self, mapper: MailMapper, token: Callable[[], str], now: Clock) -> None:
        super().__init__(mapper.account, token, now)
        self._mapper = mapper

    @property
    def _source(self) -> str:
        return f"{self._account}/mail"

    def _post(self, form: Form) -> Post:
        now = self._now()
        mail = self._mapper.posted(form, now)
        note = "" if says_when(form, now) else "its date cannot be read, so it counts as received now"
        return Post(mail.provider_id, mail.source, (mail,), note=note)


class TeamsHook(FlowHook):
    """Takes in the messages that "When a new channel message is added" hands on."""

    path = "/hooks/power-automate/teams"

    def __init__(self, mapper: PostMapper, token: Callable[[], str], now: Clock) -> None:
        super().__init__(mapper.account, token, now)
        self._mapper = mapper

    @property
    def _source(self) -> str:
        return f"{self._account}/teams"

    def _post(self, form: Form) -> Post:
        message = self._mapper.posted(form, self._now())
        # An edited post is told anew; only the same state of the same post is a repeat.
        event = f"{message.provider_id}:{form.text('lastEditedDateTime', 'etag')}"
        if not is_said(form):
            return Post(event, message.source, note="a notice of Teams' own, or a post that was taken back")
        return Post(event, message.source, (message,))
