"""One bad document never harms the rest: each is ended within its limits, each is reported, and reading goes on."""

from __future__ import annotations

import datetime as dt
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.pdf.examination import examine
from adapters.pdf.reader import PdfReader
from application.ports.documents import NO_HINT, Damaged, NotAStatement, ReadDocument, Reading
from domain.errors import TryLater
from sandbox.statements.protection import Protection
from tests.contract.documents.hostile import CRAFTED, mutations
from tests.contract.documents.layouts import MANNERS, books, render

SOUND = render(books(1, 24), MANNERS[0])
LOCKED = render(books(2, 24), MANNERS[6], Protection("quay", "hostile"))
LIMIT = 30.0
SLACK = 30.0
"""Seconds for a machine with much else to do to notice the end and start anew."""


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    reader = PdfReader()
    yield reader
    reader.close()


def _in_time(reader: PdfReader, content: bytes, *passwords: str) -> Reading:
    began = time.monotonic()
    reading = reader.read(content, passwords)
    assert time.monotonic() - began < LIMIT + SLACK
    return reading


def _is_true(reading: Reading, sound: bytes) -> bool:
    """A damaged statement is not accepted, or as what it was: nothing of it is left out."""
    return not isinstance(reading, ReadDocument) or _moved(reading) == _moved(examine(sound, ("quay",), NO_HINT))


def _moved(reading: Reading) -> list[tuple[dt.date, Decimal]]:
    assert isinstance(reading, ReadDocument)
    return [(each.date, each.amount) for one in reading.statements for each in one.transactions]


@pytest.mark.parametrize("name", CRAFTED)
def test_crafted_documents_are_reported_and_reading_goes_on(reader: PdfReader, name: str) -> None:
    reading = _in_time(reader, CRAFTED[name]())
    assert isinstance(reading, Damaged | NotAStatement), reading
    assert reading.reason
    assert isinstance(reader.read(SOUND), ReadDocument)


@pytest.mark.parametrize("seed", range(6))
def test_sixty_mutations_do_no_harm(reader: PdfReader, seed: int) -> None:
    for number, content in enumerate(mutations(seed, LOCKED if seed % 2 else SOUND, 10)):
        assert _is_true(_in_time(reader, content, "quay"), LOCKED if seed % 2 else SOUND), (seed, number)
    assert isinstance(reader.read(SOUND), ReadDocument)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_thousand_mutations_do_no_harm(reader: PdfReader) -> None:
    for number, content in enumerate(mutations(99, SOUND, 1200)):
        assert _is_true(_in_time(reader, content), SOUND), number
    for number, content in enumerate(mutations(98, LOCKED, 1000)):
        assert _is_true(_in_time(reader, content, "quay"), LOCKED), number
    assert isinstance(reader.read(SOUND), ReadDocument)


def test_the_reading_process_stays_within_its_memory(reader: PdfReader) -> None:
    assert isinstance(reader.read(SOUND), ReadDocument)
    worker = reader._worker
    assert worker is not None
    if sys.platform != "linux":
        pytest.skip("only Linux enforces and tells the size of the address space")
    limits = Path(f"/proc/{worker.pid}/limits").read_text("utf-8")
    (line,) = (line for line in limits.splitlines() if line.startswith("Max address space"))
    assert line.split()[3:5] == [str(512 * 1024 * 1024)] * 2


def test_a_process_that_hangs_is_killed_and_renewed(tmp_path: Path) -> None:
    script = tmp_path / "hangs.py"
    script.write_text(
        "import sys, threading; sys.stdout.buffer.write(bytes(4)); sys.stdout.flush(); threading.Event().wait()"
    )
    reader = PdfReader((sys.executable, str(script)), patience=0.2)
    assert reader.read(SOUND) == Damaged("reading it took longer than 0 seconds")
    first = reader._worker
    assert reader.read(SOUND) == Damaged("reading it took longer than 0 seconds")
    assert reader._worker is not first
    reader.close()


def test_a_process_that_dies_is_reported(tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text("import sys; sys.stdout.buffer.write(bytes(4)); sys.stdout.flush(); sys.stdin.buffer.read(9)")
    reader = PdfReader((sys.executable, str(script)))
    reading = reader.read(SOUND)
    assert reading == Damaged("reading it ended the process that read it")
    reader.close()


def test_an_answer_that_makes_no_sense_is_not_believed(tmp_path: Path) -> None:
    script = tmp_path / "lies.py"
    script.write_text(
        "import struct, sys\nout = sys.stdout.buffer\n"
        'lie = b\'{"kind": "ReadDocument", "reading": {"statements": "all"}}\'\n'
        'out.write(bytes(4) + struct.pack(">I", len(lie)) + lie)\nout.flush()\nsys.stdin.buffer.read()'
    )
    reader = PdfReader((sys.executable, str(script)))
    assert reader.read(SOUND) == Damaged("reading it gave an answer that makes no sense")
    reader.close()


def test_a_process_that_does_not_start_is_no_fault_of_the_document() -> None:
    reader = PdfReader((sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(TryLater, match="does not start"):
        reader.read(SOUND)
    reader.close()


def test_threads_take_turns_and_each_gets_its_own_answer(reader: PdfReader) -> None:
    contents = [render(books(seed, 6), MANNERS[0]) for seed in range(6)]
    found: dict[int, Reading] = {}

    def ask(number: int) -> None:
        found[number] = reader.read(contents[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, reading in found.items():
        assert isinstance(reading, ReadDocument)
        assert reading.statements[0].opening == books(number, 6).opening


def test_what_is_no_pdf_is_not_handed_over() -> None:
    reader = PdfReader((sys.executable, "-c", "raise SystemExit(1)"))
    assert isinstance(reader.read(b"GIF89a"), NotAStatement)
    assert isinstance(reader.read(b"%PDF-1.4" + bytes(51 * 1024 * 1024)), Damaged)
