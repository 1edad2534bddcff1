"""A draft as Alfred made it at a provider, which is the owner's as soon as he changes it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import CannotBe


@dataclass(frozen=True, slots=True)
class MadeDraft:
    """A draft's id, and its edition: what the provider gives another value whenever the draft is changed."""

    id: str
    edition: str = ""

    @classmethod
    def read(cls, token: str) -> MadeDraft:
        """Read what stands in the log; older versions noted no edition."""
        id, _, edition = token.partition(" ")
        return cls(id, edition)

    def __str__(self) -> str:
        return f"{self.id} {self.edition}"

    def refuse_changed(self, edition: str | None, where: str) -> None:
        """Raise `CannotBe` where the draft stands there in another `edition` than this one; None is for one gone."""
        if edition not in (None, self.edition):
            said = f"the draft in {where} may have been changed since Alfred made it, so it stays there as it is"
            raise CannotBe(said, code="draft_changed")
