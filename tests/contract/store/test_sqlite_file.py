"""The file: one process at a time, never overwritten when damaged, whole after a full disk."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.sqlite import check_file, migrations, open_store
from application.ports.store import MessageQuery
from domain.action_events import Approved, Executed, Started
from domain.errors import AlfredError, CorruptStore, StoreLocked, TryLater
from domain.messages import Mail
from tests.contract.store.samples import NOON, at, mail, proposed

HOLDER = """
import sys
from pathlib import Path
from adapters.sqlite import open_store
store = open_store(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    store = open_store(tmp_path / "alfred.db")
    store.messages.take([mail("1")])
    action = store.actions.append("a", [proposed()], actor="owner", at=NOON)
    store.close()
    again = open_store(tmp_path / "alfred.db")
    assert again.messages.get("home:1").message == mail("1")
    assert again.actions.get("a") == action
    assert again.actions.verify().rows == 1
    again.check()
    again.close()


def test_a_batch_costs_the_index_the_same_in_whatever_order_it_comes(tmp_path: Path) -> None:
    batch = [mail(str(minute), received_at=at(minute)) for minute in range(100)]
    pieces = []
    for name, messages in (("oldest", batch), ("newest", batch[::-1])):
        store = open_store(tmp_path / f"{name}-first.db")
        store.messages.take(messages)
        with store.database.read() as connection:
            pieces += connection.execute("SELECT count(*) FROM search_data").fetchone()
        store.close()
    assert pieces[0] == pieces[1]


def test_closing_leaves_one_file_beside_the_lock(tmp_path: Path) -> None:
    store = open_store(tmp_path / "alfred.db")
    store.messages.take([mail("1")])
    store.messages.count(MessageQuery())
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alfred.db", "alfred.db.lock"]


def test_a_second_opening_is_refused_and_says_who_holds_it(tmp_path: Path) -> None:
    store = open_store(tmp_path / "alfred.db")
    with pytest.raises(StoreLocked, match=re.escape(f"{tmp_path} is in use by process {os.getpid()};")):
        open_store(tmp_path / "alfred.db")
    store.close()
    open_store(tmp_path / "alfred.db").close()


def test_another_process_holds_it_until_it_ends_however_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match=f"process {holder.pid};"):
            open_store(path)
        holder.kill()
        holder.wait()
        open_store(path).close()


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    path.write_bytes(b"the only copy of something else" * 100)
    before = path.read_bytes()
    with pytest.raises(CorruptStore, match=re.escape(str(path))):
        open_store(path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["alfred.db", "alfred.db.lock"]


def _filled_file(path: Path) -> bytes:
    store = open_store(path)
    store.messages.take([mail(str(number), body=Mail("word " * 200)) for number in range(200)])
    store.close()
    return path.read_bytes()


def _cut_short(content: bytes) -> bytes:
    return content[: len(content) // 3]


def _header_only(content: bytes) -> bytes:
    return content[:100]


def _schema_overwritten(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 3996 + content[4096:]


def _tables_overwritten(content: bytes) -> bytes:
    return content[:4096] + b"\xff" * (len(content) - 4096)


@pytest.mark.parametrize("harm", [_cut_short, _header_only, _schema_overwritten, _tables_overwritten])
def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, harm: object) -> None:
    path = tmp_path / "alfred.db"
    damaged = harm(_filled_file(path))  # type: ignore[operator]
    path.write_bytes(damaged)
    with pytest.raises(CorruptStore, match=re.escape(str(path))):
        open_store(path)
    assert path.read_bytes() == damaged


def test_a_check_sees_a_header_that_was_written_over_behind_a_log_that_has_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    store = open_store(path)
    store.messages.take([mail("1")])
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("alfred.db", "alfred.db-wal"):
        shutil.copy(tmp_path / name, killed)
    store.close()
    assert check_file(killed / "alfred.db").integrity == "ok"
    with (killed / "alfred.db").open("r+b") as file:
        file.write(b"\xff" * 100)
    assert check_file(killed / "alfred.db").integrity == "it is no database"


def test_damage_in_the_middle_is_found_by_a_check(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    content = bytearray(_filled_file(path))
    where = content.rindex(b"word word")
    page = where - where % 4096
    content[page : page + 8] = b"\xff" * 8
    path.write_bytes(content)
    store = open_store(path)
    with pytest.raises(CorruptStore, match=re.escape(str(path))):
        store.check()
    store.close()


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    with pytest.raises(AlfredError, match="not one of Alfred's") as refusal:
        open_store(path)
    assert refusal.value.code == "foreign_schema"


def test_a_database_of_a_newer_alfred_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    open_store(path).close()
    newer = sqlite3.connect(path)
    newer.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('alfred', 'm999_moon', '')")
    newer.commit()
    newer.close()
    with pytest.raises(AlfredError, match="newer Alfred") as refusal:
        open_store(path)
    assert refusal.value.code == "newer_schema"


def test_an_older_database_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "alfred.db"
    every_step = migrations.STEPS
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", every_step[:1])
        open_store(path).close()
    store = open_store(path)
    store.preferences.put("quiet", True)
    assert store.preferences.get("quiet") is True
    store.close()


def test_what_an_older_index_found_is_found_after_it_was_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alfred.db"
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", migrations.STEPS[: migrations.STEPS.index(migrations.m007_short_prefixes)])
        store = open_store(path)
        store.messages.take([mail("1", body=Mail("a bicycle")), mail("2", body=Mail("a train"))])
        store.close()
    store = open_store(path)
    store.messages.take([mail("3", body=Mail("two bicycles"))])
    assert [store.messages.count(MessageQuery(text=text)) for text in ("bicycle", "bi*", "b*", "train")] == [1, 2, 2, 1]
    store.messages.take([mail("1", body=Mail("a scooter"))])
    assert [store.messages.count(MessageQuery(text=text)) for text in ("bicycle", "bi*", "sc*")] == [0, 1, 1]
    store.close()


def test_a_receipt_that_an_older_version_left_in_no_order_is_put_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, receipt = tmp_path / "alfred.db", {"budget": "1", "after": "2"}
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", migrations.STEPS[: migrations.STEPS.index(migrations.m010_sorted_receipts)])
        store = open_store(path)
        action = store.actions.append("a", [proposed()], actor="owner", at=NOON)
        store.actions.append("a", [Approved(action.digest), Started(), Executed(receipt)], actor="owner", at=NOON)
        state = 'replace(state, \'{"after":"2","budget":"1"}\', \'{"budget":"1","after":"2"}\')'
        store.database.writer.execute(f"UPDATE actions SET state = {state}")
        assert store.actions.verify().broken_at == 1
        store.close()
    store = open_store(path)
    assert (store.actions.verify().broken_at, store.actions.get("a").receipt) == (None, receipt)
    store.close()


def test_a_full_disk_is_said_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    store = open_store(tmp_path / "alfred.db")
    store.messages.take([mail("1")])
    (pages,) = store.database.writer.execute("PRAGMA page_count").fetchone()
    store.database.writer.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(TryLater, match="the disk is full") as refusal:
        store.messages.take([mail(f"big{number}", body=Mail("word " * 4000)) for number in range(20)])
    assert refusal.value.code == "disk_full"
    assert store.messages.count(MessageQuery()) == 1
    store.database.writer.execute("PRAGMA max_page_count = 1000000")
    store.messages.take([mail(f"big{number}", body=Mail("word " * 4000)) for number in range(20)])
    assert store.messages.count(MessageQuery(text="word")) == 20
    store.check()
    store.close()


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(AlfredError, match="nowhere"):
        open_store(tmp_path / "nowhere" / "alfred.db")


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    open_store(tmp_path / "alfred.db").close()
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600, 0o600]


def test_opening_imports_no_migration_library_where_no_step_is_due(tmp_path: Path) -> None:
    path = tmp_path / "alfred.db"
    open_store(path).close()
    script = HOLDER.replace("sys.stdin.read()", "print('sqlite_utils' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "open\nFalse\n"
