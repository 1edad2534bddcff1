"""The vault's contract, over the file and over memory; and what only a file can get wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.keyring import open_vault
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


def test_a_vault_of_another_key_is_said_and_left_untouched(home: Path) -> None:
    open_vault(home).put("token", CANARY)
    before = (home / "vault").read_bytes()
    (home / "master.key").unlink()
    with pytest.raises(CannotBe, match="does not open"):
        open_vault(home)
    assert (home / "vault").read_bytes() == before


def test_systemd_hands_the_key_over(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "alfred-master-key").write_text("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert open_vault(home).place.value == "systemd credential"
