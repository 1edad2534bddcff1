"""A mail that arrived, and letters made ready to be sent."""

from __future__ import annotations

from email.message import EmailMessage

from domain.actions import Action
from domain.messages import Label
from tests.contract.executor.orders import a_letter
from tests.contract.executor.worlds import ExecutorWorld

INBOX = (Label.INBOX, Label.UNREAD)


def received(world: ExecutorWorld, labels: tuple[str, ...] = INBOX) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@example.org", "jo@example.com", "Lunch"
    mail["Message-ID"] = "<lunch@example.org>"
    mail.set_content("Noon?\n")
    return world.deliver(mail.as_bytes(), labels)


def letter_for(action: Action) -> bytes:
    return a_letter(answers="<lunch@example.org>" if action.target else "")


def prepared(world: ExecutorWorld, action: Action) -> str:
    token = world.executor.prepare(action, letter_for(action))
    assert token is not None
    return token
