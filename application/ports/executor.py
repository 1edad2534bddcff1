"""Who carries out what was approved, whatever it touches: mail, a calendar, work, or Alfred's own records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.actions import Action
from domain.kinds import Kind


class Outcome(StrEnum):
    """What a look at the provider shows of an attempt."""

    HAPPENED = "happened"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Look:
    outcome: Outcome
    receipt: Mapping[str, str] = field(default_factory=dict)


class Executor(Protocol):
    """Carries out approved actions of one account: the only holder of a client that may write.

    No call is retried inside. A call raises `TryLater`, `SignInAgain` or `CannotBe` only where nothing happened, and
    `OutcomeUnknown` where that cannot be told.
    """

    kinds: frozenset[Kind]
    shows_late: frozenset[Kind] = frozenset()
    """Kinds whose effect shows some time after it was taken: that one does not show proves nothing, so that neither it
    nor its undoing is tried again without the owner."""

    def ask_first(self, may_write: Callable[[], None]) -> None:
        """Call `may_write` right before each write, after all waiting; it raises `Refused` while halted.

        Who waits for nothing need not ask: it was asked just before he was called.
        """
        return None  # noqa: RET501 an empty body would make it abstract

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        """The permissions that `kind` needs and the owner has not granted yet."""
        ...

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        """Make the effect ready on the provider's side and return what finishes it (a draft's id).

        What undoing puts back and a later attempt could no longer see is noted so, too: it is in the log before the
        first write. None for what may simply be repeated as it is. `content` is the outgoing mail. After a crash this
        may be called again for the same action; what an earlier call left behind is taken up where it can be found and
        still says what was written.
        """
        ...

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        """Do it; return the receipt: what undoing needs, and the ids of what came to be."""
        ...

    def look(self, action: Action, token: str | None) -> Look:
        """See whether an earlier attempt took effect: `NOT_YET` where it does not show."""
        ...

    def look_undone(self, action: Action, receipt: Mapping[str, str], tried_at: datetime) -> Look:
        """See whether an attempt to take back `action`, of a kind that `shows_late`, took effect."""
        return Look(Outcome.NOT_YET)

    def discard(self, action: Action, token: str | None) -> None:
        """Remove what `prepare` left on the provider's side; gone already is fine, and what the owner changed stays.

        Where its answer was lost there is no token, and what it left is looked for.
        """
        ...

    def caveat(self, action: Action, receipt: Mapping[str, str]) -> str:
        """Say what undoing does besides putting back (“invites ann@example.org again”), or nothing.

        The undo then waits for the owner's approval under these words. The receipt may be one of an older version's.
        """
        return receipt.get("caveat", "")

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        """Take back an executed action; return a receipt, which names an event that was brought back.

        May be repeated without harm, unless the kind `shows_late`.
        """
        ...
