"""Tells the owner that something is wrong with the household itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from application.announcing import Announcing
from application.ports.clock import Clock
from domain.errors import AlfredError
from domain.notifications import Notice, NoticeKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rings once a day for each thing that it is about."""

    announcing: Announcing
    clock: Clock

    def ring(self, about: str, title: str, said: str) -> None:
        """Tell the owner; where not even that can be written, the log has it."""
        tag = f"{about}-{self.clock.now():%Y%m%d}"
        notice = Notice(NoticeKind.NEEDS_YOU, title, said, "/settings", tag, priority=1)
        try:
            self.announcing.announce(notice)
        except (AlfredError, OSError) as error:
            log.error("the owner could not be told", extra={"about": about, "reason": str(error)})
