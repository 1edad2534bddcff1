"""Parsing processes: same answers in the same order, and no mail can take the rest down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.mime.reader import MimeReader
from adapters.mime.workers import Workers
from application.ports.mime import RawMail, Unreadable
from tests.contract.mime.mails import raw, simple

DEADLY = b"this one ends the process"
FRAGILE = f"""
import os, sys
from adapters.mime import worker
from adapters.mime.reader import MimeReader

class Fragile(MimeReader):
    def read(self, raw):
        if {DEADLY!r} in raw.content:
            os._exit(7)
        return super().read(raw)

worker.MimeReader = Fragile
worker.serve(sys.stdin.buffer, sys.stdout.buffer)
"""


def mails(count: int) -> list[RawMail]:
    return [
        raw(simple(f"Subject: {number}\nTo: a@b.example\nCc: c@d.example\n", f"text {number} ü"))
        for number in range(count)
    ]


def children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 5, 32, 400])
def test_workers_read_what_one_process_reads(workers: int, count: int) -> None:
    given = mails(count)
    reader = MimeReader(workers)
    assert list(reader.read_many(given)) == list(MimeReader().read_many(given))
    reader.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes in /proc")
def test_workers_are_kept_from_one_long_run_to_the_next_and_let_go_at_a_short_one() -> None:
    given, reader = mails(100), MimeReader(1)
    wanted = [MimeReader().read(each) for each in given]
    before = children()
    first = list(reader.read_many(given))
    begun = children() - before
    assert (first, list(reader.read_many(given)), children() - before) == (wanted, wanted, begun)
    assert (list(reader.read_many(given[:3])), children() - before) == (wanted[:3], set())
    assert len(begun) == 1


def test_a_mail_that_kills_its_reader_is_set_aside_and_the_rest_is_read() -> None:
    given = mails(200)
    given[40] = given[41] = given[150] = raw(DEADLY)
    workers = Workers(2, (sys.executable, "-c", FRAGILE))
    try:
        found = list(workers.read(given))
    finally:
        workers.close()
    assert [index for index, each in enumerate(found) if isinstance(each, Unreadable)] == [40, 41, 150]
    assert [each for each in found if not isinstance(each, Unreadable)] == [
        MimeReader().read(each) for each in given if each.content != DEADLY
    ]


def test_a_worker_ends_with_its_input() -> None:
    command = (sys.executable, "-m", "adapters.mime.worker")
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root) as process:
        process.communicate(timeout=30)
        assert process.returncode == 0


def test_an_abandoned_run_leaves_no_worker_behind() -> None:
    run = MimeReader(1).read_many(mails(2_000))
    next(iter(run))
    assert hasattr(run, "close")
    run.close()
