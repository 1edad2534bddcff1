"""Asking the sources themselves for what is not stored: what was there before Alfred, or never came to him."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from application.intake.visits import Visits
from application.ports.deadline import Deadline
from application.ports.mail import Batch, MessageSource
from application.ports.mime import RawMail
from domain.errors import AlfredError
from domain.messages import Message, message_id

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 12.0
TakeIn = Callable[[str, Batch], None]


@dataclass(frozen=True, slots=True)
class Searched:
    """The ids of what was found and stored, and the sources that could not be asked, or whose finds came too late."""

    ids: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


@dataclass(slots=True)
class _Inquiry:
    source: MessageSource
    ids: list[str] = field(default_factory=list)
    answered: bool = False


class Searching:
    """Lets sources search, side by side; what they find is taken in, and of the past nothing is proposed on.

    Whoever asks waits `patience` seconds. What comes later is still taken in, and found the next time.
    """

    def __init__(self, visits: Visits, take_in: TakeIn, patience: float = PATIENCE_SECONDS) -> None:
        self._visits = visits
        self._take_in = take_in
        self._patience = patience

    def ask(self, sources: Sequence[MessageSource], text: str, limit: int) -> Searched:
        """Return what `sources` find for `text`, each up to `limit`; one that is resting or paused is not asked."""
        inquiries = [_Inquiry(source) for source in sources]
        works = [
            threading.Thread(target=partial(self._inquire, each, text, limit), name=each.source.name, daemon=True)
            for each in inquiries
            if self._visits.is_due(each.source.name)
        ]
        for work in works:
            work.start()
        deadline = Deadline(self._patience)
        for work in works:
            work.join(deadline.left)
        unasked = tuple(each.source.name for each in inquiries if not each.answered)
        return Searched(tuple(id for each in inquiries for id in each.ids), unasked)

    def _inquire(self, inquiry: _Inquiry, text: str, limit: int) -> None:
        name = inquiry.source.name
        try:
            for batch in inquiry.source.search(text, limit):
                self._take_in(name, batch)
                inquiry.ids += map(_id_of, batch.arrived)
            inquiry.answered = True
        except AlfredError as error:
            log.info("source not searched", extra={"source": name, "code": error.code})
        except Exception:  # a thread has nobody who would hear of it otherwise
            log.exception("source not searched", extra={"source": name})


def _id_of(found: RawMail | Message) -> str:
    return found.id if isinstance(found, Message) else message_id(found.account, found.provider_id)
