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

    A program has named each by its id, and finds what it approved among what is said. Where all of a kind are meant and
    nobody looks on, what must be read is left out; raise `Invalid` where the kind itself reaches others.
    """
    asks = sys.stdin.isatty() and not as_json
    for action in wanted:
        whole = _whole(reached, action)
        if whole is None:
            yield action
        elif not asks and by_kind:
            _leave_out(action)
        elif _is_agreed(whole, asks, as_json):
            yield whole


def _leave_out(action: Shown) -> None:
    from domain.kinds import FACTS

    how = f"{action['title']}: name this one by its id, or say it in a terminal"
    if FACTS[action["kind"]].reaches_others:
        raise Invalid(how, where="--all")
    err().print(f"Left out, as it must be read. {how}", markup=False)


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
