"""A large household: the scene's own mail, then older mail made after it, one at a time."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.households.model import Mail
from sandbox.households.staging import Stage


def mails(stage: Stage, size: int) -> Iterator[Mail]:
    """Yield `size` mails, newest first."""
    yield from stage.mails()[::-1][:size]
