"""kill -9 of the real daemon while it votes and remarks, judged by the provider's own record alone."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from daemon.household import ensure_cli_token, household
from daemon.settings import load
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.server import Sending
from tests.integration.crash.effects import Effects
from tests.integration.crash.house import PATIENCE, House, Json
from tests.integration.crash.wire import HeldUp

OWNER, COLLEAGUE, PROJECT = "jo@larkfield.example", "priya@larkfield.example", "Data Exports"
KINDS = ("vote_pull_request", "comment_pull_request", "link_work_item")
AT_ONCE = 8

pytestmark = pytest.mark.timeout(300)


class HeldUpDevOps(HeldUp, AzureDevOpsServer):
    """An Azure DevOps whose wire can be held."""

    account, label = "devops", ""
    writing = r"(?i)PUT .*/reviewers/|POST .*/threads|PATCH .*/workitems/"
    sending = r"POST .*/threads"
    writes = ("pullRequestReviewers.vote", "pullRequestThreads.create", "workItems.update")

    def __init__(self) -> None:
        HeldUp.__init__(self)
        AzureDevOpsServer.__init__(self, "larkfield")

    def settings_there(self) -> dict[str, dict[str, str]]:
        return {"azure_devops": {"url": self.organization_url}}

    def put(self, id: str, content: bytes) -> None:
        raise NotImplementedError("nobody writes letters here")

    def effects(self) -> Effects:
        raise NotImplementedError("the record is read below")

    async def _call(self, http: Request) -> Sending:
        return await self._through(http, super()._call)

    def ask_for_reviews(self, number: int) -> list[int]:
        """Let a colleague ask for so many reviews; return their numbers."""
        repository = self.world.repository(PROJECT, "exporter")
        return [
            self.world.open_pull(
                repository, f"topic/{place}", f"Change {place}", {f"/{place}.py": "x\n"}, by=COLLEAGUE,
                reviewers=[OWNER],
            ).id
            for place in range(number)
        ]  # fmt: skip


@contextmanager
def house_on(home: Path, reviews: int) -> Iterator[tuple[House, list[int], list[int]]]:
    with HeldUpDevOps() as vendor:
        pulls = vendor.ask_for_reviews(reviews)
        items = [vendor.world.add_work_item(PROJECT, "Bug", f"Bug {place}").id for place in range(reviews)]
        settings = load(home, vendor.settings_there())
        with household(settings) as container:
            container.accounts().add("devops", "azure_devops", {})
            attempt, _ = container.accounts().begin_sign_in("devops")
            container.accounts().finish_sign_in(attempt, vendor.pat(OWNER))
            container.work().refresh()
            token = ensure_cli_token(container)
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE, trust_env=False) as client:
            house = House(home, vendor, client)  # type: ignore[arg-type]
            try:
                yield house, pulls, items
            finally:
                house.end()


def proposed(house: House, pulls: list[int], items: list[int]) -> list[tuple[str, Json | None]]:
    """Propose on each pull request what its turn is; return the orders that approve what was shown."""
    arguments: list[Json] = [{"vote": "approve"}, {"text": "Is this right?"}]
    orders: list[tuple[str, Json | None]] = []
    for place, (pull, item) in enumerate(zip(pulls, items, strict=True)):
        kind = KINDS[place % len(KINDS)]
        asked = [*arguments, {"work_item": item}][place % len(KINDS)]
        body = {"kind": kind, "target": f"devops:pr-{pull}", "arguments": asked}
        shown = house.call("POST", "/api/actions", body)
        assert "id" in shown, shown
        orders.append((f"/api/actions/{shown['id']}/approve", {"digest": shown["digest"]}))
    return orders


def settle(house: House, orders: list[tuple[str, Json | None]]) -> None:
    """Start again, have all that was ordered done, and hold it against the record: each effect exactly once."""
    house.start()
    ordered = {path.split("/")[3] for path, _ in orders}
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not all_done(house, ordered):
        for action in house.listed("proposed"):
            if action["id"] in ordered:
                house.call("POST", f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})
        for action in house.listed("approved"):
            house.call("POST", f"/api/actions/{action['id']}/retry")
    assert all_done(house, ordered), [house.call("GET", f"/api/actions/{id}") for id in ordered]
    seen = Counter((each.method, each.resource) for each in house.vendor.record)
    assert (len(seen), set(seen.values())) == (len(orders), {1})


def all_done(house: House, ordered: set[str]) -> bool:
    return ordered <= {action["id"] for action in house.listed("executed")}


@pytest.mark.parametrize("on_the_way_back", [False, True], ids=["the call", "the answer"])
def test_a_kill_while_something_is_on_its_way_leaves_each_effect_once(tmp_path: Path, on_the_way_back: bool) -> None:
    with house_on(tmp_path / "home", AT_ONCE) as (house, pulls, items):
        house.start()
        orders = proposed(house, pulls, items)
        house.vendor.hold(house.vendor.writing, on_the_way_back=on_the_way_back)
        with house.begin(orders):
            house.vendor.wait_until_held(AT_ONCE)
            house.kill()
        house.vendor.release(carried_out=True)
        settle(house, orders)


def test_a_kill_while_calls_never_arrive_leaves_each_effect_once(tmp_path: Path) -> None:
    with house_on(tmp_path / "home", AT_ONCE) as (house, pulls, items):
        house.start()
        orders = proposed(house, pulls, items)
        house.vendor.hold(house.vendor.writing)
        with house.begin(orders):
            house.vendor.wait_until_held(AT_ONCE)
            house.kill()
        house.vendor.release(carried_out=False)
        settle(house, orders)


@pytest.mark.parametrize("seed", range(2))
def test_a_kill_at_a_random_moment_leaves_each_effect_once(tmp_path: Path, seed: int) -> None:
    kill_at_a_random_moment(tmp_path / "home", seed)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_fifty_kills_at_random_moments_leave_each_effect_once(tmp_path: Path) -> None:
    for seed in range(1_000, 1_050):
        kill_at_a_random_moment(tmp_path / str(seed), seed)


def kill_at_a_random_moment(home: Path, seed: int) -> None:
    chance = random.Random(seed)
    with house_on(home, 12) as (house, pulls, items):
        house.start()
        orders = proposed(house, pulls, items)
        for method in house.vendor.writes:
            fault = chance.choice(("lost", "reset", "latency"))
            house.vendor.misbehave(fault, method=method, probability=0.2, seed=seed, seconds=0.1)
        with house.begin(orders):
            house.kill_after(chance.uniform(0.01, 1.0))
        house.vendor.behave()
        settle(house, orders)
