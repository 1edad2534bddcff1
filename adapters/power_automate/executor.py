"""Carries out approved actions through flows of the owner's, where Graph is forbidden.

No draft comes first: a flow is one call, which either begins or does not, and what it sends bears a Message-ID that
Outlook makes up. So an answer that is lost leaves nothing to look at, and the owner is told that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses
from html import escape

from adapters.power_automate.flows import Flows
from adapters.power_automate.ids import reference_of
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.codec import Json
from domain.errors import CannotBe
from domain.kinds import Kind, OutgoingMail

Receipt = Mapping[str, str]
KINDS = (Kind.ARCHIVE, Kind.DELETE, Kind.REPLY, Kind.SEND)
_SENDING = frozenset({Kind.REPLY, Kind.SEND})
_BACK = "inbox"
_CAVEAT = "it goes to the inbox, wherever it lay before"


class FlowExecutor(Executor):
    """The one holder of the addresses of flows that act; what there is no flow for is not offered."""

    def __init__(self, account: str, flows: Flows, urls: Mapping[Kind, str]) -> None:
        self.kinds = frozenset(urls)
        self._account = account
        self._flows = flows
        self._urls = urls

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        """See the port. Nothing is made ready outside; the token says that an attempt may have begun."""
        if action.kind not in _SENDING:
            return None
        if content is None:
            raise CannotBe("there is no mail to send", code="no_content")
        if action.kind is Kind.REPLY and not _mail(action).to:
            raise CannotBe("a reply by flow needs somebody in To: Outlook would choose for itself", code="not_by_flow")
        _check_same(_mail(action), content)
        return action.id

    def execute(self, action: Action, token: str | None) -> Receipt:
        doers: Mapping[Kind, Callable[[Action], Receipt]] = {
            Kind.ARCHIVE: self._move,
            Kind.DELETE: self._move,
            Kind.REPLY: self._reply,
            Kind.SEND: self._send,
        }
        if action.kind not in doers or action.kind not in self.kinds:
            raise CannotBe(f"there is no flow to {action.kind.value} with", code="no_flow")
        if action.kind in _SENDING and token is None:
            raise CannotBe("this was not made ready to be sent", code="no_draft")
        return doers[action.kind](action)

    def look(self, action: Action, token: str | None) -> Look:
        """See the port. Nothing is sent without a token; with one, nobody can tell."""
        return Look(Outcome.NOT_YET if action.kind in _SENDING and token is None else Outcome.UNKNOWN)

    def discard(self, action: Action, token: str | None) -> None:
        """Nothing was left outside."""

    def caveat(self, action: Action, receipt: Receipt) -> str:
        """See the port. A flow does not tell where a mail lay; what is archived lay in the inbox."""
        return _CAVEAT if action.kind is Kind.DELETE else ""

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        if action.kind in _SENDING:
            raise CannotBe(f"to {action.kind.value} cannot be taken back", code="not_undoable")
        body: dict[str, Json] = {"messageId": self._target(action), "folder": _BACK}
        self._flows.start(self._urls[action.kind], body, f"{action.id}-undo")
        return {}

    def _move(self, action: Action) -> Receipt:
        """Move the mail to where the flow puts it; to move it once more does no harm."""
        self._flows.start(self._urls[action.kind], {"messageId": self._target(action)}, action.id)
        return {"folder": _BACK}

    def _reply(self, action: Action) -> Receipt:
        """Answer with exactly the recipients that were shown, not those that Outlook would choose."""
        body = {"messageId": self._target(action), **_letter(_mail(action))}
        self._flows.start(self._urls[Kind.REPLY], body, action.id)
        return {"request": action.id}

    def _send(self, action: Action) -> Receipt:
        self._flows.start(self._urls[Kind.SEND], _letter(_mail(action)), action.id)
        return {"request": action.id}

    def _target(self, action: Action) -> str:
        return reference_of(action.target.removeprefix(self._account + ":"))


def _letter(mail: OutgoingMail) -> dict[str, Json]:
    """Return a mail as the flows take it: addresses with semicolons between them, and the text as HTML."""
    return {
        "to": _joined(mail.to),
        "cc": _joined(mail.cc),
        "bcc": _joined(mail.bcc),
        "subject": mail.subject,
        "body": _html(mail.text),
    }


def _html(text: str) -> str:
    lines = escape(text).replace("\r\n", "\n").rstrip("\n").split("\n")
    return f"<p>{'<br>'.join(lines)}</p>"


def _joined(people: Iterable[str]) -> str:
    return ";".join(_addresses(people))


def _addresses(people: Iterable[str]) -> list[str]:
    return [address for _, address in getaddresses(list(people)) if address]


def _mail(action: Action) -> OutgoingMail:
    assert isinstance(action.payload, OutgoingMail)
    return action.payload


def _check_same(mail: OutgoingMail, content: bytes) -> None:
    """Refuse to send by fields what the approved bytes do not say, or what no flow can send."""
    parsed = BytesParser(EmailMessage, policy=default).parsebytes(content)
    shown = {name: sorted(_addresses(parsed.get_all(name, []))) for name in ("to", "cc", "bcc")}
    asked = {"to": sorted(_addresses(mail.to)), "cc": sorted(_addresses(mail.cc)), "bcc": sorted(_addresses(mail.bcc))}
    text = parsed.get_body(("plain",))
    same_words = text is not None and _words(text.get_content()) == _words(mail.text)
    if shown != asked or str(parsed.get("subject", "")) != mail.subject or not same_words:
        raise CannotBe("what a flow would send is not the mail that was shown", code="not_what_was_shown")
    if mail.reply_to or any(parsed.iter_attachments()):
        raise CannotBe("a flow sends neither attachments nor a Reply-To", code="not_by_flow")


def _words(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").rstrip("\n")
