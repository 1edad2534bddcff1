"""What a poll, or one batch of it, brought."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.messages import Message


@dataclass(slots=True)
class TakenIn:
    """What one poll of a source brought: ids of new and changed messages, how many were set aside, and progress.

    `arrived` is a batch's news and `past` what else was new in it, as they are stored; what a whole poll brought would
    be too much to hold.
    """

    source: str
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    set_aside: int = 0
    done: int = 0
    total: int = 0
    arrived: tuple[Message, ...] = ()
    past: tuple[Message, ...] = ()

    def add(self, part: TakenIn) -> None:
        """Count what one more batch brought."""
        self.new += part.new
        self.changed += part.changed
        self.set_aside += part.set_aside
        self.done, self.total = part.done, part.total
