"""What reading a statement of six pages and 278 transactions costs, locked with AES-256, beside pdfplumber and others.

Run it: `python tests/benchmarks/bench_statements.py [REPEATS]`. Times are milliseconds per statement, on the wall and
of the processor, the best of the runs, the document opened anew in each; all get the same locked file. The peer
monopoly-core is tried in a fresh environment made by uv, and left out where it cannot be installed: it is built
against poppler (Debian: `libpoppler-cpp-dev`).
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.pdf import extraction
from adapters.pdf.examination import examine, understand
from adapters.pdf.extraction import Opened
from adapters.pdf.reader import PdfReader
from application.ports.documents import NO_HINT, ReadDocument
from sandbox.statements.protection import Protection
from tests.contract.documents.layouts import MANNERS, books, render

PASSWORD = "quay"
GOALS = {"read by text": 40.0, "read with positions": 120.0}


def document(*, locked: bool) -> bytes:
    manner = next(each for each in MANNERS if each.name == "british")
    written = books(11, 258)
    lines = tuple(replace(each, words=each.words[:1]) for each in written.movements)
    return render(replace(written, movements=lines), manner, Protection(PASSWORD, "bench") if locked else None)


def opened(content: bytes) -> Opened:
    found = extraction.open_pdf(content, (PASSWORD,))
    assert isinstance(found, Opened)
    return found


def by_text(content: bytes) -> None:
    assert isinstance(examine(content, (PASSWORD,), NO_HINT), ReadDocument)


def with_positions(content: bytes) -> None:
    assert understand(extraction.placed_lines(opened(content).pdf), NO_HINT).statements


def text_alone(content: bytes) -> None:
    extraction.text_lines(opened(content).pdf)


def positions_alone(content: bytes) -> None:
    extraction.placed_lines(opened(content).pdf)


def plumbed(content: bytes) -> None:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content), password=PASSWORD) as pdf:
        for page in pdf.pages:
            page.extract_text()


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds, the best of the runs."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:9.1f} ms, {self.processor:7.1f} ms of processor"


def best(work: Callable[[bytes], object], content: bytes, repeats: int) -> Cost:
    walls, processors = [], []
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        work(content)
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - used)
    return Cost(min(walls) * 1000, min(processors) * 1000)


_PEER = """
import sys, time
from pydantic import SecretStr
from monopoly.generic import GenericBank
from monopoly.pdf import PdfDocument, PdfParser
from monopoly.pipeline import Pipeline
path, password, repeats = sys.argv[1], SecretStr(sys.argv[2]), int(sys.argv[3])
walls, processors = [], []
for _ in range(repeats):
    began, used = time.perf_counter(), time.process_time()
    pipeline = Pipeline(PdfParser(GenericBank, PdfDocument(path, passwords=[password]).unlock_document()))
    pipeline.transform(pipeline.extract(safety_check=False))
    walls.append(time.perf_counter() - began)
    processors.append(time.process_time() - used)
print(min(walls) * 1000, min(processors) * 1000)
"""


def peer(content: bytes, repeats: int) -> Cost | str:
    """Return monopoly-core's best, or why there is none."""
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/env/bin/python"
        path = Path(folder, "statement.pdf")
        path.write_bytes(content)
        for step in (
            [uv, "venv", "-q", f"{folder}/env"],
            [uv, "pip", "install", "-q", "--python", python, "monopoly-core"],
        ):
            made = subprocess.run(step, capture_output=True, text=True, check=False)
            if made.returncode:
                return f"cannot be installed: {(made.stderr.strip().splitlines() or ['?'])[-1][:80]}"
        run = subprocess.run(
            [python, "-c", _PEER, str(path), PASSWORD, str(repeats)],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if run.returncode:
            return f"does not read it: {run.stderr.strip().splitlines()[-1][:80]}"
        wall, processor = map(float, run.stdout.strip().splitlines()[-1].split())
        return Cost(wall, processor)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    locked = document(locked=True)
    pages = len(opened(locked).pdf)
    reading = examine(locked, (PASSWORD,), NO_HINT)
    assert isinstance(reading, ReadDocument)
    print(
        f"{pages} pages, {len(reading.statements[0].transactions)} transactions, {len(locked)} bytes, best of {repeats}"
    )
    reader = PdfReader()
    rows: list[tuple[str, Callable[[bytes], object]]] = [
        ("text alone", text_alone),
        ("words with positions alone", positions_alone),
        ("read by text", by_text),
        ("read with positions", with_positions),
        ("read in the process beside", lambda content: reader.read(content, (PASSWORD,))),
    ]
    figures = {name: best(work, locked, repeats) for name, work in rows}
    figures["pdfplumber, text alone"] = best(plumbed, locked, max(repeats // 3, 2))
    reader.close()
    for name, found in figures.items():
        goal = f"   goal {GOALS[name]:.0f}" if name in GOALS else ""
        print(f"{name:32}{found}{goal}")
    read = figures["read by text"]
    compare("pdfplumber", figures["pdfplumber, text alone"], read, 15)
    other = peer(locked, max(repeats // 3, 2))
    print(f"monopoly-core                   {other}")
    if isinstance(other, Cost):
        compare("monopoly-core", other, read, 2)


def compare(name: str, other: Cost, read: Cost, goal: int) -> None:
    wall, processor = other.wall / read.wall, other.processor / read.processor
    print(f"{name} takes {wall:.1f} times as long, {processor:.1f} times by processor   goal {goal}")


if __name__ == "__main__":
    main()
