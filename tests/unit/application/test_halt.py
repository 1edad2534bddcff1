"""The stop: the owner's outlives whatever an update does, and resuming lifts both."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.acting.halt import HaltSwitch
from domain.errors import Refused

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def halt(tmp_path: Path) -> HaltSwitch:
    return HaltSwitch(tmp_path / "HALT")


def test_the_end_of_an_update_leaves_a_halt_that_was_pressed_meanwhile(halt: HaltSwitch) -> None:
    halt.begin_trial("an update is being tried", NOW)
    halt.halt("stop!", NOW)
    halt.end_trial()
    assert halt.is_halted
    assert halt.reason == f"{NOW.isoformat()} stop!"


def test_the_end_of_an_update_leaves_a_halt_from_before(halt: HaltSwitch) -> None:
    halt.halt("stop!", NOW)
    halt.begin_trial("an update is being tried", NOW)
    halt.end_trial()
    assert halt.is_halted


def test_while_an_update_is_tried_nothing_is_executed(halt: HaltSwitch) -> None:
    halt.begin_trial("an update is being tried", NOW)
    assert halt.reason.endswith("an update is being tried")
    with pytest.raises(Refused):
        halt.check()
    halt.end_trial()
    halt.check()


def test_what_an_update_that_was_cut_off_left_is_lifted_by_resuming(halt: HaltSwitch) -> None:
    halt.begin_trial("an update is being tried", NOW)
    halt.halt("stop!", NOW)
    halt.resume()
    assert not halt.is_halted
    assert halt.reason == ""
