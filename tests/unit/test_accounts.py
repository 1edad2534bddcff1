"""What is noted of an account: more may be said of it, and what was kept for one address goes to no other."""

import pytest

from adapters.azure_devops import AzureDevOpsProvider
from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.connections import ConnectedAccounts
from application.ports.providers import SettingsField
from daemon.clock import SYSTEM_CLOCK
from domain.errors import Conflict, NotFound
from tests.integration.api.house import PaperProvider

OWN, THEIRS = "https://paper.example", "https://evil.example"


class Press(PaperProvider):
    """Paper that comes from an address, for a key."""

    name = "press"
    fields = (
        SettingsField("url", "Address", default=OWN, address=True),
        SettingsField("box", "Box"),
        SettingsField("key", "Key", secret=True),
    )


class Household:
    def __init__(self, **defaults: str) -> None:
        self.vault = MemoryVault()
        providers = {name: kind() for name, kind in (("press", Press), ("paper", PaperProvider))}
        self.accounts = Accounts(
            MemoryStore(), self.vault, providers, ConnectedAccounts(), {"press": defaults}, SYSTEM_CLOCK
        )

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


@pytest.mark.parametrize("before", [{}, {"url": OWN}])
def test_a_key_is_forgotten_where_its_address_changes(before: dict[str, str]) -> None:
    household = Household()
    household.add(key="secret", **before)
    attempt, _ = household.accounts.begin_sign_in("post")
    household.add(url=THEIRS)
    assert household.key is None
    with pytest.raises(NotFound):
        household.accounts.finish_sign_in(attempt, "http://localhost/?code=yes")
    household.add(url="", key="another")
    assert household.key == "another"


@pytest.mark.parametrize("theirs", [{}, {"url": OWN}])
def test_the_households_key_is_for_no_other_address_than_its_own(theirs: dict[str, str]) -> None:
    household = Household(key="secret", **theirs)
    assert household.add(box="home")["key"] == "secret"
    assert "key" not in household.add(url=THEIRS)


@pytest.mark.parametrize(
    ("url", "gets"),
    [
        ("https://dev.azure.com/ours", True),
        ("https://ours.visualstudio.com", True),
        ("http://dev.azure.com/ours", False),
        ("https://dev.azure.com.evil.example/ours", False),
        ("https://dev.azure.com@evil.example/ours", False),
        ("https://evil.example\\@dev.azure.com/ours", False),
        ("https://evil.example/dev.azure.com", False),
        ("https://tfs.example/ours", False),
    ],
)
def test_a_token_without_an_address_is_for_the_providers_own(url: str, gets: bool) -> None:
    devops, defaults = AzureDevOpsProvider(), {"azure_devops": {"pat": "secret"}}
    accounts = Accounts(
        MemoryStore(), MemoryVault(), {"azure_devops": devops}, ConnectedAccounts(), defaults, SYSTEM_CLOCK
    )
    assert ("pat" in accounts.add("devops", "azure_devops", {"url": url}).settings) == gets


def test_a_name_is_no_second_providers() -> None:
    household = Household()
    household.add(box="home")
    with pytest.raises(Conflict, match="post is an account at press already"):
        household.accounts.add("post", "paper", {})
