"""Everything in the table of contents can be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.container import Container
from daemon.household import household
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
