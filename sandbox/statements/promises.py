"""What shops write about money: two invoices that were paid, and a refund that is still awaited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sandbox.households import mime
from sandbox.households.cast import Party
from sandbox.households.model import Mail
from sandbox.statements.ledger import Line
from sandbox.statements.year import BankStatement

_POWER = Party("Tenaga Elektrik", "bil@tenagaelektrik.example", "Tenaga Elektrik")
_AIRLINE = Party("Awan Air", "bookings@awanair.example", "Awan Air")
_BACK = Decimal("312.50")


@dataclass(frozen=True, slots=True)
class Promise:
    """A mail with its right answers: `kind` is `invoice` or `refund`; `line` is what paid it, if anything."""

    mail: Mail
    kind: str
    amount: Decimal
    due: dt.date | None
    line: Line | None


def promises(name: str, address: str, statements: Sequence[BankStatement]) -> tuple[Promise, ...]:
    """Return the power bill of the last month of `statements`, the airline's word of the month before, its ticket."""
    owner = Party(name, address, name.split()[0])
    account = [each for each in statements if not each.password]
    return _invoice(owner, account[-1]), _refund(owner, account[-2]), _ticket(owner, statements)


def _invoice(owner: Party, of: BankStatement) -> Promise:
    (line,) = (each for each in of.lines if each.merchant == _POWER.name)
    due = of.start.replace(day=20)
    text = (
        f"Dear {owner.name},\n\nyour electricity bill for {of.start - dt.timedelta(days=1):%B} is ready.\n\n"
        f"Total amount due: MYR {-line.amount:,.2f}\nPlease pay it by {due:%d %B %Y}.\n\n{_POWER.name}\n"
    )
    subject = f"Your bill for {of.start - dt.timedelta(days=1):%B %Y}"
    return Promise(_mail(owner, _POWER, of.start.replace(day=2), subject, text), "invoice", -line.amount, due, line)


def _refund(owner: Party, of: BankStatement) -> Promise:
    text = (
        f"Dear {owner.name},\n\nyour flight to Kota Kinabalu was flown in a lower class than you paid for. "
        f"We will refund MYR {_BACK:,.2f} to your card within fourteen days.\n\n{_AIRLINE.name}\n"
    )
    return Promise(
        _mail(owner, _AIRLINE, of.start.replace(day=3), "About your booking", text), "refund", _BACK, None, None
    )


def _ticket(owner: Party, statements: Sequence[BankStatement]) -> Promise:
    (line,) = (line for each in statements for line in each.lines if line.merchant == _AIRLINE.name)
    text = (
        f"Dear {owner.name},\n\nthank you for your booking; this is your invoice.\n\n"
        f"Total: MYR {-line.amount:,.2f}\nPaid by card.\n\n{_AIRLINE.name}\n"
    )
    mail = _mail(owner, _AIRLINE, line.date - dt.timedelta(days=1), "Invoice for your booking", text)
    return Promise(replace(mail, key=f"{mail.key}-ticket"), "invoice", -line.amount, None, line)


def _mail(owner: Party, sender: Party, day: dt.date, subject: str, text: str) -> Mail:
    sent = dt.datetime.combine(day, dt.time(3, 20), dt.UTC)
    identity = f"{int(sent.timestamp() * 1000) + len(text):016x}"
    message_id = f"<{identity}@{sender.address.partition('@')[2]}>"
    letter = mime.Letter(sender=sender, to=owner, subject=subject, sent=sent, message_id=message_id, text=text)
    return Mail(
        account=owner.address,
        id=identity,
        thread_id=identity,
        received=sent,
        labels=("INBOX", "CATEGORY_UPDATES"),
        raw=mime.build(letter),
        answer=None,
        key=f"promise-{sender.name.lower().replace(' ', '-')}",
        arrival=False,
    )
