"""What is noted of an account: more may be said of it, and what was kept for one address goes to no other."""

import pytest

from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.connections import ConnectedAccounts
from application.ports.providers import SettingsField
from domain.errors import Conflict
from tests.integration.api.house import PaperProvider

OWN, THEIRS = "https://paper.example", "https://evil.example"


class Press(PaperProvider):
    """Paper that comes from an address, for a key."""

    name = "press"
    fields = (SettingsField("url", "Address"), SettingsField("box", "Box"), SettingsField("key", "Key", secret=True))


class Household:
    def __init__(self, **defaults: str) -> None:
        self.vault = MemoryVault()
        providers = {name: kind() for name, kind in (("press", Press), ("paper", PaperProvider))}
        self.accounts = Accounts(MemoryStore(), self.vault, providers, ConnectedAccounts(), {"press": defaults})

    def add(self, **settings: str) -> dict[str, str]:
        """Say `settings` of the account, and return all that is noted of it now."""
        return dict(self.accounts.add("post", "press", settings).settings)

    @property
    def key(self) -> str | None:
        return self.vault.get("press/post/key")


def test_what_is_said_later_leaves_the_rest_as_it_was() -> None:
    household = Household()
    household.add(url=OWN, key="secret")
    assert household.add(box="home") == {"url": OWN, "box": "home"}
    assert household.add(box="") == {"url": OWN}
    assert household.key == "secret"


def test_a_key_is_forgotten_where_its_address_changes() -> None:
    household = Household()
    household.add(url=OWN, key="secret")
    household.add(url=THEIRS)
    assert household.key is None
    household.add(url=OWN, key="another")
    assert household.key == "another"


def test_the_households_key_is_for_no_other_address_than_the_one_named_with_it() -> None:
    household = Household(key="secret", url=OWN)
    assert household.add(box="home")["key"] == "secret"
    assert "key" not in household.add(url=THEIRS)


def test_a_name_is_no_second_providers() -> None:
    household = Household()
    household.add(box="home")
    with pytest.raises(Conflict, match="post is an account at press already"):
        household.accounts.add("post", "paper", {})
