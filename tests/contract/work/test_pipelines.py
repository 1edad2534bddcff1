"""A pull request that several pipelines validate is as green as the worst of them."""

from __future__ import annotations

import pytest

from application.ports.work import Works
from domain.work import PullRequest, RunState
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.worlds import COLLEAGUE, OWNER, PROJECT, connected


class Two:
    """A pull request, and two pipelines for it: the last run of each is what counts."""

    def __init__(self, devops: AzureDevOpsServer) -> None:
        self._world = devops.world
        repository = self._world.repository(PROJECT, "exporter")
        self._second = self._world.add_pipeline(repository, "exporter-security")
        self._pull = self._world.open_pull(
            repository, "feature/x", "Keep the cursor", {"/x.py": "x = 1\n"}, by=COLLEAGUE, reviewers=[OWNER]
        )
        works = connected(devops, devops.pat(OWNER)).work
        assert works is not None
        self._works: Works = works

    def first(self, *, well: bool) -> None:
        build = self._world.start_build(self._pull)
        (self._world.pass_build if well else self._world.fail_build)(build)

    def second(self, *, well: bool) -> None:
        build = self._world.start_build(self._pull, self._second)
        (self._world.pass_build if well else self._world.fail_build)(build)

    def second_begins(self) -> None:
        self._world.start_build(self._pull, self._second)

    def second_is_canceled(self) -> None:
        self._world.start_build(self._pull, self._second).finish("canceled")

    def push(self) -> None:
        self._world.push_commit(self._pull)

    def read(self) -> PullRequest:
        return self._works.pull_request(f"devops:pr-{self._pull.id}")


@pytest.fixture
def two(devops: AzureDevOpsServer) -> Two:
    return Two(devops)


def test_a_green_run_hides_no_red_one_of_another_pipeline(two: Two) -> None:
    two.first(well=False)
    two.second(well=True)
    pull = two.read()
    assert (pull.run, pull.can_be_approved, pull.is_turned_down) == (RunState.FAILED, False, True)
    assert "Test" in pull.run_issue


def test_the_last_run_of_each_pipeline_counts(two: Two) -> None:
    two.first(well=False)
    two.second(well=True)
    two.first(well=True)
    assert two.read().run is RunState.SUCCEEDED


def test_one_that_still_runs_is_waited_for(two: Two) -> None:
    two.second_begins()
    two.first(well=True)
    assert two.read().run is RunState.RUNNING


def test_one_that_was_canceled_makes_nothing_green(two: Two) -> None:
    two.second_is_canceled()
    two.first(well=True)
    assert two.read().run is RunState.NONE


def test_runs_of_an_earlier_push_say_nothing(two: Two) -> None:
    two.second(well=False)
    two.push()
    two.first(well=True)
    assert two.read().run is RunState.SUCCEEDED
