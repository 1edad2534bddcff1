"""Small mails for the tests."""

from __future__ import annotations

import base64
from email.message import EmailMessage

from tests.contract.sandbox_google.checking import OWNER


def mail(
    subject: str = "Lunch",
    body: str = "Shall we meet at noon?\n",
    sender: str = "Ann Lee <ann@example.org>",
    to: str = OWNER,
    **headers: str,
) -> EmailMessage:
    """A mail whose further headers are given with underscores: `In_Reply_To`, `Message_ID`."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def with_attachment(name: str = "offer.pdf", content: bytes = b"%PDF-1.4 offer", **rest: str) -> EmailMessage:
    message = mail(**rest)
    message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def encoded(message: EmailMessage) -> str:
    return base64.urlsafe_b64encode(message.as_bytes()).decode()


def decoded(data: str) -> bytes:
    return base64.urlsafe_b64decode(data)
