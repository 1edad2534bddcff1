"""The owner's yes in the terminal: what must be read whole is shown before it, and exactly that is approved."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daemon.cli.asking import Stopped, agrees
from daemon.cli.cards import draw_action
from daemon.cli.client import Api
from daemon.cli.frame import err, out
from daemon.cli.ids import quoted
from domain.errors import Invalid

Shown = Mapping[str, Any]


def looked_at(reached: Api, wanted: Sequence[Shown], by_kind: bool, as_json: bool) -> Iterator[Shown]:
    """Yield what may be approved, each as it was shown: where there is a terminal, what the owner then says yes to.

    A program has named each by its id, and finds what it approved among what is said. Raise `Invalid` where all of a
    kind are meant, one of them must be read, and nobody looks on.
    """
    asks = sys.stdin.isatty() and not as_json
    for action in wanted:
        whole = _whole(reached, action)
        if whole is None:
            yield action
        elif not asks and by_kind:
            raise Invalid(f"{action['title']}: name this one by its id, or say it in a terminal", where="--all")
        elif _is_agreed(whole, asks, as_json):
            yield whole


def _whole(reached: Api, action: Shown) -> Shown | None:
    """Return the whole card of what must be read, if it still waits; None where there is no need to look."""
    if action["status"] != "proposed" or not action["must_be_read"]:
        return None
    whole: Shown = reached.call("GET", f"/api/actions/{quoted(action['id'])}")
    return whole


def _is_agreed(whole: Shown, asks: bool, as_json: bool) -> bool:
    draw_action(err() if as_json else out(), whole)
    try:
        return not asks or agrees("Approve this", usually=False)
    except Stopped:
        return False
