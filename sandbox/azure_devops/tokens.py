"""Who calls: personal access tokens by Basic, Entra's tokens by Bearer, what each may do and until when."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.azure_devops import errors
from sandbox.azure_devops.people import Identity, People

FULL = "app_token"
_IMPLIED = {
    "vso.code_write": ("vso.code",),
    "vso.code_manage": ("vso.code_write", "vso.code"),
    "vso.work_write": ("vso.work",),
    "vso.work_full": ("vso.work_write", "vso.work"),
    "vso.build_execute": ("vso.build",),
    "vso.project_write": ("vso.project",),
}
_READS_PROJECTS = frozenset({"vso.code", "vso.work", "vso.build", "vso.project"})

Entra = Callable[[str], str | None]
"""Whose address a Bearer token of the tenant stands for, None where it stands for nobody's."""


@dataclass(slots=True)
class Token:
    """One secret and what it is good for."""

    identity: Identity
    scopes: frozenset[str]
    expires: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """Who is calling, and with which scopes."""

    identity: Identity
    scopes: frozenset[str]

    def allows(self, scope: str) -> bool:
        if not scope or FULL in self.scopes or scope in self.scopes:
            return True
        return scope == "vso.project" and bool(self.scopes & _READS_PROJECTS)


class Tokens:
    """The tokens of an organisation; `entra` lets another tenant's sign-in be believed."""

    def __init__(self, people: People, entra: Entra | None = None) -> None:
        self._people = people
        self._entra = entra
        self._pats: dict[str, Token] = {}
        self._bearers: dict[str, Token] = {}

    def issue_pat(self, identity: Identity, scopes: Iterable[str] = (FULL,), days: float = 30.0) -> str:
        secret = secrets.token_hex(26)
        self._pats[secret] = Token(identity, _widened(scopes), datetime.now(UTC) + timedelta(days=days))
        return secret

    def issue_bearer(self, identity: Identity, seconds: float = 3600.0) -> str:
        secret = f"eyJ0eXAi.{secrets.token_urlsafe(48)}"
        self._bearers[secret] = Token(identity, frozenset({FULL}), datetime.now(UTC) + timedelta(seconds=seconds))
        return secret

    def expire(self, secret: str) -> None:
        """Let a token run out now."""
        found = self._pats.get(secret) or self._bearers[secret]
        found.expires = datetime.now(UTC) - timedelta(seconds=1)

    def revoke(self, secret: str) -> None:
        self._pats.pop(secret, None)
        self._bearers.pop(secret, None)

    def authenticate(self, header: str, *, spared: bool) -> Access:
        """Whose call it is, or the page that a stranger gets; `spared` is who asked for no sign-in page."""
        kind, _, word = header.partition(" ")
        found = self._basic(word) if kind.lower() == "basic" else self._bearer(word) if word else None
        if found is None:
            raise errors.unauthenticated() if spared or word else errors.sign_in_page()
        if found.expires <= datetime.now(UTC):
            raise errors.expired()
        return Access(found.identity, found.scopes)

    def _basic(self, word: str) -> Token | None:
        try:
            secret = base64.b64decode(word).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
        return self._pats.get(secret)

    def _bearer(self, word: str) -> Token | None:
        known = self._bearers.get(word)
        if known or self._entra is None:
            return known
        address = self._entra(word)
        if address is None:
            return None
        return Token(self._people.person(address), frozenset({FULL}), datetime.now(UTC) + timedelta(hours=1))


def _widened(scopes: Iterable[str]) -> frozenset[str]:
    given = frozenset(scopes)
    return given | {implied for scope in given for implied in _IMPLIED.get(scope, ())}
