"""From the text of a calendar that came by mail to what it asks."""

from __future__ import annotations

from typing import Protocol

from domain.invitations import Invitation


class InvitationReader(Protocol):
    """Reads `Mail.invitations`. Caps size and count first; never raises for a bad calendar."""

    def read(self, text: str, zone: str) -> tuple[Invitation, ...]:
        """Return the events of one VCALENDAR, in its order; what cannot be read is left out.

        `zone` (IANA name) is the owner's: that of all-day events and of times that name none.
        """
        ...
