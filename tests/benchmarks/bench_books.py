"""How fast the books take in 10,000 transactions of one file, and how fast they answer over them.

Run it: `python tests/benchmarks/bench_books.py`. The best of several; processor time beside the wall's, as the machine
may be busy with other things.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.sqlite import open_store
from application.finance.entering import Document
from application.finance.figures import Period
from application.intake.behind import take_short_turns
from tests.integration.finance.desk import Bookkeeping, keep_books

TRANSACTIONS = 10_000
TURNS = 3
FIRST = date(2025, 1, 1)
SHOPS = (
    "GRAB*RIDE", "GRAB*FOOD", "RESTORAN SERI", "PASARAYA HIJAU", "SHELL STN", "KEDAI X", "LAZADA", "UNKNOWN SHOP",
    "STARBUCKS KUALA LUMPUR", "ZZ TRADING", "TRANSFER TO SAVINGS",
)  # fmt: skip


def made_up() -> bytes:
    random = Random(1)
    rows = [
        f"{FIRST + timedelta(days=number // 20)},{random.choice(SHOPS)} {random.randrange(1000, 9999)},"
        f"{-random.randrange(100, 30_000) / 100:.2f},MYR"
        for number in range(TRANSACTIONS)
    ]
    return "\n".join(["Date,Description,Amount,Currency", *rows]).encode()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


def summary(books: Bookkeeping) -> None:
    """What the Money page asks for at once."""
    figures, all_of_it = books.finance.figures, Period(FIRST, date(2027, 1, 1))
    figures.spent(all_of_it)
    figures.cash_flow(all_of_it)
    figures.balances()
    figures.recurring()
    books.finance.watching.findings()


def one_turn(content: bytes) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "alfred.db")
        books = keep_books(store, Path(folder))
        taken = {
            "entered": timed(lambda: books.finance.entering.enter(Document(content, "account.csv"))),
            "first summary": timed(lambda: summary(books)),
            "next summary": timed(lambda: summary(books)),
        }
        store.close()
    return taken


def main() -> None:
    take_short_turns()
    content = made_up()
    turns = [one_turn(content) for _ in range(TURNS)]
    for name in turns[0]:
        wall, busy = (min(turn[name][which] for turn in turns) for which in (0, 1))
        print(f"{TRANSACTIONS:,} transactions {name}: {wall * 1000:.0f} ms, {busy * 1000:.0f} ms of processor")


if __name__ == "__main__":
    main()
