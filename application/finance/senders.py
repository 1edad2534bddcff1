"""Which senders the owner banks with, and the passwords that open what they send."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from urllib.parse import quote

from application.ports.secrets import Vault
from application.ports.store import Store
from domain.errors import Invalid
from domain.messages import Address

SENDERS = "books/senders"
PASSWORDS = "books/password/"


class BankSenders:
    """The owner's list: addresses or whole domains, from the settings and from what he added since."""

    def __init__(self, store: Store, vault: Vault, from_settings: Sequence[str]) -> None:
        self._store = store
        self._vault = vault
        self._from_settings = tuple(each.strip().lower() for each in from_settings)

    def all(self) -> tuple[str, ...]:
        added = self._store.preferences.get(SENDERS)
        by_hand = [str(each) for each in added] if isinstance(added, list) else []
        return tuple(dict.fromkeys((*self._from_settings, *by_hand)))

    def add(self, sender: str) -> None:
        """Trust statements of `sender`: an address, or a domain and all below it."""
        wanted = sender.strip().lower().removeprefix("@")
        if "." not in wanted or any(letter.isspace() for letter in wanted):
            raise Invalid(f"{sender!r} is neither an address nor a domain", where="sender")
        if wanted not in self.all():
            added = [each for each in self.all() if each not in self._from_settings]
            self._store.preferences.put(SENDERS, [*added, wanted])

    def remove(self, sender: str) -> None:
        """Trust it no more; what is in the books stays. What the settings name is taken out there."""
        kept = [each for each in self.all() if each not in self._from_settings and each != sender.strip().lower()]
        self._store.preferences.put(SENDERS, list(kept))

    def knows(self, address: Address) -> bool:
        return self._listed(address.address) is not None

    def passwords(self, sender: str = "") -> tuple[str, ...]:
        """Every password that opened, or may open, a statement: those of the sender's bank first, the latest first."""
        latest = sorted(self._vault.names(PASSWORDS), key=lambda name: name.rpartition("/")[2], reverse=True)
        own = self._folder(sender)
        names = sorted(latest, key=lambda name: not name.startswith(own))
        return tuple(dict.fromkeys(password for name in names if (password := self._vault.get(name))))

    def add_password(self, password: str, at: str, sender: str = "") -> None:
        """Keep a password in the vault, with the bank whose document it opened; `at` is when, for the order."""
        if not password:
            raise Invalid("a password is needed", where="password")
        folder = self._folder(sender)
        if password not in (self._vault.get(name) for name in self._vault.names(folder)):
            self._vault.put(f"{folder}{at}-{uuid.uuid4().hex[:6]}", password)

    def _folder(self, sender: str) -> str:
        """Return under what a bank's passwords are kept, by how the owner's list names it; without one that of all."""
        return f"{PASSWORDS}{quote(self._listed(sender) or sender, safe='@')}/" if sender else PASSWORDS

    def _listed(self, sender: str) -> str | None:
        domain = sender.rpartition("@")[2]
        return next((each for each in self.all() if each in (sender, domain) or domain.endswith(f".{each}")), None)
