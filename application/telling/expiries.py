"""The calendar of what expires: permissions, tokens, certificates; announced in time to be renewed calmly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.announcing import Announcing
from application.ports.clock import Clock
from application.ports.providers import Connections, Expiry
from domain.notifications import Notice, NoticeKind

ANNOUNCED_DAYS = (1, 3, 14)


@dataclass(frozen=True, slots=True)
class Due:
    """Something that expires; `account` is empty for what is the household's own."""

    account: str
    what: str
    at: datetime
    lasts: timedelta | None = None

    def left(self, now: datetime) -> timedelta:
        return self.at - now

    def stage(self, now: datetime) -> int | None:
        """Return within how many days it expires, of those at which it is announced; 0 once it has."""
        left = self.left(now)
        if left <= timedelta(0):
            return 0
        stages = (days for days in ANNOUNCED_DAYS if self.lasts is None or timedelta(days=days) < self.lasts)
        return next((days for days in stages if left <= timedelta(days=days)), None)

    def said(self, now: datetime) -> str:
        """Return in words what expires and when, such as `home: the access token expires in 3 days`."""
        whose = f"{self.account}: " if self.account else ""
        left = self.left(now)
        if left <= timedelta(0):
            return f"{whose}{self.what} expired on {self.at:%Y-%m-%d}"
        days = (self.at.date() - now.date()).days
        when = f"in {days} days" if days > 1 else "tomorrow" if days == 1 else "today"
        return f"{whose}{self.what} expires {when}, on {self.at:%Y-%m-%d}"


class Expiries:
    """What expires at the accounts that are connected, and what `own` says expires besides."""

    def __init__(
        self, connections: Connections, announcing: Announcing, clock: Clock, own: Callable[[], tuple[Expiry, ...]]
    ) -> None:
        self._connections = connections
        self._announcing = announcing
        self._clock = clock
        self._own = own

    def all(self) -> tuple[Due, ...]:
        """Return everything that expires, the soonest first."""
        theirs = [
            Due(connection.account.name, each.what, each.at, each.lasts)
            for connection in self._connections.all()
            for each in connection.expiries
        ]
        own = [Due("", each.what, each.at, each.lasts) for each in self._own()]
        return tuple(sorted([*theirs, *own], key=lambda due: due.at))

    def tell(self) -> int:
        """Announce what expires within 14, 3 and 1 days, once each; return how many notices that made."""
        now = self._clock.now()
        due = [(each, days) for each in self.all() if (days := each.stage(now)) is not None]
        return sum(self._announcing.announce(_notice(each, days, now)) for each, days in due)


def _notice(due: Due, days: int, now: datetime) -> Notice:
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title="Something is about to expire" if days else "Something has expired",
        body=due.said(now),
        url="/settings",
        tag=f"expiry-{due.account}-{due.what}-{due.at:%Y%m%d}-{days}",
        priority=2 if days in (0, 1) else 3,
    )
