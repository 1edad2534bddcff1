"""How fast messages are stored and found, beside the same rows in sqlite-utils with its own full-text index.

Run it: `python tests/benchmarks/bench_search.py [MESSAGES]`; 100,000 by default, measured at a fifth of them too.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import sqlite_utils

from adapters.sqlite import SqliteStore, open_store
from application.ports.store import MessageQuery
from domain.messages import Address, Mail, Message
from domain.triage import Category, Classification, Verdict

BATCH = 500
START = datetime(2020, 1, 1, tzinfo=UTC)
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvwz" for vowel in "aeiou"]
CATEGORIES = [Category.NEWSLETTER, Category.TRANSACTIONAL, Category.WORK, Category.PERSONAL, Category.SPAM]


class Corpus:
    """Mails of some 340 words drawn from 60,000 after Zipf's law; every mail holds "everywhere", few hold "needle"."""

    def __init__(self) -> None:
        self._chance = random.Random(42)
        self._words = ["".join(self._chance.choices(SYLLABLES, k=2 + rank % 3)) for rank in range(60_000)]
        self._weights = list(accumulate(1 / (rank + 1) for rank in range(60_000)))

    def words(self, count: int) -> list[str]:
        return self._chance.choices(self._words, cum_weights=self._weights, k=count)

    def mails(self, first: int, count: int) -> list[Message]:
        return [self._mail(number) for number in range(first, first + count)]

    def _mail(self, number: int) -> Message:
        text = " ".join(self.words(340)) + " everywhere we go"
        text += " needle" if number % 5000 == 0 else ""
        text += " sometimes" if number % 70 == 0 else ""
        received = START + timedelta(minutes=number, seconds=self._chance.randrange(3600))
        account = "work" if number % 7 == 0 else "home"
        return Message(
            id=f"{account}:18f2c{number:011x}",
            account=account,
            provider="google",
            source="side/mail" if number % 2000 == 0 else f"{account}/mail",
            thread_id=f"t{number // 3}",
            sent_at=received,
            received_at=received,
            sender=Address(self.words(1)[0].title(), f"p{number % 300}@firm.example"),
            to=(Address("Owner", "owner@home.example"),),
            subject=" ".join(self.words(6)),
            body=Mail(text, html="<p>" + text.replace(" we ", "</p><p>") * 2, message_id=f"<{number}@firm.example>"),
            labels=frozenset({"inbox", "unread"} if number % 10 == 0 else {"updates"}),
            size=len(text),
        )


def fill(store: SqliteStore, corpus: Corpus, first: int, last: int) -> float:
    """Take messages in batches and classify them; return microseconds per message for the taking."""
    taking = 0.0
    for start in range(first, last, BATCH):
        batch = corpus.mails(start, min(BATCH, last - start))
        begun = time.perf_counter()
        store.messages.take(batch)
        taking += time.perf_counter() - begun
        store.classifications.put([_classified(message, start + at) for at, message in enumerate(batch)])
    return taking / (last - first) * 1e6


def _classified(message: Message, number: int) -> Classification:
    category = Category.URGENT if number % 400 == 0 else CATEGORIES[number % 5]
    return Classification(message.id, Verdict(category, 1 if number % 250 == 0 else 2 + number % 4, 0.8), START)


QUERIES = {
    "newest 50": MessageQuery(),
    "one source": MessageQuery(source="work/mail"),
    "one category": MessageQuery(category=Category.URGENT),
    "priority 1": MessageQuery(max_priority=1),
    "unclassified": MessageQuery(unclassified=True),
    "one label and a category": MessageQuery(label="inbox", category=Category.WORK),
    "rare word": MessageQuery(text="needle"),
    "middling word": MessageQuery(text="sometimes"),
    "word in every mail": MessageQuery(text="everywhere"),
    "two common words": MessageQuery(text="everywhere we"),
    "phrase": MessageQuery(text='"everywhere we go"'),
    "phrase of few": MessageQuery(text='"go needle"'),
    "prefix": MessageQuery(text="everyw*"),
    "short prefix": MessageQuery(text="ba*"),
    "one letter": MessageQuery(text="b*"),
    "short prefix, rare category": MessageQuery(text="ba*", category=Category.URGENT),
    "short prefix, 50 messages": MessageQuery(text="ba*", source="side/mail"),
    "without a word": MessageQuery(text="everywhere -sometimes"),
    "word in every mail, one source": MessageQuery(text="everywhere", source="work/mail"),
    "word in every mail, rare category": MessageQuery(text="everywhere", category=Category.URGENT),
    "word in every mail, priority 1": MessageQuery(text="everywhere", max_priority=1),
    "word in every mail, priority 1, rare category": MessageQuery(
        text="everywhere", max_priority=1, category=Category.URGENT
    ),
    "word in every mail, a week of long ago": MessageQuery(
        text="everywhere", since=START + timedelta(days=3), until=START + timedelta(days=10)
    ),
    "middling word, label": MessageQuery(text="sometimes", label="inbox"),
}


def p95(what: Callable[[], object], count: int = 60) -> float:
    """Return the milliseconds that 95 % of calls stay under."""
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        what()
        times.append(time.perf_counter() - begun)
    return sorted(times)[int(count * 0.95)] * 1000


def ask(store: SqliteStore, goal: float) -> None:
    for name, query in QUERIES.items():
        found = len(store.messages.list(query).items)
        taken = p95(lambda query=query: store.messages.list(query))  # type: ignore[misc]
        print(f"  {name:46} {taken:8.2f} ms  {found:3} rows{'' if taken <= goal else '   OVER the goal'}")


def plain(folder: Path, messages: Iterator[Message], count: int) -> None:
    """The plain way: sqlite-utils, its full-text index kept by triggers, newest first by date."""
    database = sqlite_utils.Database(folder / "plain.db")
    database.enable_wal()
    rows = ({"id": m.id, "date": m.received_at.isoformat(), "subject": m.subject, "text": m.text} for m in messages)
    table = database["messages"]
    table.insert({"id": "", "date": "", "subject": "", "text": ""}, pk="id")
    table.enable_fts(["subject", "text"], create_triggers=True)
    kept = list(rows)
    begun = time.perf_counter()
    table.insert_all(kept, batch_size=BATCH)
    elapsed = (time.perf_counter() - begun) / count * 1e6
    query = "SELECT m.* FROM messages m JOIN messages_fts f ON f.rowid = m.rowid WHERE messages_fts MATCH ?"
    taken = p95(lambda: list(database.query(f"{query} ORDER BY m.date DESC LIMIT 50", ["everywhere"])), 20)
    print(f"\nsqlite-utils with triggers, {count} messages: insert {elapsed:.0f} µs each")
    print(f"  word in every mail, newest first by date       {taken:8.2f} ms")
    database.close()


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    corpus, done = Corpus(), 0
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "alfred.db")
        for count, goal in ((most // 5, 5.0), (most, 20.0)):
            each = fill(store, corpus, done, count)
            done = count
            size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
            print(f"\n{count} messages: take {each:.0f} µs each (goal 250), {size:.0f} MB; p95 (goal {goal:.0f} ms)")
            ask(store, goal)
        store.close()
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        plain(Path(folder), iter(corpus.mails(0, most // 5)), most // 5)


if __name__ == "__main__":
    main()
