"""Where in an organisation the owner works: its projects, and the teams that he belongs to."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence

from adapters.azure_devops.api import DevOps
from adapters.azure_devops.forms import Model
from domain.errors import CannotBe, NotFound

log = logging.getLogger(__name__)

AT_ONCE = 100
MOST_PROJECTS = 5000
MOST_TEAMS = 200
LAST = 600.0  # seconds


class Places:
    """Asks for both now and then. `wanted` are the projects that the owner names; he looks at all where he names none.

    Each of his teams is known by its id, with the name of its project.
    """

    def __init__(self, api: DevOps, wanted: Sequence[str] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self.wanted = tuple(wanted)
        self._api = api
        self._clock = clock
        self._projects: tuple[float, tuple[str, ...]] | None = None
        self._teams: tuple[float, dict[str, str]] | None = None

    def projects(self) -> tuple[str, ...]:
        if self.wanted:
            return self.wanted
        if self._projects is None or self._clock() >= self._projects[0]:
            self._projects = (self._clock() + LAST, tuple(each.name for each in self._all_projects()))
        return self._projects[1]

    def teams(self) -> dict[str, str]:
        """None where the token may not see them: what asks for the owner himself is found all the same."""
        if self._teams is None or self._clock() >= self._teams[0]:
            self._teams = (self._clock() + LAST, self._own_teams())
        return self._teams[1]

    def _all_projects(self) -> Iterator[Model]:
        """The vendor's token says how many were handed over; what comes short is the last part."""
        for start in range(0, MOST_PROJECTS, AT_ONCE):
            found = self._part(start)
            yield from found
            if len(found) < AT_ONCE:
                return
        log.warning("not all projects are looked at", extra={"count": MOST_PROJECTS})

    def _part(self, start: int) -> list[Model]:
        return list(self._api.read(lambda c: c.core.get_projects(top=AT_ONCE, continuation_token=start or None)))

    def _own_teams(self) -> dict[str, str]:
        try:
            found = self._api.read(lambda c: c.core.get_all_teams(mine=True, top=MOST_TEAMS))
        except (CannotBe, NotFound) as error:
            log.info("teams not read", extra={"code": error.code})
            return {}
        return {each.id: each.project_name or "" for each in found}
