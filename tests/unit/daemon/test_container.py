"""Everything in the table of contents can be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.google.identity import GoogleIdentity
from adapters.memory.vault import MemoryVault
from daemon.container import Container
from daemon.household import household
from daemon.opening import google_identity
from daemon.settings import load


def test_every_provider_in_the_container_can_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_KEY_STORE", "file")
    container = Container(settings=load(tmp_path))
    container.init_resources()
    try:
        built = {name: provider() for name, provider in container.providers.items()}
    finally:
        container.shutdown_resources()
    assert [name for name, made in built.items() if made is None] == []


def test_what_has_identity_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_KEY_STORE", "file")
    container = Container(settings=load(tmp_path))
    container.init_resources()
    try:
        assert container.actions() is container.actions()
        assert container.store() is container.store()
    finally:
        container.shutdown_resources()


@pytest.mark.parametrize(
    ("said", "connected"),
    [({"keep_alive": "5m"}, []), ({"host": "http://127.0.0.1:9"}, ["ollama"])],
    ids=["only how", "where"],
)
def test_an_authority_to_trust_connects_no_model_that_was_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, str], connected: list[str]
) -> None:
    monkeypatch.setenv("ALFRED_KEY_STORE", "file")
    authority = tmp_path / "authority.pem"
    authority.touch()
    settings = load(tmp_path / "home", {"tls": {"ca_file": str(authority)}, "ollama": said})
    with household(settings) as container:
        assert [each.account.name for each in container.connections().all()] == connected


@pytest.mark.parametrize(("first", "watches"), [("show", True), ("propose", False)])
def test_whether_a_new_household_watches_first_is_as_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, watches: bool
) -> None:
    monkeypatch.setenv("ALFRED_KEY_STORE", "file")
    with household(load(tmp_path, {"actions": {"first": first}})) as container:
        container.setup().begin()
        assert container.rule_book().only_watches is watches


@pytest.mark.parametrize(
    ("own", "secret"),
    [({}, "kept"), ({"google_client_id": "own", "google_client_secret": "said"}, "said")],
    ids=["the accounts' client", "a client of its own"],
)
def test_signing_in_with_google_finds_its_clients_secret_in_the_vault_too(
    tmp_path: Path, own: dict[str, str], secret: str
) -> None:
    vault = MemoryVault()
    vault.put("settings/google.client_secret", "kept")
    settings = load(tmp_path, {"web": {"google_address": "jo@home.example", **own}, "google": {"client_id": "a"}})
    identity = google_identity(settings, vault)
    assert isinstance(identity, GoogleIdentity)
    assert identity.client_secret == secret
