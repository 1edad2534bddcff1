"""Which passwords are tried on whose documents, and where they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.finance.entering import Document
from application.finance.senders import PASSWORDS, BankSenders
from domain.finance.transactions import StatementState
from sandbox.statements.year import CARD, PASSWORD
from tests.integration.finance.desk import keep_books

BANKS = ("bank-one.test", "post@bank-two.test")


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def senders(vault: MemoryVault) -> BankSenders:
    return BankSenders(MemoryStore(), vault, BANKS)


def test_a_banks_own_passwords_come_first_and_then_all_others(senders: BankSenders) -> None:
    senders.add_password("own, first", "2024-01-01", "info@mail.bank-one.test")
    senders.add_password("of the other", "2024-02-01", "post@bank-two.test")
    senders.add_password("own, later", "2024-03-01", "cards@bank-one.test")
    senders.add_password("of any", "2024-04-01")
    own = senders.passwords("news@bank-one.test")
    assert own == ("own, later", "own, first", "of any", "of the other")
    assert senders.passwords() == ("of any", "own, later", "of the other", "own, first")


def test_what_was_kept_before_banks_had_their_own_is_still_tried(senders: BankSenders, vault: MemoryVault) -> None:
    vault.put(f"{PASSWORDS}2023-05-06T07:08:09+00:00-abc123", "old")
    senders.add_password("new", "2024-01-01", "post@bank-two.test")
    assert senders.passwords("post@bank-two.test") == ("new", "old")
    assert senders.passwords("info@bank-one.test") == ("new", "old")


def test_a_password_is_kept_once_for_each_bank_that_it_opens(senders: BankSenders, vault: MemoryVault) -> None:
    for sender in ("info@bank-one.test", "cards@bank-one.test", "post@bank-two.test", ""):
        senders.add_password("same", "2024-01-01", sender)
    kept = [name.rpartition("/")[0] for name in vault.names(PASSWORDS)]
    assert sorted(kept) == [f"{PASSWORDS}bank-one.test", f"{PASSWORDS}post@bank-two.test"]
    assert senders.passwords() == ("same",)


def test_an_address_cannot_name_another_folder(senders: BankSenders, vault: MemoryVault) -> None:
    senders.add_password("kept", "2024-01-01", "../post@bank-two.test/x@odd.test")
    (name,) = vault.names(PASSWORDS)
    assert name.removeprefix(PASSWORDS).count("/") == 1


def test_where_only_files_by_hand_are_locked_the_password_is_kept_and_they_are_named(tmp_path: Path) -> None:
    books = keep_books(MemoryStore(), tmp_path)
    locked = next(each for each in books.written if each.password)
    document = Document(locked.content, "card.pdf")
    waiting = books.finance.enter(document)
    assert books.finance.unlock(PASSWORD) == waiting
    assert [each.state for each in books.finance.enter(document)] == [StatementState.COUNTED]


def test_a_password_that_opens_a_banks_document_becomes_its_own(tmp_path: Path) -> None:
    books = keep_books(MemoryStore(), tmp_path)
    books.finance.senders.add_password(PASSWORD, "2024-01-01")
    books.deliver([next(each for each in books.written if each.password)])
    assert books.finance.collect() == 1
    domain = CARD.address.partition("@")[2]
    assert [name.split("/")[2] for name in books.house.vault.names(PASSWORDS)][-1] == domain
