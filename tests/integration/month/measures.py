"""What a household takes up at one moment: files, rows, marks, memory."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import resource
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adapters.sqlite import action_rows
from adapters.sqlite.connection import Database
from web.api.message_rows import MessageRows

KEPT = re.compile(
    r"messages|bodies|message_labels|classifications|corrections|unclassified|awaiting|set_aside|search_\w+|"  # mails
    r"actions|action_events|outbox|"
    r"tasks|follow_ups|snoozes|"  # the owner's own
    r"preferences|sqlite_\w+|_sqlite_\w+"  # the first are counted as marks
)
NOT_COUNTED = "search"  # virtual, and cannot be scanned
PER_MAIL = ("books/expected/", "books/seen/", "joined/")
CACHE = type(lru_cache(lambda: None))
READERS = 4
PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Measure:
    """`counts` are the rows of what is neither mail nor action, and marks by what they begin with.

    `kept` is how many mails and actions there are; `database` is its size in bytes with all that waits in the WAL.
    """

    kept: int
    counts: Mapping[str, int]
    files: Mapping[str, int]
    database: int
    wal: int
    memory: int
    objects: int
    descriptors: int
    threads: int


def measured(home: Path, database: Database) -> Measure:
    _empty_caches()
    _give_back(database)
    rows = _rows(database)
    folders = Counter(str(file.parent.relative_to(home)) for file in home.rglob("*") if file.is_file())
    return Measure(
        kept=rows["messages"] + rows["actions"],
        counts={**{name: count for name, count in rows.items() if not KEPT.fullmatch(name)}, **_marks(database)},
        files=folders,
        database=database.number("PRAGMA page_count") * database.number("PRAGMA page_size"),
        wal=(home / "alfred.db-wal").stat().st_size,
        memory=int(Path("/proc/self/statm").read_text().split()[1]) * PAGE,
        objects=len(gc.get_objects()),
        descriptors=len(os.listdir("/proc/self/fd")),
        threads=threading.active_count(),
    )


def _empty_caches() -> None:
    """Empty the caches that have a size, and with it a bound; what hides in one without is growth."""
    action_rows._REMEMBERED._things.clear()
    for each in gc.get_objects():
        if type(each) is MessageRows:  # a proxy of what is gone has no class to ask for
            each._kept.clear()
        elif issubclass(type(each), CACHE) and each.cache_parameters()["maxsize"] is not None:
            each.cache_clear()


def _give_back(database: Database) -> None:
    """Let SQLite's connections, which each keep a few megabytes of pages, and the allocator give back what is free."""
    with database.alone() as writer:
        writer.execute("PRAGMA shrink_memory")
    for _ in range(READERS):
        database.rows("PRAGMA shrink_memory")  # they take turns
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def _rows(database: Database) -> dict[str, int]:
    names = database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name != ?", (NOT_COUNTED,))
    return {name: database.number(f'SELECT count(*) FROM "{name}"') for (name,) in names}


def _marks(database: Database) -> Mapping[str, int]:
    names = (name for (name,) in database.rows("SELECT name FROM preferences"))
    return Counter(f"{name.partition('/')[0]}/" for name in names if not name.startswith(PER_MAIL))
