"""Anthropic: Claude as a language model. The vendor's SDK is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.anthropic.guide import GUIDE
from adapters.anthropic.model import BASE_URL, AnthropicModel
from adapters.anthropic.models import DEFAULTS
from application.ports.model import Embedder, Role
from application.ports.providers import Account, Connection, ModelShelf, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.errors import CannotBe, SignInAgain
from domain.messages import Address
from domain.privacy import Privacy

__all__ = ["PROVIDER", "AnthropicModel", "AnthropicProvider", "ClaudeShelf"]


class ClaudeShelf(ModelShelf):
    """Every Claude model that one key opens."""

    defaults: Mapping[Role, str] = DEFAULTS

    def __init__(self, account: str, key: Callable[[], str], base_url: str, ca_file: str = "") -> None:
        self._account = account
        self._key = key
        self._base_url = base_url
        self._ca_file = ca_file
        self._models: dict[str, AnthropicModel] = {}

    def model(self, name: str) -> AnthropicModel:
        """Return the same object for the same name, so that its connections are used again."""
        if name not in self._models:
            self._models[name] = AnthropicModel(name, self._key, self._base_url, self._account, ca_file=self._ca_file)
        return self._models[name]

    def embedder(self, name: str) -> Embedder:
        raise CannotBe("Anthropic offers no embeddings", code="no_embeddings")

    def check(self) -> str:
        return self.model(DEFAULTS[Role.COMPOSE]).check()


class AnthropicProvider(Provider):
    """Claude with the owner's own API key."""

    name = "anthropic"
    title = "Anthropic (Claude)"
    fields = (
        SettingsField("api_key", "API key", secret=True, help="From console.anthropic.com, under API keys."),
        SettingsField(
            "base_url", "Address of the API", default=BASE_URL, help="Only for a proxy of your own.", address=True
        ),
    )
    acting_scopes = ()
    privacy = Privacy.ANY
    guide = GUIDE

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        raise CannotBe("Anthropic knows no sign-in: set the API key instead", code="no_sign_in")

    def connect(self, account: Account, vault: Vault) -> Connection:
        def key() -> str:
            return vault.get(_key_name(account)) or account.settings.get("api_key", "")

        if not key():
            raise SignInAgain(f"{account.name} has no API key yet", account=account.name)
        base_url = account.settings.get("base_url") or BASE_URL
        shelf = ClaudeShelf(account.name, key, base_url, account.settings.get("ca_file", ""))
        return Connection(account, Address("", ""), models=shelf)

    def disconnect(self, account: Account, vault: Vault) -> None:
        vault.delete(_key_name(account))


def _key_name(account: Account) -> str:
    return f"{account.provider}/{account.name}/api_key"


PROVIDER = AnthropicProvider()
