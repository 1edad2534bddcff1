"""Which module serves which addresses; each is loaded when one of its addresses is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.api.operations import Operation

# The first word of an address below `/api/` (or below `/`, as of the metrics) that a module of this folder serves.
MODULES = {
    "session": ("session", "devices"),
    "google_sign_in": ("session",),
    "passkeys": ("passkeys",),
    "status": ("health", "status", "briefing"),
    "halt": ("halt", "resume"),
    "sources": ("sources",),
    "accounts": ("accounts",),
    "mail": ("messages",),
    "corrections": ("corrections",),
    "actions": ("actions",),
    "rules": ("rules",),
    "tasks": ("tasks", "follow-ups"),
    "calendar": ("calendar",),
    "finance": ("finance",),
    "devops": ("devops",),
    "memory": ("memory",),
    "conversations": ("conversations",),
    "household": ("persona", "usage"),
    "notifications": ("notifications", "push"),
    "settings": ("settings", "logs"),
    "setup": ("setup",),
    "metrics": ("metrics",),
    "live": ("events",),
    "openapi": ("openapi.json",),
}
# What needs no session; that an operation says so of itself is not enough.
OPEN = frozenset(
    {
        ("GET", "/api/health"),
        ("POST", "/api/session"),
        ("GET", "/api/session/ways"),
        ("GET", "/api/session/google"),
        ("GET", "/api/session/google/callback"),
        ("POST", "/api/passkeys/sign-in/begin"),
        ("POST", "/api/passkeys/sign-in/finish"),
    }
)


def word_of(path: str) -> str:
    """Return the word of a path, decoded, by which its modules are found; empty for one that nothing serves."""
    first, _, rest = path.strip("/").partition("/")
    return rest.partition("/")[0] if first == "api" else first


def operations_of(word: str) -> Iterator[Operation]:
    """Yield the operations of every module that serves addresses with this word."""
    for module, words in MODULES.items():
        if word in words:
            yield from _declared(module)


@cache
def all_operations() -> tuple[Operation, ...]:
    """Return every operation of the API."""
    return tuple(operation for module in MODULES for operation in _declared(module))


def _declared(module: str) -> tuple[Operation, ...]:
    declared: tuple[Operation, ...] = import_module(f"web.api.{module}").OPERATIONS
    return declared
