"""A household that is signed in to the make-believe Azure DevOps, with the Monday household's work in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from application.ports.action_log import ActionQuery
from domain.actions import Action, Status
from domain.kinds import Kind
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.household import load
from sandbox.households.works import Works
from tests.contract.work.worlds import connected
from tests.integration.api.house import ZONE, House, build

PULLS = "devops/pull-requests"
PASSWORD = "posted by hooks"


@dataclass(frozen=True, slots=True)
class Setting:
    """The household, the vendor, and what the household is told to have there."""

    house: House
    server: AzureDevOpsServer
    works: Works
    pat: str

    def poll(self) -> None:
        for source in self.house.services.work.sources():
            self.house.services.work.poll(source)

    def actions(self, status: Status | None = None) -> list[Action]:
        return list(self.house.store.actions.list(ActionQuery(status=status), None, 100).items)

    def offered(self, number: int, kind: Kind) -> Action | None:
        """The card of this kind that is open on a pull request."""
        open_ones = self.house.store.actions.open_for([f"devops:pr-{number}"])
        return next((action for action in open_ones if action.kind is kind), None)

    def votes(self) -> list[object]:
        """The votes that were really cast."""
        return [each.state["vote"] for each in self.server.record if each.method == "pullRequestReviewers.vote"]


@contextmanager
def monday(folder: Path, seed: int = 0) -> Iterator[Setting]:
    works = load("monday", seed=seed, now=datetime.now(UTC)).works
    assert works is not None
    with AzureDevOpsServer(works.organization) as server:
        server.move_in(works)
        house = build(MemoryStore(), folder, LocalBrain(ZONE))
        house.clock.at = datetime.now(UTC)
        pat = server.pat(works.me.address, name=works.me.name)
        house.services.connections.add(connected(server, pat, hook_password=PASSWORD))
        yield Setting(house, server, works, pat)
