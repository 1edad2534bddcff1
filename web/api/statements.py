"""Bank statements: what became of each, reading more of them, and whose are believed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace

from application.finance.attached import LARGEST
from application.finance.entering import Document
from application.finance.filling import Filled
from domain.errors import Invalid
from domain.finance.mended import Check, MendedStatement
from domain.finance.money import currencies
from domain.finance.transactions import StatementRecord
from web.api.operations import Call, Operation

LARGEST_UPLOAD = LARGEST * 4 // 3 + 64 * 1024
"""What the largest document takes in base64, in bytes, with its name and password beside it."""

LONGEST_PASSWORD = 200
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class StatementList:
    items: tuple[StatementRecord, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """`content` is the file in base64; `password` opens it, and is kept in the vault where it fits.

    `currency` is the ISO 4217 code of a table that names none; without it such a table is refused as `no_currency`.
    """

    filename: str
    content: str
    password: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """A password to try on every statement that waits for one; it is kept in the vault where it opens something."""

    password: str


@dataclass(frozen=True, slots=True)
class SenderForm:
    """An address or a domain that the owner banks with."""

    sender: str


@dataclass(frozen=True, slots=True)
class SenderList:
    items: tuple[str, ...]
    next_cursor: str | None = None


def list_statements(call: Call) -> StatementList:
    """Statements without what is there to mend of those that were set aside, which one asks for one by one."""
    known = call.services.store.books.statements()
    return StatementList(tuple(replace(each, lines=(), draft=None) for each in known))


def show_statement(call: Call) -> StatementRecord:
    return call.services.store.books.statement(call.path["id"])


def check_statement(call: Call) -> Check:
    return call.services.finance.mending.check(call.path["id"], call.body)


def mend_statement(call: Call) -> StatementRecord:
    return call.services.finance.mend(call.path["id"], call.body)


def upload(call: Call) -> StatementList:
    form: Upload = call.body
    content = _decoded(form.content)
    if len(form.filename) > LONGEST_NAME:
        raise Invalid(f"more than {LONGEST_NAME} letters", where="filename")
    passwords = (_checked(form.password),) if form.password else ()
    document = Document(content, form.filename, currency=_currency(form.currency))
    return StatementList(call.services.finance.enter(document, passwords))


def unlock(call: Call) -> StatementList:
    """Try a password on everything that waits for one."""
    return StatementList(call.services.finance.unlock(_checked(call.body.password)))


def strike_statement(call: Call) -> None:
    """Take a statement out of the books, so that it can be read again."""
    call.services.finance.strike(call.path["id"])


def filling(call: Call) -> Filled:
    return call.services.finance.filling.progress()


def fill_in(call: Call) -> Filled:
    """Go on with the past now, for a moment; the daemon goes on by itself."""
    call.services.finance.filling.hurry()
    return call.services.finance.fill_in()


def list_senders(call: Call) -> SenderList:
    return SenderList(call.services.finance.senders.all())


def add_sender(call: Call) -> SenderList:
    call.services.finance.senders.add(call.body.sender)
    return list_senders(call)


def remove_sender(call: Call) -> None:
    call.services.finance.senders.remove(call.path["sender"])


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("the file is to be sent in base64", where="content") from None


def _currency(code: str) -> str:
    if code and code.upper() not in currencies():
        raise Invalid(f"{code!r} is not a currency of ISO 4217", where="currency")
    return code.upper()


def _checked(password: str) -> str:
    if not 0 < len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"a password of 1 to {LONGEST_PASSWORD} letters is needed", where="password")
    return password


_FINANCE = "/api/finance"
_STATEMENTS = f"{_FINANCE}/statements"
_FILLING = f"{_FINANCE}/filling"
_SENDERS = f"{_FINANCE}/senders"
OPERATIONS = (
    Operation("GET", _STATEMENTS, "Statements and what became of each", list_statements, StatementList),
    Operation(
        "POST",
        _STATEMENTS,
        "Read a statement",
        upload,
        StatementList,
        body=Upload,
        status=201,
        largest_body=LARGEST_UPLOAD,
    ),
    Operation(
        "POST", f"{_STATEMENTS}/unlock", "Try a password on what is locked", unlock, StatementList, body=PasswordForm
    ),
    Operation("GET", f"{_STATEMENTS}/{{id}}", "One statement, with the lines to mend", show_statement, StatementRecord),
    Operation(
        "PUT", f"{_STATEMENTS}/{{id}}", "Book what was mended", mend_statement, StatementRecord, body=MendedStatement
    ),
    Operation(
        "POST", f"{_STATEMENTS}/{{id}}/check", "What a mended one lacks", check_statement, Check, body=MendedStatement
    ),
    Operation("DELETE", f"{_STATEMENTS}/{{id}}", "Take a statement out", strike_statement, status=204),
    Operation("GET", _FILLING, "How far the past is filled in", filling, Filled),
    Operation("POST", _FILLING, "Go on filling in the past", fill_in, Filled),
    Operation("GET", _SENDERS, "Whose statements are believed", list_senders, SenderList),
    Operation("POST", _SENDERS, "Believe a sender's statements", add_sender, SenderList, body=SenderForm, status=201),
    Operation("DELETE", f"{_SENDERS}/{{sender}}", "Believe it no more", remove_sender, status=204),
)
