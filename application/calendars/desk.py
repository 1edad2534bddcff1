"""Everything about the owner's time, put together once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from application.acting.actions import Actions
from application.announcing import Announcing
from application.calendars.agenda import Agenda
from application.calendars.clashing import Clashing
from application.calendars.invitations import Invitations, Once
from application.calendars.mailed import MailedInvitations
from application.calendars.reading import CalendarReading
from application.freshness import Freshness
from application.intake.taken_in import TakenIn
from application.intake.visits import Visits
from application.ports.clock import Clock
from application.ports.invitations import InvitationReader
from application.ports.providers import Connections
from application.ports.store import Store
from application.proposing.rule_book import only_watches
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
        visits: Visits,
        clock: Clock,
        hours: WorkingHours,
    ) -> None:
        self._store = store
        self.clashing = Clashing(store, announcing, clock, hours)
        self._once = once = Once(store, actions, clock)
        self.invitations = Invitations(store, once, clock, hours.zone)
        self.reading = CalendarReading(
            store, connections, actions, self.clashing, self.invitations, freshness, visits, clock
        )
        self.agenda = Agenda(store, connections, self.reading, freshness, clock, hours)
        self.mailed = MailedInvitations(store, actions, once, invitations, self.agenda.knows, clock, hours.zone)

    def sources(self) -> tuple[str, ...]:
        return self.reading.sources()

    def poll(self, source: str) -> TakenIn:
        try:
            return self.reading.poll(source)
        finally:
            self._see_to_mailed()

    def arrived(self, messages: Sequence[Message]) -> None:
        """Note what is invited to by mail; it waits until the calendars were read, for most put it there themselves."""
        self.mailed.put_off(self.mailed.asked_in(messages))
        self._see_to_mailed()

    def forget_past(self) -> int:
        """Let go of the marks of events and invitations that are over or gone; return how many went."""
        return self._once.forget_gone() + self.mailed.forget_ended()

    def _see_to_mailed(self) -> None:
        if not only_watches(self._store.preferences):
            self.mailed.propose_put_off(self._were_read_since)

    def _were_read_since(self, at: datetime) -> bool:
        """Whether all calendars were read since; one that waits for a sign-in holds up nothing."""
        read = [state.last_success for state in map(self._store.sources.state, self.sources()) if not state.paused]
        return all(last is not None and last >= at for last in read)
