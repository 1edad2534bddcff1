"""Exports: everything that is kept, in files that other programs read."""

import csv
import json
import mailbox
from pathlib import Path

import pytest

from daemon.export import export_to
from daemon.export.formats import _cell
from daemon.export.mbox import mbox_entry
from daemon.household import household
from daemon.settings import load
from domain.errors import CannotBe, Invalid
from domain.messages import Address, Mail, Message
from domain.tasks import Snooze
from tests.contract.store.samples import NOON, full_mail, mail
from tests.contract.store.test_books import MAY, line
from tests.integration.backup.house import furnish


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("house") / "home")


def test_json_lines_hold_everything(home: Path, tmp_path: Path) -> None:
    counts = dict(export_to(home, tmp_path / "out", "jsonl"))
    lines = {name: [json.loads(line) for line in (tmp_path / "out" / name).read_text().splitlines()] for name in counts}
    assert {name: len(found) for name, found in lines.items()} == counts
    assert (counts["messages.jsonl"], counts["tasks.jsonl"], counts["memory.jsonl"]) == (31, 1, 1)
    full = next(line for line in lines["messages.jsonl"] if line["id"] == "home:full")
    assert full["body"]["text"] == "What I say.\n\nIn two paragraphs."
    sent = next(line for line in lines["actions.jsonl"] if line["id"] == "send-done")
    assert [event["event"]["receipt"] for event in sent["events"] if "receipt" in event["event"]] == [{"id": "sent"}]


def test_the_books_the_budgets_and_the_work_are_exported_too(tmp_path: Path) -> None:
    home = furnish(tmp_path / "home")
    with household(load(home)) as container:
        store = container.store()
        store.books.book(MAY, (line(1), line(2, "1234567890.123", day=2)))
        store.preferences.put("budget/dining", {"limit": "500", "currency": "MYR"})
        store.tasks.put_snooze(Snooze("home:1", NOON))
    counts = dict(export_to(home, tmp_path / "out", "jsonl"))
    kinds = ("statements", "transactions", "budgets", "snoozes", "pull-requests", "work-items", "runs")
    assert [counts[f"{kind}.jsonl"] for kind in kinds] == [1, 2, 1, 1, 0, 0, 0]
    newest, *_ = (tmp_path / "out" / "transactions.jsonl").read_text().splitlines()
    assert (json.loads(newest)["amount"], json.loads(newest)["date"]) == ("1234567890.123", "2026-05-02")


def test_an_export_is_made_while_alfred_runs(home: Path, tmp_path: Path) -> None:
    with household(load(home)):
        assert dict(export_to(home, tmp_path / "out", "jsonl"))["tasks.jsonl"] == 1
    assert not list((tmp_path / "out").glob(".*"))


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(home: Path, tmp_path: Path) -> None:
    assert dict(export_to(home, tmp_path / "out", "csv"))["messages.csv"] == 31
    with (tmp_path / "out" / "tasks.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["title"]) == ("t1", "'=Water the ferns")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-12.50", "-12.50"), ("-cmd", "'-cmd"), ("+49 30", "'+49 30"), (None, "")],
)
def test_a_cell_never_begins_a_formula(value: str | None, expected: str) -> None:
    assert _cell(value) == expected


def test_an_mbox_is_read_by_the_standard_library(home: Path, tmp_path: Path) -> None:
    assert dict(export_to(home, tmp_path / "out", "mbox")) == {"home.mbox": 31}
    box = mailbox.mbox(tmp_path / "out" / "home.mbox")
    try:
        mails = {each["Subject"]: each for each in box}
        full = next(each for each in box if each["Message-ID"] == "<1@example.org>")
    finally:
        box.close()
    assert len(mails) == 31
    assert "\n\nWhat I say." in full.as_string()
    assert full["X-Alfred-Attachments"] == "plan.pdf,"


HOSTILE = [
    mail(subject="a\r\nBcc: evil@example.org\r\n\r\nbody"),
    mail(sender=Address('"; <x>\n', "no-at-sign")),
    mail(sender=Address("\ud800", "ünï@exämple.org")),
    mail(body=Mail("From here\nFrom there\n>From far\n", message_id="<a b>\n\n<c>")),
    mail(body=Mail("\udcff\x00", html="<p>\ud800</p>")),
    mail(sender=Address("", ""), to=(Address("x" * 5000, "a@b"),) * 50),
]


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_mail_stays_one_mail_without_new_headers(message: Message, tmp_path: Path) -> None:
    assert message.mail is not None
    content = mbox_entry(message, message.mail) * 2
    (tmp_path / "box").write_bytes(content)
    box = mailbox.mbox(tmp_path / "box")
    try:
        found = list(box)
    finally:
        box.close()
    assert len(found) == 2
    assert [each["Bcc"] for each in found] == [None, None]


def test_an_unknown_format_is_refused_with_those_that_are_known(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="jsonl, mbox, csv are known"):
        list(export_to(home, tmp_path / "out", "xml"))


def test_nothing_is_written_into_a_folder_that_holds_something(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(CannotBe, match="name a new folder"):
        list(export_to(home, tmp_path, "jsonl"))


def test_a_full_mail_keeps_who_it_was_from() -> None:
    message = full_mail()
    assert message.mail is not None
    assert b"From: =?utf-8?" in mbox_entry(message, message.mail)
