"""kill -9 of the real daemon, at every step and at random moments, judged by the provider's own record alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sqlite import open_store
from application.ports.action_log import ActionQuery
from domain.actions import fold
from tests.integration.crash.house import House, Json, house_with
from tests.integration.crash.orders import ON_MAIL, Owner, Verdict, judge

CLEAN: tuple[tuple[str, ...], ...] = ((), (), ())
FAULTS = ("lost", "reset", "latency")
MOST_SECONDS = 1.2
AIMS = 4

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=["google", "microsoft"])
def house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    with house_with(tmp_path_factory.mktemp("crash") / "home", mails=200, provider=request.param) as house:
        house.start()
        yield house


@pytest.fixture(scope="module")
def owner(house: House) -> Owner:
    return Owner(house)


def orders_of(owner: Owner) -> list[tuple[str, Json | None]]:
    """Some of each kind, and some that take back what was done before."""
    owner.begin_round()
    owner.house.acknowledged.clear()
    return [
        *owner.propose(("archive", "delete", "reply", "forward", "send", "send")),
        *owner.automatic(("label", "draft")),
        *owner.undo_some(4),
    ]


def restart_and_judge(house: House, owner: Owner) -> None:
    house.start()
    house.finish()
    verdict = judge(house, owner.since)
    assert (verdict.lost, verdict.twice, verdict.uncertain) == CLEAN


def test_everything_happens_once_where_nothing_goes_wrong(house: House, owner: Owner) -> None:
    house.begin(
        owner.propose(ON_MAIL[:2]) + owner.propose(("send", "reply", "forward")) + owner.automatic(("draft", "label"))
    ).shutdown()
    house.begin(owner.undo_some(4)).shutdown()
    verdict = judge(house)
    assert verdict == Verdict((), (), (), judged=11)


def kill_right_after(step: str, house: House, owner: Owner) -> None:
    """Aim again, at other actions, where the step was over before the kill could fall."""
    for _ in range(AIMS):
        orders, since = orders_of(owner), house.head()
        with house.begin(orders):
            if house.killed_when_last_written(step, since):
                break
    else:
        raise TimeoutError(f"no action was hit at {step!r}")
    restart_and_judge(house, owner)


@pytest.mark.parametrize("step", ["started", "prepared", "executed", "rolled_back"])
def test_a_kill_right_after_a_step_was_written_loses_and_repeats_nothing(house: House, owner: Owner, step: str) -> None:
    kill_right_after(step, house, owner)


# An Outlook action is begun so soon after its approval that no kill can be aimed in between; the random ones may hit.
@pytest.mark.parametrize("house", ["google"], indirect=True)
def test_a_kill_right_after_the_approval_loses_and_repeats_nothing(house: House, owner: Owner) -> None:
    kill_right_after("approved", house, owner)


@pytest.mark.parametrize("carried_out", [True, False], ids=["arrives", "never arrives"])
@pytest.mark.parametrize(("what", "held"), [("writing", 8), ("sending", 4)], ids=["first write", "sending"])
def test_a_kill_while_a_call_is_on_its_way_loses_and_repeats_nothing(
    house: House, owner: Owner, what: str, held: int, carried_out: bool
) -> None:
    orders = orders_of(owner)
    house.vendor.hold(getattr(house.vendor, what))
    with house.begin(orders):
        house.vendor.wait_until_held(held)
        house.kill()
    house.vendor.release(carried_out=carried_out)
    restart_and_judge(house, owner)


@pytest.mark.parametrize(("what", "held"), [("writing", 8), ("sending", 4)], ids=["first write", "sending"])
def test_a_kill_while_the_answer_is_on_its_way_loses_and_repeats_nothing(
    house: House, owner: Owner, what: str, held: int
) -> None:
    orders = orders_of(owner)
    house.vendor.hold(getattr(house.vendor, what), on_the_way_back=True)
    with house.begin(orders):
        house.vendor.wait_until_held(held)
        house.kill()
    house.vendor.release(carried_out=True)
    restart_and_judge(house, owner)


def kill_at_two_random_moments(house: House, owner: Owner, seed: int) -> None:
    chance = random.Random(seed)
    orders = orders_of(owner)
    chance.shuffle(orders)
    for method in house.vendor.writes:
        fault = chance.choice(FAULTS)
        house.vendor.misbehave(fault, method=method, probability=0.2, seed=seed, seconds=0.1)
    with house.begin(orders):
        house.kill_after(chance.uniform(0.01, MOST_SECONDS))
    house.start()
    house.kill_after(chance.uniform(0.01, MOST_SECONDS / 4))  # and once more, while it sees to what was cut off
    house.vendor.behave()
    restart_and_judge(house, owner)


@pytest.mark.parametrize("seed", range(5))
def test_two_kills_at_random_moments_lose_and_repeat_nothing(house: House, owner: Owner, seed: int) -> None:
    kill_at_two_random_moments(house, owner, seed)


def test_after_all_the_kills_everything_stands_once_and_the_log_is_whole(house: House) -> None:
    verdict = judge(house)
    assert (verdict.lost, verdict.twice, verdict.uncertain) == CLEAN
    house.kill()
    store = open_store(house.home / "alfred.db")
    try:
        report = store.actions.verify()
        assert report.problem == ""
        actions = store.actions.list(ActionQuery(), None, 10_000).items
        assert all(action == fold(list(store.actions.entries(action.id))) for action in actions)
        store.actions.rebuild()
        assert store.actions.list(ActionQuery(), None, 10_000).items == actions
        assert store.actions.verify() == report
    finally:
        store.close()


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_five_hundred_kills_at_random_moments(tmp_path: Path, provider: str) -> None:
    for round in range(10):
        with house_with(tmp_path / str(round), mails=180, provider=provider) as house:
            house.start()
            owner = Owner(house)
            for seed in range(25):
                kill_at_two_random_moments(house, owner, 1_000 + 25 * round + seed)
