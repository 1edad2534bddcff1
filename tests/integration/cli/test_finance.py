"""The books in the terminal: statements from files and from the demo's mail, transactions, budgets."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox import household
from sandbox.statements.year import PASSWORD, BankStatement
from tests.integration.cli.conftest import PATIENCE, Alfred, Demo
from tests.integration.cli.test_setup import Owner

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def files(folder: Path) -> tuple[BankStatement, BankStatement]:
    """Put an open and a locked statement into `folder`."""
    account, card = household.load("monday", now=NOON).statements[-2:]
    for each in (account, card):
        (folder / each.name).write_bytes(each.content)
    return account, card


def test_statements_are_imported_from_files_once(alfred: Alfred, tmp_path: Path) -> None:
    account, card = files(tmp_path)
    paths = [str(tmp_path / each.name) for each in (account, card)]
    ran = alfred("statements", "import", *paths, "--password-stdin", "--json", said=f"{PASSWORD}\n")
    assert [each["state"] for each in ran.items] == ["counted", "counted"]
    assert [each["state"] for each in alfred("statements", "import", *paths, "--json").items] == ["counted", "counted"]
    assert len(alfred("transactions", "--json").items) == len(account.lines) + len(card.lines)
    listed = alfred("transactions").out
    assert ("There is more" in listed) == (len(account.lines) + len(card.lines) > 50)
    written = list(csv.DictReader(io.StringIO(alfred("transactions", "--csv").out)))
    assert len(written) == len(account.lines) + len(card.lines)
    searched = list(csv.DictReader(io.StringIO(alfred("transactions", "--csv", "--search", "grab").out)))
    assert searched == [each for each in written if "GRAB" in each["description"]] != []
    assert "open Equity:Opening-Balances" in alfred("transactions", "--format", "beancount").out


def test_a_locked_statement_says_so_and_opens_by_the_variable(
    alfred: Alfred, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, card = files(tmp_path)
    locked = alfred("statements", "import", str(tmp_path / card.name))
    assert (locked.code, "no password is known" in locked.out) == (0, True)
    tried = alfred("statements", "unlock", "--password-stdin", said="14JUN1984\n")
    assert f"alfred statements import --password-stdin {card.name}" in tried.out
    monkeypatch.setenv("ALFRED_STATEMENT_PASSWORD", PASSWORD)
    assert "counted" in alfred("statements", "import", str(tmp_path / card.name)).out


def test_what_is_no_statement_is_named_and_the_rest_is_read(alfred: Alfred, tmp_path: Path) -> None:
    account, _ = files(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear Sir")
    paths = [str(tmp_path / name) for name in ("letter.txt", "nowhere.pdf", account.name)]
    ran = alfred("statements", "import", *paths, "--json")
    assert (ran.code, [each["filename"] for each in ran.items]) == (1, [account.name])
    assert [name for name in ("letter.txt", "nowhere.pdf") if name not in ran.err] == []


def test_a_file_that_is_refused_says_what_it_lacks_and_nothing_of_other_statements(
    alfred: Alfred, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Date,Description,Amount\n2026-11-01,Shop,-5.00\n2026-11-02,Salary,50.00\n")
    ran = alfred("statements", "import", str(table))
    assert (ran.code, ran.out) == (1, "")
    assert "--currency" in ran.err
    assert "counted" in alfred("statements", "import", str(table), "--currency", "EUR").out


def test_a_bank_that_was_named_by_mistake_is_taken_back_and_one_of_the_settings_says_where_it_stands(
    alfred: Alfred, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alfred("statements", "senders", "bamk.example").out == "bamk.example\n"
    assert alfred("statements", "senders", "bank.example", "--remove").code == 1
    assert "No bank is named" in alfred("statements", "senders", "bamk.example", "--remove").out
    monkeypatch.setenv("ALFRED_BOOKS__SENDERS", "bank.example")
    refused = alfred("statements", "senders", "bank.example", "--remove")
    assert (refused.code, "books.senders" in refused.err) == (1, True)


def test_own_keywords_are_set_changed_and_forgotten(alfred: Alfred, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Date,Description,Amount,Currency\n2026-10-02,ZZQ Haus 17,-5.00,EUR\n")
    alfred("statements", "import", str(tmp_path / "a.csv"))
    assert "no keywords of your own" in alfred("statements", "keywords").out
    for category in ("gifts", "travel"):
        ran = alfred("statements", "keywords", "zzq haus", "--category", category, "--json")
        assert ran.items == [{"words": "zzq haus", "category": category}]
        assert [each["category"] for each in alfred("transactions", "--json").items] == [category]
    assert alfred("statements", "keywords", "zzq haus").code != 0
    assert alfred("statements", "keywords", "zzq haus", "--category", "zeppelins").code != 0
    assert alfred("statements", "keywords", "ZZQ HAUS", "--remove", "--json").items == []
    assert [each["category"] for each in alfred("transactions", "--json").items] == ["other"]
    assert "none of your keywords" in alfred("statements", "keywords", "zzq haus", "--remove").err


def test_without_banks_there_is_nowhere_to_look(alfred: Alfred) -> None:
    ran = alfred("statements", "fill")
    assert (ran.code, "books.senders" in ran.err) == (1, True)
    assert "There are no budgets" in alfred("budgets").out


def test_the_demo_fills_its_books_from_mail(demo: Demo) -> None:
    until = time.monotonic() + PATIENCE
    while len(demo("statements", "list", "--json").items) < 24:
        assert time.monotonic() < until, "the statements were not found"
        demo("statements", "fill")
    states = {each["state"] for each in demo("statements", "list", "--json").items}
    assert states == {"counted", "needs_password"}
    opened = demo("statements", "unlock", "--password-stdin", "--json", said=f"{PASSWORD}\n").items
    assert [each["state"] for each in opened] == ["counted"] * 12
    (food,) = demo("budgets", "--json").items
    assert food["category"] == "food"
    assert float(food["spent"]["amount"]) > 0


def test_banks_are_named_to_the_daemon_that_runs(demo: Demo) -> None:
    ran = demo("setup", "--step", "banks", said=Owner("bank.example", ""))
    assert (ran.code, ran.err) == (0, "")
    assert "✓ Mail: gmail" in ran.out
    assert "bank.example are believed" in ran.out
    assert "What he would do" not in ran.out
