"""Who works in the tenant: an object id and a name for each address."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

TENANT = "7a3c1f0e-5b1d-4c55-9d7e-2f8a6e4b9c10"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; `id` is what Microsoft calls the object id."""

    id: str
    address: str
    name: str


class Directory:
    """The people of one tenant; those with a mailbox here can sign in, the first of them by default."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._accounts: dict[str, User] = {}
        self._shared: set[tuple[str, str]] = set()

    def user(self, address: str, name: str = "") -> User:
        """The user of an address, entered where it is new."""
        key = address.lower()
        if key not in self._users or (name and self._users[key].name != name):
            shown = name or key.partition("@")[0].replace(".", " ").title()
            self._users[key] = User(str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{key}")), key, shown)
        return self._users[key]

    def admit(self, address: str, name: str = "") -> User:
        """Give somebody an account that can sign in."""
        user = self.user(address, name)
        self._accounts[user.address] = user
        return user

    def share(self, mailbox: str, colleague: str) -> None:
        """Give a colleague full access to a mailbox."""
        self._shared.add((self.user(mailbox).address, self.user(colleague).address))

    def is_shared(self, mailbox: str, colleague: str) -> bool:
        return (mailbox, colleague) in self._shared

    def accounts(self) -> tuple[str, ...]:
        return tuple(self._accounts)

    def find(self, reference: str) -> User | None:
        """The user behind an object id or an address."""
        wanted = reference.lower()
        return self._users.get(wanted) or next((user for user in self._users.values() if user.id == wanted), None)
