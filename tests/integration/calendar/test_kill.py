"""kill -9 of the real daemon while it writes into a calendar, judged by what the vendor wrote down."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.calendar.house import house_with
from tests.integration.calendar.orders import CalendarOwner, judge
from tests.integration.crash.house import House, Json
from tests.integration.crash.orders import Verdict

CLEAN: tuple[tuple[str, ...], ...] = ((), (), ())
WRITES = r"(POST|PATCH|DELETE) .*/events"
FAULTS = ("lost", "reset", "latency")
METHODS = ("events.insert", "events.patch", "events.delete", "events.create", "events.update", "events.*ccept")
MOST_SECONDS = 1.2
AIMS = 4

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=["google", "microsoft"])
def house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    with house_with(tmp_path_factory.mktemp("calendar") / "home", events=200, provider=request.param) as house:
        house.start()
        yield house


@pytest.fixture(scope="module")
def owner(house: House) -> CalendarOwner:
    return CalendarOwner(house)


def orders_of(owner: CalendarOwner) -> list[tuple[str, Json | None]]:
    """Some of each kind, and some that take back what was done before."""
    owner.begin_round()
    owner.house.acknowledged.clear()
    return [*owner.propose(), *owner.undo_some(4)]


def restart_and_judge(house: House, owner: CalendarOwner) -> None:
    house.start()
    house.finish()
    verdict = judge(house, owner.since)
    assert (verdict.lost, verdict.twice, verdict.uncertain) == CLEAN


def test_everything_happens_once_where_nothing_goes_wrong(house: House, owner: CalendarOwner) -> None:
    house.begin(owner.propose()).shutdown()
    assert judge(house) == Verdict((), (), (), judged=8)
    house.begin(owner.undo_some(8)).shutdown()
    house.finish()
    assert judge(house) == Verdict((), (), (), judged=16)


def kill_right_after(step: str, house: House, owner: CalendarOwner) -> None:
    """Aim again, at other actions, where the step was over before the kill could fall."""
    for _ in range(AIMS):
        orders, since = orders_of(owner), house.head()
        with house.begin(orders):
            if house.killed_when_last_written(step, since):
                break
    else:
        raise TimeoutError(f"no action was hit at {step!r}")
    restart_and_judge(house, owner)


@pytest.mark.parametrize("step", ["approved", "started", "prepared", "executed", "rolled_back"])
def test_a_kill_right_after_a_step_was_written_loses_and_repeats_nothing(
    house: House, owner: CalendarOwner, step: str
) -> None:
    kill_right_after(step, house, owner)


@pytest.mark.parametrize("carried_out", [True, False], ids=["arrives", "never arrives"])
def test_a_kill_while_a_call_is_on_its_way_loses_and_repeats_nothing(
    house: House, owner: CalendarOwner, carried_out: bool
) -> None:
    orders = orders_of(owner)
    house.vendor.hold(WRITES)
    with house.begin(orders):
        house.vendor.wait_until_held(6)
        house.kill()
    house.vendor.release(carried_out=carried_out)
    restart_and_judge(house, owner)


def test_a_kill_while_the_answer_is_on_its_way_loses_and_repeats_nothing(house: House, owner: CalendarOwner) -> None:
    orders = orders_of(owner)
    house.vendor.hold(WRITES, on_the_way_back=True)
    with house.begin(orders):
        house.vendor.wait_until_held(6)
        house.kill()
    house.vendor.release(carried_out=True)
    restart_and_judge(house, owner)


def kill_at_a_random_moment(house: House, owner: CalendarOwner, seed: int) -> None:
    chance = random.Random(seed)
    orders = orders_of(owner)
    chance.shuffle(orders)
    for method in METHODS:
        house.vendor.misbehave(chance.choice(FAULTS), method=method, probability=0.2, seed=seed, seconds=0.1)
    with house.begin(orders):
        house.kill_after(chance.uniform(0.01, MOST_SECONDS))
    house.vendor.behave()
    restart_and_judge(house, owner)


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_at_a_random_moment_loses_and_repeats_nothing(house: House, owner: CalendarOwner, seed: int) -> None:
    kill_at_a_random_moment(house, owner, seed)


def test_after_all_the_kills_everything_stands_once(house: House) -> None:
    verdict = judge(house)
    assert (verdict.lost, verdict.twice, verdict.uncertain) == CLEAN


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_five_hundred_kills_at_random_moments(tmp_path: Path, provider: str) -> None:
    for round in range(25):
        with house_with(tmp_path / str(round), events=200, provider=provider) as house:
            house.start()
            owner = CalendarOwner(house)
            for seed in range(20):
                kill_at_a_random_moment(house, owner, 1_000 + 20 * round + seed)
