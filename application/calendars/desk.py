"""Everything about the owner's time, put together once."""

from __future__ import annotations

from datetime import tzinfo

from application.actions import Actions
from application.announcing import Announcing
from application.calendars.agenda import Agenda
from application.calendars.clashing import Clashing
from application.calendars.reading import CalendarReading
from application.freshness import Freshness
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Store


class Calendars:
    """The calendars as the rest of Alfred uses them."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        actions: Actions,
        announcing: Announcing,
        freshness: Freshness,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self.clashing = Clashing(store, announcing, clock, zone)
        self.reading = CalendarReading(store, connections, actions, self.clashing, freshness, clock)
        self.agenda = Agenda(store, connections, self.reading, freshness, clock, zone)
