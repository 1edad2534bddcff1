"""What somebody asks for by mail, and the names under which it is known through all its changes."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from domain.calendar import Event, event_id
from domain.invitations import Invitation
from domain.messages import Authentication, Message

MAIL = "mail/"


class Asked(NamedTuple):
    """An invitation, or the end of one, and the mail that brought it."""

    message: Message
    invitation: Invitation

    @property
    def sender(self) -> str:
        return self.message.sender.name or self.message.sender.address

    @property
    def rank(self) -> int:
        """The later word has the higher; that it is called off comes after the invitation of the same SEQUENCE."""
        return 2 * self.invitation.sequence + self.invitation.is_cancellation

    @property
    def is_series(self) -> bool:
        """Whether it is about all of a series."""
        return bool(self.invitation.recurrence) and self.invitation.occurrence is None

    @property
    def series(self) -> str:
        """Name an invitation with all its occurrences."""
        return _hash(*self._parts)

    @property
    def origin(self) -> str:
        """Name an invitation, or that to one occurrence, through all its changes."""
        return self.series + self._occurrence

    @property
    def key(self) -> str:
        """Name one version of an invitation."""
        return f"{MAIL}{_hash(*self._parts, str(self.invitation.sequence))}{self._occurrence}"

    def names(self, event: Event, series: set[str]) -> bool:
        """Whether it is the organizer's own event, or one of these noted series, and the occurrence this is about."""
        by = event.organizer.address if event.organizer else None
        own = event.uid == self.invitation.uid and by == self.message.sender.address
        noted = bool(event.series_id) and event_id(event.account, event.series_id) in series
        return (own or noted) and self.invitation.occurrence in (None, event.start)

    @property
    def _parts(self) -> tuple[str, ...]:
        """Name an invitation by who sent it where, too: whoever knows a UID can send one of his own under it.

        So can whoever writes under another's address; what no server vouches for stands apart from what one does.
        """
        message, invitation = self
        parts = (message.source, message.sender.address.casefold(), invitation.uid)
        vouched = message.mail is not None and message.mail.authentication is Authentication.PASSED
        return parts if vouched else (*parts, "not vouched for")

    @property
    def _occurrence(self) -> str:
        occurrence = self.invitation.occurrence
        return f"/{occurrence:%Y%m%dT%H%M%SZ}" if occurrence else ""


def _hash(*parts: str) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
