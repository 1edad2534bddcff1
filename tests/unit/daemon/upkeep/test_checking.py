"""The weekly check, and what is said of a log that was changed or cut off."""

from datetime import timedelta

from application.acting.drafting import Proposal
from daemon.container import Container
from daemon.upkeep.checking import CHECKED
from domain.kinds import Kind
from tests.integration.api.house import SetClock
from tests.unit.daemon.upkeep.household import NOW, told


def test_the_database_is_checked_once_a_week(container: Container) -> None:
    preferences = container.store().preferences
    container.checking().check()
    first = preferences.get(CHECKED)
    container.checking().check()
    assert preferences.get(CHECKED) == first
    preferences.put(CHECKED, (NOW - timedelta(days=8)).isoformat())
    container.checking().check()
    assert str(preferences.get(CHECKED)) >= str(first)


def forge(container: Container, *forgeries: str) -> None:
    """Write to the log as whoever has its file can."""
    container.actions().propose(Proposal(Kind.CREATE_TASK, "", {"title": "Water the ferns"}, reason="you asked"))
    with container.store().database.write() as forger:
        for (name,) in forger.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            forger.execute(f'DROP TRIGGER "{name}"')
        for forgery in forgeries:
            forger.execute(forgery)


def test_the_owner_is_told_that_the_log_was_changed(container: Container) -> None:
    forge(container, "UPDATE action_events SET actor = 'nobody' WHERE seq = 1")
    container.checking().check()
    assert told(container) == ["The action log is broken"]


def test_the_heartbeat_falls_silent_when_the_log_is_broken_until_a_check_finds_it_whole(container: Container) -> None:
    forge(container, "CREATE TABLE kept AS SELECT * FROM actions", "DELETE FROM actions")
    container.checking().check()
    was_well = container.well_being().is_well()
    forge(container, "INSERT INTO actions SELECT * FROM kept")
    container.checking().check()
    assert (was_well, container.well_being().is_well()) == (False, True)


def test_a_log_that_was_cut_off_is_told_before_the_next_backup_holds_it_and_each_week_after(
    container: Container, clock: SetClock
) -> None:
    container.actions().propose(Proposal(Kind.CREATE_TASK, "", {"title": "Mend the gate"}, reason="you asked"))
    container.backing_up().back_up()
    forge(container, "DELETE FROM action_events", "DELETE FROM actions")
    heard = []
    for step in (container.backing_up().back_up, container.backing_up().back_up, container.checking().check):
        clock.advance(timedelta(days=1))
        step()
        heard.append(told(container).count("The action log is not the one that was saved"))
    assert heard == [1, 1, 2]
