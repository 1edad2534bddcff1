"""The vault's contract, over the file and over memory; and what only a file can get wrong."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from adapters.keyring import KeyPlace, open_vault
from adapters.memory.vault import MemoryVault
from application.ports.secrets import Vault
from domain.errors import CannotBe

CANARY = "canary-5f0e1c"


@pytest.fixture(params=["file", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    monkeypatch.setenv("ALFRED_KEY_STORE", "file")
    return open_vault(tmp_path) if request.param == "file" else MemoryVault()


def test_what_was_put_is_found_until_it_is_deleted(vault: Vault) -> None:
    vault.put("google/gmail/token", CANARY)
    assert vault.get("google/gmail/token") == CANARY
    vault.delete("google/gmail/token")
    vault.delete("google/gmail/token")
    assert vault.get("google/gmail/token") is None


def test_names_are_listed_by_prefix(vault: Vault) -> None:
    for name in ("google/b", "google/a", "ollama/x"):
        vault.put(name, "s")
    assert vault.names("google/") == ("google/a", "google/b")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALFRED_KEY_STORE", "file")
    return tmp_path


def test_secrets_outlive_the_process_and_never_lie_in_the_clear(home: Path) -> None:
    open_vault(home).put("token", CANARY)
    assert open_vault(home).get("token") == CANARY
    assert all(CANARY.encode() not in file.read_bytes() for file in home.iterdir())


def test_the_key_file_and_the_vault_are_the_owners_alone(home: Path) -> None:
    open_vault(home).put("token", CANARY)
    assert {file.name: file.stat().st_mode & 0o777 for file in home.iterdir()} == {"vault": 0o600, "master.key": 0o600}


def test_a_key_file_that_others_can_read_is_refused(home: Path) -> None:
    open_vault(home)
    (home / "master.key").chmod(0o644)
    with pytest.raises(CannotBe, match="chmod 600"):
        open_vault(home)


def test_a_full_disk_leaves_no_key_file_without_a_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        open_vault(home)
    assert list(home.iterdir()) == []


def test_an_empty_key_file_is_no_key(home: Path) -> None:
    (home / "master.key").touch()
    open_vault(home).put("token", CANARY)
    assert open_vault(home).get("token") == CANARY
    (home / "master.key").write_text("")
    with pytest.raises(CannotBe, match="bring the key file back"):
        open_vault(home)


def test_a_vault_of_another_key_is_said_and_left_untouched(home: Path) -> None:
    open_vault(home).put("token", CANARY)
    before = (home / "vault").read_bytes()
    (home / "master.key").unlink()
    with pytest.raises(CannotBe, match="does not open"):
        open_vault(home)
    assert (home / "vault").read_bytes() == before


class KeyStore(KeyringBackend):
    """A key store as a desktop has one, which a sign-in unlocks."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.is_locked = False
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringLocked
        self.kept[(service, username)] = password


@pytest.fixture
def key_store() -> Iterator[KeyStore]:
    before, store = keyring.get_keyring(), KeyStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


def test_a_key_store_that_is_locked_for_a_while_leaves_nothing_in_its_way(tmp_path: Path, key_store: KeyStore) -> None:
    open_vault(tmp_path).put("token", CANARY)
    key_store.is_locked = True
    with pytest.raises(CannotBe, match=r"does not open: .* unlocked"):
        open_vault(tmp_path)
    key_store.is_locked = False
    assert open_vault(tmp_path).get("token") == CANARY


def test_a_key_store_that_lost_the_key_gets_no_other_beside_a_vault(tmp_path: Path, key_store: KeyStore) -> None:
    open_vault(tmp_path).put("token", CANARY)
    lost = dict(key_store.kept)
    key_store.kept.clear()
    with pytest.raises(CannotBe, match="does not open"):
        open_vault(tmp_path)
    assert key_store.kept == {}
    key_store.kept |= lost
    assert open_vault(tmp_path).get("token") == CANARY


def test_a_folder_that_was_renamed_is_told_what_its_key_goes_by(tmp_path: Path, key_store: KeyStore) -> None:
    (tmp_path / "former").mkdir()
    open_vault(tmp_path / "former").put("token", CANARY)
    (tmp_path / "former").rename(tmp_path / "new")
    with pytest.raises(CannotBe, match="If the folder was renamed, rename it back"):
        open_vault(tmp_path / "new")
    key_store.set_password("alfred", str(tmp_path / "new"), "A" * 43 + "=")
    with pytest.raises(CannotBe, match="If the folder was renamed, rename it back"):
        open_vault(tmp_path / "new")
    (tmp_path / "new").rename(tmp_path / "former")
    assert open_vault(tmp_path / "former").get("token") == CANARY


def test_without_a_key_store_the_key_lies_in_a_file(tmp_path: Path, key_store: KeyStore) -> None:
    key_store.is_locked = True
    assert open_vault(tmp_path).place is KeyPlace.FILE


def test_a_key_from_the_file_opens_the_vault_once_a_key_store_has_it(tmp_path: Path, key_store: KeyStore) -> None:
    key_store.is_locked = True
    open_vault(tmp_path).put("token", CANARY)
    key_store.is_locked = False
    keyring.set_password("alfred", str(tmp_path.resolve()), (tmp_path / "master.key").read_text())
    (tmp_path / "master.key").unlink()
    opened = open_vault(tmp_path)
    assert (opened.get("token"), opened.place) == (CANARY, KeyPlace.KEY_STORE)


def test_systemd_hands_the_key_over(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "alfred-master-key").write_text("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert open_vault(home).place.value == "systemd credential"
