"""One document from bytes to a reading: opened, read fast, read again with positions only where that is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.pdf import extraction
from adapters.pdf.document import Manner
from adapters.pdf.extraction import Lock, TooLong, Unopened
from adapters.pdf.general import Verdict, read
from adapters.pdf.profiles import profiles_for
from adapters.pdf.second_opinion import plumbed_lines
from adapters.pdf.sheet import Line
from adapters.pdf.vocabulary import vocabulary
from adapters.pdf.wholeness import is_damaged, lacks_pages
from application.ports.documents import (
    LETTERS_OF_A_LINE,
    Damaged,
    Hint,
    NeedsPassword,
    NotAStatement,
    PasswordTrouble,
    ReadDocument,
    Reading,
    Scanned,
    SetAside,
    pictured,
)

_SHOWN = 2000
_OPEN_ENDED = "no balance closes its table, or one that is carried forward"
_TORN = f"{_OPEN_ENDED}, and the file is damaged or lacks pages"


def examine(content: bytes, passwords: Sequence[str], hint: Hint, without: frozenset[str] = frozenset()) -> Reading:
    """Return what the document says; `without` names profiles that are not to be used."""
    try:
        return _examine(content, passwords, hint, without)
    except Unopened as error:
        return Damaged(f"the PDF cannot be opened: {error}")
    except TooLong as error:
        return Damaged(f"no statement is that long: {error}")


def _examine(content: bytes, passwords: Sequence[str], hint: Hint, without: frozenset[str]) -> Reading:
    opened = extraction.open_pdf(content, passwords)
    if isinstance(opened, Lock):
        given = opened is Lock.NONE_FITS
        return NeedsPassword(PasswordTrouble.NONE_FITS if given else PasswordTrouble.NONE_GIVEN)
    lines = extraction.text_lines(opened.pdf)
    if sum(len(line.text) for line in lines) < extraction.LITTLE:
        if extraction.is_scanned(opened.pdf):
            return Scanned(len(opened.pdf))
        return NotAStatement("there is no text in it")
    verdict = understand(lines, hint, without)
    password = passwords[opened.password] if opened.password is not None else None
    if not verdict.statements:
        placed = extraction.placed_lines(opened.pdf)
        second = understand(placed, hint, without)
        if second.statements or second.rows >= verdict.rows:
            lines, verdict = placed, second
    if verdict.is_likely and not verdict.statements:
        third = understand(plumbed_lines(content, password), hint, without)
        verdict = third if third.statements else verdict
    goes_on = _may_go_on(verdict, lines)
    if verdict.statements and not goes_on:
        return ReadDocument(verdict.statements, opened.password)
    is_torn = goes_on and (lacks_pages(lines, len(opened.pdf)) or is_damaged(content, password))
    if verdict.statements and is_torn:
        verdict = _doubted(verdict, _TORN)
    pictures = extraction.pictured_pages(opened.pdf, lines)
    reading = _reading(verdict, lines, opened.password, pictures)
    is_whole = not (is_torn or (goes_on and pictures))
    return replace(reading, is_whole=is_whole) if isinstance(reading, SetAside) else reading


def understand(lines: Sequence[Line], hint: Hint, without: frozenset[str] = frozenset()) -> Verdict:
    """Return what the lines come to, by the profiles of the banks they name, else by the general reader alone."""
    best = Verdict()
    for profile in profiles_for([line.text for line in lines], without):
        verdict = read(lines, profile.vocabulary(), profile.manner, hint.currency)
        if verdict.statements:
            return verdict
        best = max(best, verdict, key=lambda each: each.rows)
    verdict = read(lines, vocabulary(), Manner(), hint.currency)
    return verdict if verdict.statements else max(verdict, best, key=lambda each: each.rows)


def _may_go_on(verdict: Verdict, lines: Sequence[Line]) -> bool:
    """Tell whether the table may have an end that was not read: no balance closes it, or one that is carried on."""
    derived = any(each.is_derived for each in verdict.statements)
    return derived or vocabulary().carries_on(line.text.lower() for line in lines)


def _doubted(verdict: Verdict, reason: str) -> Verdict:
    return Verdict(drafts=verdict.statements, reason=reason, rows=1, is_likely=True)


def _reading(verdict: Verdict, lines: Sequence[Line], password: int | None, pictures: Sequence[int]) -> Reading:
    """Believe what no balance closes for good only where every page was read: its end may stand on a picture."""
    if verdict.statements and not pictures:
        return ReadDocument(verdict.statements, password)
    if verdict.statements:
        verdict = _doubted(verdict, _OPEN_ENDED)
    if pictures and not verdict.rows:
        return Scanned(len(pictures), tuple(pictures))
    if not verdict.is_likely:
        return NotAStatement("no balances and no table of transactions were found in it")
    shown = tuple(line.text[:LETTERS_OF_A_LINE] for line in lines[:_SHOWN])
    unread = f"; {pictured(pictures)} and cannot be read" if pictures else ""
    return SetAside(verdict.reason + unread, shown, verdict.drafts, password)
