"""The heartbeat falls silent where Alfred does not do what he is there for."""

from datetime import timedelta

import pytest

from adapters.memory.mailbox import MemoryMailbox
from application.ports.providers import Account, Connection
from daemon.container import Container
from daemon.doctor.outside import check_heartbeat
from daemon.doctor.records import check_backups
from daemon.settings import load
from domain.errors import TryLater
from tests.integration.api.house import OWNER, SetClock
from tests.unit.daemon.upkeep.household import told


def test_the_heartbeat_falls_silent_when_no_backup_can_be_made_for_days(container: Container, clock: SetClock) -> None:
    folder = container.settings().home / "backups"
    folder.write_text("a file where the folder should be")
    well = []
    for _ in range(2):
        with pytest.raises(OSError, match="backups"):
            container.backing_up().back_up_or_tell()
        well.append(container.well_being().is_well())
        clock.advance(timedelta(days=4))
    (finding,) = check_backups(container.settings())
    folder.unlink()
    container.backing_up().back_up_or_tell()
    assert ([*well, container.well_being().is_well()], finding.state) == ([True, False, True], "bad")
    assert "none could be made since 2026-11-23" in finding.said
    assert check_backups(container.settings())[0].state != "bad"


def test_the_heartbeat_falls_silent_when_a_reading_hangs(container: Container, clock: SetClock) -> None:
    mailbox = MemoryMailbox("home")
    container.connections().add(Connection(Account("home", "memory", {}), OWNER, messages=(mailbox,)))
    container.rounds().poll(mailbox)
    was_well = container.well_being().is_well()
    clock.advance(timedelta(hours=3))
    hangs = container.well_being().is_well()
    container.rounds().poll(mailbox)
    assert (was_well, hangs, container.well_being().is_well()) == (True, False, True)


def test_a_reading_that_begins_late_because_it_was_asked_to_wait_does_not_hang(
    container: Container, clock: SetClock
) -> None:
    mailbox = MemoryMailbox("home")
    container.connections().add(Connection(Account("home", "memory", {}), OWNER, messages=(mailbox,)))
    container.rounds().poll(mailbox)
    mailbox.fail_next(TryLater("busy", retry_after=5 * 3600))
    with pytest.raises(TryLater):
        container.rounds().poll(mailbox)
    well = []
    for minutes in (299, 2, 121):
        clock.advance(timedelta(minutes=minutes))
        well.append(container.well_being().is_well())
    assert well == [True, True, False]


def test_a_heartbeat_that_is_refused_is_told_and_remembered(container: Container) -> None:
    home = container.settings().home
    settings = load(home, {"heartbeat": {"url": "https://hc.example/1"}})
    found = []
    for trouble in ("it answers with status 404", "ConnectError", ""):
        container.well_being().note_heartbeat(trouble)
        found += check_heartbeat(settings)
    assert [finding.state for finding in found] == ["bad", "bad", "good"]
    assert "status 404" in found[0].said
    assert told(container) == ["The heartbeat does not arrive"]
