"""Writing an export: a consistent copy is taken first, so that it can be made while Alfred works."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from application.ports.store import Store
from daemon.export.mbox import write_mbox
from daemon.export.records import RECORDS, Record
from daemon.home import DATABASE
from domain.codec import Json
from domain.errors import CannotBe, Invalid

Counts = Iterator[tuple[str, int]]
# What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"[=+\-@\t\r](?!\d+([.,]\d+)?$)")


def export_to(home: Path, folder: Path, format: str) -> Counts:
    """Write the household at `home` into the new or empty `folder`; yield each file's name and how much it holds."""
    if format not in FORMATS:
        raise Invalid(f"{format!r} will not do: {', '.join(FORMATS)} are known", where="--format")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotBe(f"{folder} is not empty; name a new folder", code="not_empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _copied(home, folder) as store:
        yield from FORMATS[format](store, folder)


@contextmanager
def _copied(home: Path, folder: Path) -> Iterator[Store]:
    """Lend a copy of the store as it stands at one moment."""
    from adapters.sqlite import open_store
    from adapters.sqlite.snapshot import copy_database

    if not (home / DATABASE).exists():
        raise CannotBe(f"{home} holds no household yet; there is nothing to export", code="nothing_to_save")
    with tempfile.TemporaryDirectory(prefix=".exporting-", dir=folder) as copy:
        copy_database(home / DATABASE, Path(copy) / DATABASE)
        store = open_store(Path(copy) / DATABASE)
        try:
            yield store
        finally:
            store.close()


def as_json_lines(store: Store, folder: Path) -> Counts:
    """One JSON object a line, a file for each kind of thing."""
    for name, records in RECORDS.items():
        count = 0
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for record in records(store):
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                count += 1
        yield f"{name}.jsonl", count


def as_csv(store: Store, folder: Path) -> Counts:
    """A table for each kind of thing; what is nested stands in its cell as JSON."""
    for name, records in RECORDS.items():
        yield f"{name}.csv", _write_table(folder / f"{name}.csv", records(store))


def _write_table(file: Path, records: Iterable[Record]) -> int:
    count = 0
    with file.open("w", encoding="utf-8", newline="") as handle:
        table = csv.writer(handle)
        columns: list[str] = []
        for record in records:
            if not columns:
                columns = list(record)
                table.writerow(columns)
            table.writerow([_cell(record.get(column)) for column in columns])
            count += 1
    return count


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if FORMULA.match(value) else value


def as_mbox(store: Store, folder: Path) -> Counts:
    """Mail alone, as mail programs import it, a file for each account."""
    yield from write_mbox(store, folder)


FORMATS: dict[str, Callable[[Store, Path], Counts]] = {"jsonl": as_json_lines, "mbox": as_mbox, "csv": as_csv}
