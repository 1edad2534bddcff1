"""What an executor is asked to do in the tests: a letter, and actions on mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage

from application.ports.executor import Executor
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.kinds import OUTGOING, Kind, Nothing, OutgoingMail, Risk

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
MESSAGE_ID = "<alfred-1@example.com>"
LETTER = OutgoingMail(("ann@example.org",), "Re: Lunch", "Gerne, bis später.\n.\nFrom here on\n", message_id=MESSAGE_ID)


def a_letter(message_id: str = MESSAGE_ID, answers: str = "") -> bytes:
    """A mail whose bytes a careless transport would change: bare line feeds, 8-bit text, a line of dots."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jo@example.com", LETTER.to[0], LETTER.subject
    mail["Message-ID"], mail["Date"] = message_id, "Mon, 23 Nov 2026 08:30:00 +0000"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(LETTER.text, cte="8bit")
    return mail.as_bytes()


def carried_out(executor: Executor, action: Action) -> Mapping[str, str]:
    """Make ready and do what is no mail; return the receipt."""
    return executor.execute(action, executor.prepare(action, None))


def an_action(kind: Kind, target: str = "", payload: object = None, attempts: int = 1) -> Action:
    if payload is None:
        payload = LETTER if kind in OUTGOING else Nothing()
    return Action(
        id="a1",
        kind=kind,
        target=f"gmail:{target}" if target else "",
        account="gmail",
        source="gmail/mail",
        payload=payload,
        digest="",
        status=Status.EXECUTING,
        risk=Risk.APPROVAL,
        title="",
        reason="",
        origin=Origin.OWNER,
        proposed_at=NOW,
        changed_at=NOW,
        attempts=attempts,
    )
