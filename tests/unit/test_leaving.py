"""Leaving a provider for good: what would connect it again by itself goes too."""

from pathlib import Path

import pytest

from adapters.anthropic import PROVIDER
from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.connections import ConnectedAccounts
from daemon.clock import SYSTEM_CLOCK
from daemon.opening import provider_defaults
from daemon.settings import load
from domain.errors import CannotBe, NotFound

KEY = "settings/anthropic.api_key"


class Home:
    """A household that is started again and again, whose shell may say Claude's key."""

    def __init__(self, folder: Path, **said: str) -> None:
        self.settings = load(folder, {"anthropic": said})
        self.store, self.vault = MemoryStore(), MemoryVault()

    def opened(self, connections: ConnectedAccounts | None = None) -> Accounts:
        """As by a command while no daemon runs, which connects nothing by itself."""
        defaults = provider_defaults(self.settings, self.vault)
        connected = connections or ConnectedAccounts()
        return Accounts(self.store, self.vault, {"anthropic": PROVIDER}, connected, defaults, SYSTEM_CLOCK)

    def started(self) -> tuple[Accounts, list[str]]:
        connections = ConnectedAccounts()
        accounts = self.opened(connections)
        accounts.connect_all()
        return accounts, [each.account.name for each in connections.all()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    kept = Home(tmp_path)
    kept.vault.put(KEY, "sk-1")
    return kept


def test_a_key_is_taken_back_by_a_command_too(home: Home) -> None:
    home.opened().remove("anthropic")
    assert home.vault.names() == ()
    with pytest.raises(NotFound, match="no account called"):
        home.opened().remove("anthropic")


@pytest.mark.parametrize("name", ["claude", "anthropic"])
def test_a_model_whose_key_the_vault_keeps_stays_away_once_disconnected(home: Home, name: str) -> None:
    if name == "claude":
        home.started()[0].add(name, "anthropic", {})
    accounts, connected = home.started()
    accounts.remove(name)
    assert (connected, home.started()[1], home.vault.names()) == ([name], [], ())
    assert accounts.preset("anthropic") == frozenset()


def test_the_key_stays_while_another_account_lives_by_it(home: Home) -> None:
    for name in ("claude", "second"):
        home.started()[0].add(name, "anthropic", {})
    home.started()[0].remove("claude")
    assert (home.started()[1], home.vault.names()) == (["second"], (KEY,))


def test_what_the_settings_alone_connect_is_not_said_to_be_gone(tmp_path: Path) -> None:
    accounts, connected = Home(tmp_path, api_key="sk-1").started()
    with pytest.raises(CannotBe, match="your settings alone: take it out of them"):
        accounts.remove("anthropic")
    assert connected == ["anthropic"]
