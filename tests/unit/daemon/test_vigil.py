"""The watch on the machine: sleep, clock and network are told apart, and each is acted on once."""

import logging

import pytest

from daemon.vigil import MachineState, Vigil

HOUR = 3600.0


def told(caplog: pytest.LogCaptureFixture, *readings: MachineState) -> tuple[list[str], int]:
    """Look at each reading in turn; return what was logged, and how often Alfred was woken."""
    woken: list[int] = []
    moments = iter(readings)
    vigil = Vigil(lambda: woken.append(1), lambda: next(moments))
    with caplog.at_level(logging.INFO, "daemon.vigil"):
        for _ in readings:
            vigil.look()
    return [record.getMessage() for record in caplog.records], len(woken)


HOME, START = "192.168.1.7", MachineState(0, 0, 1000, "192.168.1.7")


@pytest.mark.parametrize(
    ("after", "expected", "woken"),
    [
        (MachineState(15, 15, 1015, HOME), [], 0),
        (MachineState(15.5, 15.5, 1016, HOME), [], 0),
        (MachineState(15, 15 + HOUR, 1015 + HOUR, HOME), ["woke up"], 1),
        (MachineState(15, 15, 1015 + HOUR, HOME), ["the clock was set"], 0),
        (MachineState(15, 15, 1015 - HOUR, HOME), ["the clock was set"], 0),
        (MachineState(15, 15, 1015, "10.0.0.3"), ["the network changed"], 1),
        (MachineState(15, 15, 1015, ""), ["the network changed"], 0),
        (MachineState(15, 15 + HOUR, 1015 + HOUR, "10.0.0.3"), ["woke up", "the network changed"], 1),
    ],
    ids=["nothing", "jitter", "sleep", "clock ahead", "clock back", "elsewhere", "offline", "slept elsewhere"],
)
def test_what_happened_is_told_apart(
    caplog: pytest.LogCaptureFixture, after: MachineState, expected: list[str], woken: int
) -> None:
    assert told(caplog, START, after) == (expected, woken)


def test_what_happened_once_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    slept = MachineState(15, 15 + HOUR, 1015 + HOUR, HOME)
    later = MachineState(30, 30 + HOUR, 1030 + HOUR, HOME)
    assert told(caplog, START, slept, later) == (["woke up"], 1)
