"""Everything about the owner's time, put together once."""

from __future__ import annotations

from collections.abc import Sequence

from application.acting.actions import Actions
from application.calendars.agenda import Agenda
from application.calendars.clashing import Clashing
from application.calendars.invitations import Invitations
from application.calendars.reading import CalendarReading
from application.freshness import Freshness
from application.intake.intake import TakenIn
from application.ports.clock import Clock
from application.ports.invitations import InvitationReader
from application.ports.providers import Connections
from application.ports.store import Store
from application.telling.announcing import Announcing
from domain.free_time import WorkingHours
from domain.messages import Message


class Calendars:
    """The calendars as the rest of Alfred uses them; one of the followers of the rounds."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        actions: Actions,
        announcing: Announcing,
        freshness: Freshness,
        invitations: InvitationReader,
        clock: Clock,
        hours: WorkingHours,
    ) -> None:
        self._store = store
        self.clashing = Clashing(store, announcing, clock, hours)
        self.invitations = Invitations(store, actions, invitations, clock, hours.zone)
        self.reading = CalendarReading(store, connections, actions, self.clashing, self.invitations, freshness, clock)
        self.agenda = Agenda(store, connections, self.reading, freshness, clock, hours)

    def sources(self) -> tuple[str, ...]:
        return self.reading.sources()

    def poll(self, source: str) -> TakenIn:
        return self.reading.poll(source)

    def arrived(self, messages: Sequence[Message]) -> None:
        """Note what is invited to by mail alone; the calendars are read first, for most put it there themselves."""
        asked = self.invitations.asked_in(messages)
        if asked:
            self.agenda.refresh()
            if all(self._store.sources.state(source).last_success for source in self.sources()):
                self.invitations.propose_notes(asked)
