"""Backups: whole, checked, without secrets; the way back is halted and doubts what may have happened since."""

import gzip
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from adapters.sqlite import open_store
from application.sign_in.attempts import NotSignedIn
from daemon import backup
from daemon.backup.making import prune
from daemon.clock import SYSTEM_CLOCK
from daemon.container import Container
from daemon.household import household
from daemon.settings import load
from domain.actions import Status
from domain.errors import CannotBe, TryLater
from tests.contract.store.samples import mail
from tests.integration.backup.house import CANARY, furnish

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("house") / "home")


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Path:
    """A household of one's own for each test."""
    return Path(shutil.copytree(furnished, tmp_path / "home"))


@pytest.fixture(scope="module", params=["", PASSPHRASE], ids=["plain", "sealed"])
def saved(
    furnished: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Path, str]:
    return backup.create(furnished, tmp_path_factory.mktemp("backups"), request.param), request.param


def contents(file: Path, passphrase: str, folder: Path) -> dict[str, bytes]:
    """What a restore brings back, file by file."""
    backup.restore(file, folder, passphrase)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_backup_holds_what_the_household_held(saved: tuple[Path, str], furnished: Path, tmp_path: Path) -> None:
    file, passphrase = saved
    manifest = backup.verify(file, furnished, passphrase)
    backup.restore(file, tmp_path / "new", passphrase)
    was, found = open_store(furnished / "alfred.db"), open_store(tmp_path / "new" / "alfred.db")
    try:
        assert found.messages.get("home:full") == was.messages.get("home:full")
        assert found.tasks.tasks() == was.tasks.tasks()
        assert found.memory.all() == was.memory.all()
        assert found.rules.all() == was.rules.all()
        assert (manifest.head, manifest.entries) == (was.actions.verify().head, was.actions.verify().rows)
        assert found.actions.verify().broken_at is None
    finally:
        was.close()
        found.close()
    assert (tmp_path / "new" / "persona.toml").read_text() == 'address = "Master Jo"\n'
    assert load(tmp_path / "new").owner.timezone == "Europe/Berlin"


def test_a_restored_household_is_halted_and_says_why(saved: tuple[Path, str], tmp_path: Path) -> None:
    backup.restore(saved[0], tmp_path / "new", saved[1])
    with household(load(tmp_path / "new")) as container:
        assert container.halt().is_halted
        assert "restored from the backup of" in container.halt().reason


def test_what_may_have_been_sent_since_is_in_doubt(saved: tuple[Path, str], tmp_path: Path) -> None:
    restored = backup.restore(saved[0], tmp_path / "new", saved[1])
    assert (set(restored.doubted), restored.waiting) == ({"send-approved", "send-started"}, 1)
    store = open_store(tmp_path / "new" / "alfred.db")
    try:
        expected = {
            "label-approved": Status.APPROVED,
            "send-proposed": Status.PROPOSED,
            "send-approved": Status.UNCERTAIN,
            "send-started": Status.UNCERTAIN,
            "send-done": Status.EXECUTED,
            "send-unsure": Status.UNCERTAIN,
        }
        assert {name: store.actions.get(name).status for name in expected} == expected
    finally:
        store.close()


def test_who_was_signed_in_or_held_a_code_is_let_in_no_more(home: Path, tmp_path: Path) -> None:
    with household(load(home)) as container:
        _, token = container.devices().add("a phone that was lost since", ends=False)
        recovery, pairing = container.devices().new_recovery_codes()[0], container.devices().new_code()
        container.store().preferences.put("passkey/one", {"id": "one"})
        container.store().preferences.put("push/phone", {"device": "phone"})
    file = backup.create(home, tmp_path / "backups")
    restored = backup.restore(file, tmp_path / "new")
    with household(load(tmp_path / "new")) as container:
        for attempt in (lambda: container.devices().recognise(token), *pairings(container, recovery, pairing)):
            with pytest.raises(NotSignedIn):
                attempt()
        names = container.store().preferences.names("")
        assert container.passkeys().all() == ()
    assert [name for name in names if "phone" in name] == []
    assert restored.signed_out >= 1


def pairings(container: Container, *codes: str) -> list[Callable[[], object]]:
    return [partial(container.devices().pair, code, "a thief's") for code in codes]


def test_nothing_in_doubt_is_sent_by_itself_after_the_halt(saved: tuple[Path, str], tmp_path: Path) -> None:
    backup.restore(saved[0], tmp_path / "new", saved[1])
    with household(load(tmp_path / "new")) as container:
        container.halt().resume()
        container.execution().recover()
        container.execution().run_waiting()
        sent = [container.store().actions.get(name).status for name in ("send-approved", "send-started")]
    assert sent == [Status.UNCERTAIN, Status.UNCERTAIN]


def test_no_secret_is_in_a_backup(saved: tuple[Path, str], tmp_path: Path) -> None:
    found = contents(saved[0], saved[1], tmp_path / "new")
    assert sorted(found) == ["HALT", "alfred.db", "config.toml", "persona.toml", "rules.toml"]
    assert [name for name, content in found.items() if CANARY.encode() in content] == []
    assert b'client_id = "mine"' in found["config.toml"]


def test_settings_without_a_secret_are_saved_to_the_letter(home: Path, tmp_path: Path) -> None:
    said = "# mine\n[web]\nport = 8421 # free\n"
    (home / "config.toml").write_text(said)
    found = contents(backup.create(home, tmp_path / "backups"), "", tmp_path / "new")
    assert found["config.toml"].decode() == said


def test_a_sealed_backup_shows_nothing_and_opens_for_its_passphrase_alone(home: Path, tmp_path: Path) -> None:
    file = backup.create(home, tmp_path / "backups", PASSPHRASE)
    content = file.read_bytes()
    assert backup.is_sealed(file)
    assert [word for word in (b"alfred.db", b"manifest", b"SQLite", gzip.compress(b"")[:3]) if word in content] == []
    with pytest.raises(CannotBe, match="passphrase is wrong"):
        backup.verify(file, home, "another")
    with pytest.raises(CannotBe, match="its passphrase is needed"):
        backup.verify(file, home)


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def flip(content: bytes) -> bytes:
    """Turn over 64 bytes: of a single bit in packed zeros, the same zeros may come."""
    middle = len(content) // 2
    turned = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    return content[:middle] + turned + content[middle + 64 :]


@pytest.mark.parametrize("harm", [cut, flip, lambda content: b"", lambda content: b"x" * 4096])
def test_a_harmed_backup_is_refused_and_restores_nothing(
    saved: tuple[Path, str], tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "harmed.backup"
    file.write_bytes(harm(saved[0].read_bytes()))
    with pytest.raises(CannotBe, match=r"harmed\.backup"):
        backup.verify(file, tmp_path / "nobody", saved[1])
    with pytest.raises(CannotBe):
        backup.restore(file, tmp_path / "new", saved[1])
    assert [path.name for path in tmp_path.iterdir()] == ["harmed.backup"]


def test_a_file_that_was_exchanged_within_is_found_out(home: Path, tmp_path: Path) -> None:
    file = backup.create(home, tmp_path / "backups")
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "in", filter="data")
    (tmp_path / "in" / "persona.toml").write_text('address = "Master Xo"\n')
    members = json.loads((tmp_path / "in" / "manifest.json").read_text())["members"]
    with tarfile.open(tmp_path / "forged.backup", "w:gz") as tar:
        for name in ["manifest.json", *(member["name"] for member in members)]:
            tar.add(tmp_path / "in" / name, name)
    with pytest.raises(CannotBe, match=r"persona\.toml is not what was saved"):
        backup.verify(tmp_path / "forged.backup", home)


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "vault"])
def test_a_member_that_is_none_of_ours_is_not_unpacked(tmp_path: Path, name: str) -> None:
    manifest = {"made_at": "2026-11-21T00:00:00Z", "version": "1", "schema": [], "entries": 0, "head": ""}
    member = {"name": name, "size": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"members": [member]}))
    (tmp_path / "x").write_text("x")
    with tarfile.open(tmp_path / "evil.backup", "w:gz") as tar:
        tar.add(tmp_path / "manifest.json", "manifest.json")
        tar.add(tmp_path / "x", name)
    with pytest.raises(CannotBe, match="is not what the manifest says"):
        backup.restore(tmp_path / "evil.backup", tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.backup", "manifest.json", "x"]


def test_a_backup_is_whole_while_somebody_writes(home: Path, tmp_path: Path) -> None:
    with household(load(home)) as container:
        container.store().messages.take([mail(f"late-{number}") for number in range(50)])
        file = backup.create(home, tmp_path / "backups")
        container.store().messages.take([mail("later")])
    backup.restore(file, tmp_path / "new")
    with closing(sqlite3.connect(tmp_path / "new" / "alfred.db")) as database:
        ids = {id for (id,) in database.execute("SELECT id FROM messages WHERE id LIKE 'home:late%'")}
    assert ids == {f"home:late-{number}" for number in range(50)}


def test_a_damaged_household_is_not_saved_over_good_backups(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "alfred.db")) as forger:
        forger.execute("DROP TRIGGER action_events_hold")
        forger.execute("UPDATE action_events SET actor = 'nobody' WHERE seq = 2")
        forger.commit()
    with pytest.raises(CannotBe, match="nothing was saved"):
        backup.create(home, tmp_path / "backups")
    assert backup.newest(tmp_path / "backups", SYSTEM_CLOCK.now()) is None


@pytest.mark.parametrize("taken", ["file", "folder"])
def test_a_restore_never_touches_what_is_there(saved: tuple[Path, str], tmp_path: Path, taken: str) -> None:
    target = tmp_path / "there"
    if taken == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "alfred.db").write_text("mine")
    with pytest.raises(CannotBe, match="only into a new folder"):
        backup.restore(saved[0], target, saved[1])
    assert (target if taken == "file" else target / "alfred.db").read_text() == "mine"


def test_nothing_is_restored_into_a_household_that_is_to_be_moved_aside(
    saved: tuple[Path, str], home: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(home / "logs")
    for within in (home / "new", tmp_path / "link" / "new"):
        with pytest.raises(CannotBe, match="lies within the household"):
            backup.restore(saved[0], within, saved[1])
        assert not within.exists()


def test_an_empty_folder_will_do(saved: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    backup.restore(saved[0], tmp_path / "new", saved[1])
    assert (tmp_path / "new" / "alfred.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_only_so_many_are_kept_and_nothing_else_is_removed(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / f"alfred-2026110{day}-040000.backup").touch()
    (tmp_path / "letters.backup").touch()
    gone = [file.name for file in prune(tmp_path, datetime(2026, 11, 6, tzinfo=UTC), 2)]
    assert gone == [f"alfred-2026110{day}-040000.backup" for day in (3, 2, 1)]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_full_disk_is_said_before_anything_is_written(
    home: Path, saved: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    nowhere = tmp_path / "nowhere"
    for act in (partial(backup.create, home), partial(backup.verify, saved[0])):
        with pytest.raises(TryLater, match="free that a backup needs"):
            act(nowhere, saved[1])
    assert list(nowhere.glob("*.backup")) == []


def test_what_cannot_be_removed_from_the_folder_keeps_no_backup_from_being_made(home: Path, tmp_path: Path) -> None:
    left = tmp_path / ".verifying-left"  # as little a folder that can be emptied as one of root's
    left.touch()
    assert backup.create(home, tmp_path).exists()
    assert left.exists()


def test_a_backup_of_a_newer_alfred_is_refused(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "alfred.db")) as database:
        database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('alfred', 'm999_future', '')"
        )
        database.commit()
    file = backup.create(home, tmp_path / "backups")
    with pytest.raises(Exception, match="newer Alfred"):
        backup.restore(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()
