"""A statement that its bank printed wrongly, and what its owner makes of it."""

from __future__ import annotations

from dataclasses import replace

from domain.finance.mended import MendedLine, MendedStatement
from sandbox.households import mime
from sandbox.households.cast import Party
from sandbox.households.documents import Document, pdf
from sandbox.statements.year import ACCOUNT, BankStatement

NAME = "auszug-2024-03.pdf"
LINES = (
    "Bank Beispiel",
    "Kontoauszug 01.03.2024 - 31.03.2024",
    "Alter Saldo 100,00 EUR",
    "02.03. Lastschrift Strom 40,00-",
    "05.03. Gutschrift Lohn 900,00",
    "Neuer Saldo 959,70 EUR",
)
CONTENT = pdf(list(LINES))
MENDED = MendedStatement(
    bank="Bank Beispiel",
    account="DE12",
    currency="EUR",
    start="2024-03-01",
    end="2024-03-31",
    opening="100.00",
    closing="959.70",
    lines=(MendedLine("2024-03-02", "Lastschrift Strom", "-40.30"), MendedLine("2024-03-05", "Gutschrift Lohn", "900")),
)


def misprinted(like: BankStatement, content: bytes = CONTENT) -> BankStatement:
    """Return a statement of the owner's bank that does not add up, with the mail that brings it."""
    letter = mime.Letter(
        sender=ACCOUNT,
        to=Party("Jo Merriweather", like.mail.account, "Jo"),
        subject="Your account statement",
        sent=like.mail.received,
        message_id="<misprinted@serimelati.example>",
        text="It is attached.\n",
        documents=(Document(NAME, "application/pdf", content),),
    )
    mail = replace(like.mail, id="misprinted", thread_id="misprinted", raw=mime.build(letter))
    return replace(like, name=NAME, content=content, mail=mail)
