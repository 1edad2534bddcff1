"""What of an account may be shown to a model."""

from __future__ import annotations

from enum import StrEnum

BY_HAND = "what you gave by hand"
"""Stands for an account where the owner gave something himself; models on this machine alone may see that."""


class Reader(StrEnum):
    """Who reads what Alfred found: the owner himself, a model on this machine, or one elsewhere."""

    OWNER = "owner"
    LOCAL_MODEL = "local_model"
    DISTANT_MODEL = "distant_model"


class Privacy(StrEnum):
    """The owner's word per account: any model, models on this machine only, or none at all."""

    ANY = "any"
    LOCAL = "local"
    NEVER = "never"

    def allows(self, *, local: bool) -> bool:
        """Whether a model, on this machine or not, may see what the account holds."""
        return self is Privacy.ANY or (self is Privacy.LOCAL and local)

    def lets(self, reader: Reader) -> bool:
        """Whether `reader` may see what the account holds; the owner may always."""
        return reader is Reader.OWNER or self.allows(local=reader is Reader.LOCAL_MODEL)


def model_reader(*, local: bool) -> Reader:
    return Reader.LOCAL_MODEL if local else Reader.DISTANT_MODEL
