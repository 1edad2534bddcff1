"""The step of the banks: whose statements are believed."""

from __future__ import annotations

from daemon.cli.asking import ask
from daemon.cli.first_steps.saying import show_error, show_good
from daemon.cli.frame import api
from domain.errors import AlfredError


def name_banks() -> bool:
    """Ask for senders until there are no more; return whether there is one now."""
    added = False
    while sender := ask("Address or domain that a bank of yours writes from, such as bank.example (Enter: no more)"):
        try:
            with api() as reached:
                known = reached.call("POST", "/api/finance/senders", {"sender": sender})["items"]
        except AlfredError as error:
            show_error(error)
            continue
        show_good(f"Statements of {', '.join(known)} are believed")
        added = True
    return added
