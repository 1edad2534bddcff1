"""An update that was cut off: brought to its end before the store is opened, or once what runs has proved well."""

from __future__ import annotations

import logging
from pathlib import Path

from daemon.running import find_running
from daemon.units import Service
from daemon.updating.journal import Journal, Stage, alone, is_under_way, read_journal
from daemon.updating.others import let_go_on
from domain.errors import CannotBe

log = logging.getLogger(__name__)


def cut_off(home: Path) -> Journal | None:
    """Return the note of an update that nobody is at any more."""
    return None if is_under_way(home) else read_journal(home)


def accept_or_take_back(home: Path) -> None:
    """Before the store is opened, accept what was well and take back what was not proved to be.

    A service that may not change its own program goes on with the new version, still halted, until that has proved
    well. Raises `CannotBe` where the program of this process was exchanged for the former one: it has to begin anew.
    """
    journal = cut_off(home)
    if journal is None:
        return
    with alone(home):
        if journal.is_accepted:
            journal.close()
        elif journal.stage is Stage.TRYING and journal.is_changed_over and not journal.can_change_back:
            log.warning("an update was cut off and cannot be taken back from here", extra={"to": journal.release})
        else:
            _take_back(journal)


def _take_back(journal: Journal) -> None:
    was_changed_over = journal.is_changed_over
    journal.go_back()
    log.warning("an update was cut off; the former version is back", extra={"to": journal.release})
    if was_changed_over:
        said = f"the update to {journal.release} was cut off; {journal.version} is back, so run that again"
        raise CannotBe(said, code="update_taken_back")


def accept_what_works(home: Path) -> None:
    """Called by the daemon once it has worked for a while: an update that was cut off before that is accepted."""
    journal = cut_off(home)
    if journal is not None:
        journal.accept()
        log.warning("an update was cut off; the new version works and stays", extra={"to": journal.release})


def mend(home: Path, service: Service, others: tuple[Service, ...] = ()) -> None:
    """End it now: what runs stays; where nothing runs, what was there before is brought back and started.

    Those of the `others` that waited for it are started then.
    """
    try:
        if find_running(home) is not None:
            accept_what_works(home)
        else:
            _settle_and_start(home, service)
    finally:
        let_go_on(others, home)


def _settle_and_start(home: Path, service: Service) -> None:
    try:
        accept_or_take_back(home)
    finally:
        if service.is_installed:
            service.start()
