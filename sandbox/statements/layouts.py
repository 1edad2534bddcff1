"""How the two make-believe banks print: a current account with running balances, and a card that marks credits CR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sandbox.statements.canvas import Page
from sandbox.statements.ledger import Line

_TOP, _FLOOR, _STEP = 640, 80, 12


class _Paper:
    """Pages that fill from the top, each with the same head."""

    def __init__(self, head: Sequence[tuple[float, float, str]]) -> None:
        self._head = head
        self.pages: list[Page] = []
        self.y = 0.0
        self._turn()

    def line(self) -> Page:
        self.y -= _STEP
        if self.y < _FLOOR:
            self._turn()
        return self.pages[-1]

    def number_pages(self, name: str) -> list[Page]:
        for number, page in enumerate(self.pages, start=1):
            page.write(40, 40, f"{name}  Page {number} of {len(self.pages)}", 7)
        return self.pages

    def _turn(self) -> None:
        page = Page()
        for x, y, text in self._head:
            page.write(x, y, text)
        self.pages.append(page)
        self.y = _TOP


def account_pages(owner: str, number: str, end: dt.date, opening: Decimal, lines: Sequence[Line]) -> list[Page]:
    """Return the statement of the current account: amounts with their sign behind, and the balance after each."""
    head = [
        (40, 800, "BANK SERI MELATI BERHAD"),
        (40, 770, owner.upper()),
        (330, 770, f"STATEMENT DATE / TARIKH PENYATA : {end:%d/%m/%y}"),
        (330, 756, f"ACCOUNT NUMBER / NOMBOR AKAUN : {number}"),
        (40, 720, "URUSNIAGA AKAUN / ACCOUNT TRANSACTIONS (MYR)"),
        (40, 696, "ENTRY DATE"),
        (120, 696, "TRANSACTION DESCRIPTION"),
        (360, 696, "TRANSACTION AMOUNT"),
        (480, 696, "STATEMENT BALANCE"),
        (40, 684, "TARIKH MASUK"),
        (120, 684, "BUTIR URUSNIAGA"),
        (360, 684, "JUMLAH URUSNIAGA"),
        (480, 684, "BAKI PENYATA"),
    ]
    paper, at = _Paper(head), opening
    page = paper.line()
    page.write(120, paper.y, "BEGINNING BALANCE")
    page.write_ending(550, paper.y, f"{at:,.2f}")
    for line in lines:
        at += line.amount
        page = paper.line()
        page.write(40, paper.y, f"{line.date:%d/%m/%y}")
        page.write(120, paper.y, line.words[0])
        page.write_ending(435, paper.y, f"{abs(line.amount):,.2f}{'-' if line.amount < 0 else '+'}")
        page.write_ending(550, paper.y, f"{at:,.2f}")
        for words in line.words[1:]:
            paper.line().write(120, paper.y, words)
    paper.line().write(120, paper.y, f"ENDING BALANCE : {at:,.2f}")
    return paper.number_pages("Bank Seri Melati Berhad, for questions call the number on your card.")


def card_pages(owner: str, number: str, end: dt.date, owed: Decimal, lines: Sequence[Line]) -> list[Page]:
    """Return the statement of the card: what is owed stands as plus, payments and refunds bear CR."""
    closing = owed - sum((line.amount for line in lines), Decimal(0))
    head = [
        (40, 800, "Straits Kinara Bank"),
        (40, 770, owner),
        (330, 770, f"Statement Date {end:%d %b %Y}"),
        (330, 756, f"Payment Due Date {end + dt.timedelta(days=20):%d %b %Y}"),
        (330, 742, "Credit Limit RM 20,000"),
        (40, 720, f"KINARA CARD {number}"),
        (40, 696, "Date"),
        (110, 696, "Description"),
        (470, 696, "Amount (RM)"),
    ]
    paper = _Paper(head)
    page = paper.line()
    page.write(110, paper.y, "PREVIOUS BALANCE")
    page.write_ending(520, paper.y, f"{owed:,.2f}")
    for line in lines:
        page = paper.line()
        page.write(40, paper.y, f"{line.date:%d %b}")
        page.write(110, paper.y, " ".join(line.words))
        page.write_ending(520, paper.y, f"{abs(line.amount):,.2f}{' CR' if line.amount > 0 else ''}")
    page = paper.line()
    page.write(110, paper.y, "TOTAL BALANCE DUE")
    page.write_ending(520, paper.y, f"{closing:,.2f}")
    return paper.number_pages("Straits Kinara Bank, deposits and cards.")
