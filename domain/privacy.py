"""What of an account may be shown to a model (PRODUCT 2)."""

from __future__ import annotations

from enum import StrEnum


class Privacy(StrEnum):
    """The owner's word per account: any model, models on this machine only, or none at all."""

    ANY = "any"
    LOCAL = "local"
    NEVER = "never"

    def allows(self, *, local: bool) -> bool:
        """Whether a model, on this machine or not, may see what the account holds."""
        return self is Privacy.ANY or (self is Privacy.LOCAL and local)
