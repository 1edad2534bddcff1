"""Hooks: what an outside service may post to Alfred. What they say is a hint, unless there is no other way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from application.ports.mime import RawMail
from domain.messages import Message

LEAST_SECRET = 20
"""So many characters a secret has at least that nobody comes upon by guessing, however fast he may."""


@dataclass(frozen=True, slots=True)
class Post:
    """What one post says. `event_id` is the same each time the same event is posted.

    `messages` are to be taken in as they are, which only a hook without a reader behind it has. `wake` names sources
    that are to be read now. `note` says what was passed over, and why, for the log.
    """

    event_id: str
    source: str
    messages: tuple[RawMail | Message, ...] = ()
    wake: tuple[str, ...] = ()
    note: str = ""


class Hook(Protocol):
    """One address that is posted to, of one account; `path` is below `/hooks/` and may be shared by accounts.

    `limit` is the most bytes that a body may have. `needs_tls`: over the network it is refused without.
    """

    path: str
    limit: int
    needs_tls: bool

    @property
    def is_guessable(self) -> bool:
        """Whether the secret is a short one, which holds no longer than those are slowed down who guess."""
        return False

    def keep_posted(self, root: str) -> None:
        """Have the provider post here, below the https address `root`, for days to come; it may be called often.

        Nothing where the owner sets up himself what is posted. Raises what the provider raises.
        """
        return

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Return the plain text that answers a validation request; None for an ordinary post."""
        ...

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the post carries this account's secret, compared in constant time. Header names are lower case."""
        ...

    def read(self, body: bytes) -> tuple[Post, ...]:
        """Return what was posted; raise `Invalid` naming what is wrong and where."""
        ...
