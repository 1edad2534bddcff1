"""What Alfred may do by himself, what waits for the owner, and what may never be automatic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.errors import CannotBe, Refused
from domain.kinds import ChangeLabels, Kind, KindFacts, Risk, facts
from domain.messages import Label, Message
from domain.triage import protection

_BY_ITSELF_NEVER_ON_PROTECTED = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.SNOOZE, Kind.UNSUBSCRIBE})
_PLACES = frozenset({Label.TRASH, Label.SPAM, Label.SENT, Label.DRAFT})


def may_ever_be_auto(kind: Kind) -> bool:
    """Whether a standing order may cover `kind`: only what can be undone and reaches nobody else."""
    known: KindFacts = facts(kind)
    return known.risk is Risk.AUTO or (known.undoable and not known.reaches_others)


def risk_of(
    kind: Kind,
    payload: object = None,
    *,
    message: Message | None = None,
    tainted: bool = False,
    ordered: bool = False,
    asked: bool = False,
    touches: Sequence[str] = (),
) -> Risk:
    """Return whether this action waits for the owner.

    `tainted`: outside text had a say in it. `ordered`: a standing order covers it. `asked`: the owner himself wants
    it. `touches`: other people's addresses that its effect reaches.
    """
    kind = _as_it_acts(kind, payload)
    known = facts(kind)
    if known.reaches_others or touches or tainted:
        return Risk.APPROVAL
    if message is not None and kind in _BY_ITSELF_NEVER_ON_PROTECTED and protection(message) is not None:
        return Risk.APPROVAL
    if known.when_asked and not asked:
        return Risk.APPROVAL
    if known.risk is Risk.AUTO or (ordered and may_ever_be_auto(kind)):
        return Risk.AUTO
    return Risk.APPROVAL


def _as_it_acts(kind: Kind, payload: object) -> Kind:
    """Taking a message out of the inbox is archiving, whatever it is called; so is taking away what protects it."""
    if isinstance(payload, ChangeLabels) and {Label.INBOX, Label.IMPORTANT}.intersection(payload.remove):
        return Kind.ARCHIVE
    return kind


def refuse_standing_order(kind: Kind) -> None:
    """Raise `Refused` where `kind` may never run by itself."""
    if not may_ever_be_auto(kind):
        raise Refused(f"to {kind.in_words} always needs your word", code="never_auto")


def refuse_places(labels: Iterable[str]) -> None:
    """Raise `CannotBe` for a label that only another kind of action, or sending, may touch."""
    places = sorted(_PLACES.intersection(labels))
    if places:
        raise CannotBe(f"{places[0]} is not for labelling", code="not_a_label")
