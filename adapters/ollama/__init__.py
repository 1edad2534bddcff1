"""Ollama: models on the owner's own machine."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.ollama.errors import Told, trouble
from adapters.ollama.guide import DEFAULTS, FETCHING, GUIDE
from adapters.ollama.model import OllamaEmbedder, OllamaModel
from adapters.ollama.server import HOST, OllamaServer
from application.ports.deadline import Deadline
from application.ports.model import Role
from application.ports.providers import Account, Connection, ModelShelf, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.errors import CannotBe
from domain.messages import Address
from domain.privacy import Privacy

__all__ = ["PROVIDER", "OllamaEmbedder", "OllamaModel", "OllamaProvider", "OllamaServer", "OllamaShelf"]

_CHECK = 10.0
_MOST_NAMED = 5


class OllamaShelf(ModelShelf):
    """Every model that one server has."""

    defaults: Mapping[Role, str] = DEFAULTS

    def __init__(self, account: str, server: OllamaServer) -> None:
        self._account = account
        self._server = server
        self._models: dict[str, OllamaModel] = {}

    def model(self, name: str) -> OllamaModel:
        """Return the same object for the same name, so that the server is asked about the model once."""
        if name not in self._models:
            self._models[name] = OllamaModel(name, self._server, self._account)
        return self._models[name]

    def embedder(self, name: str) -> OllamaEmbedder:
        return OllamaEmbedder(name, self._server, self._account)

    def check(self) -> str:
        try:
            told = self._server.get("/api/tags", Deadline(_CHECK)).get("models")
        except Told as refused:
            raise trouble(refused, self._account, "this") from None
        names = [str(each.get("name")) for each in told if isinstance(each, dict)] if isinstance(told, list) else []
        if not names:
            raise CannotBe(
                f"Ollama at {self._server.address} has no models yet; fetch them with: {FETCHING}", code="no_models"
            )
        shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
        return f"Ollama at {self._server.address} answers and has {shown}"


class OllamaProvider(Provider):
    """An Ollama server, which knows no accounts and wants no secret."""

    name = "ollama"
    title = "Ollama (models on this machine)"
    fields = (SettingsField("host", "Address", default=HOST, help="Where Ollama runs."),)
    acting_scopes = ()
    privacy = Privacy.ANY
    guide = GUIDE

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        raise CannotBe("Ollama needs no sign-in", code="no_sign_in")

    def connect(self, account: Account, vault: Vault) -> Connection:
        server = OllamaServer(account.settings.get("host") or HOST, account.settings.get("ca_file", ""))
        return Connection(account, Address("", ""), models=OllamaShelf(account.name, server))

    def disconnect(self, account: Account, vault: Vault) -> None:
        """There is nothing to revoke."""


PROVIDER = OllamaProvider()
