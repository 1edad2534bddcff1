"""One refusal of Azure DevOps hides nothing else, and what is not known is taken for no consent."""

from __future__ import annotations

import pytest

from adapters.azure_devops.api import Access, WritingDevOps
from adapters.azure_devops.keys import Key, PatKey
from domain.errors import AlfredError, Refused, TryLater
from domain.work import RunState
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.worlds import OWNER, AzureWorld, connected, number

OF_ONE = ["pullRequests.getById", "pullRequestThreads.list", "pullRequestIterations.list", "builds.list"]
CODE_AND_WORK = ("vso.code_write", "vso.work_write", "vso.project")


@pytest.fixture
def world(devops: AzureDevOpsServer) -> AzureWorld:
    return AzureWorld(devops)


def test_what_goes_into_another_branch_is_asked_for_its_files_again(
    world: AzureWorld, devops: AzureDevOpsServer
) -> None:
    id = world.open_pull("Keep the cursor")
    world.push(id)
    before = {each.id: each for each in world.works.open_pull_requests({})}
    assert before[id].file_count == 3
    devops.world.retarget(devops.world.pull(number(id)), "release/1")
    (after,) = world.works.open_pull_requests(before)
    assert (after.commit, after.target) == (before[id].commit, "release/1")
    assert [each.path for each in after.files] == ["pushed/2.txt"]


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("method", OF_ONE)
def test_one_that_is_refused_is_left_as_it_was_known_and_the_others_are_read(
    world: AzureWorld, devops: AzureDevOpsServer, method: str, status: int
) -> None:
    first, second = world.open_pull("Keep the cursor"), world.open_pull("Count pages")
    known = {first: world.works.pull_request(first)}
    world.push(first)
    devops.misbehave("status", method=method, status=status, count=1)
    listed = {each.id: each for each in world.works.open_pull_requests(known)}
    assert listed.keys() == {first, second}
    assert listed[first] == known[first]


def test_one_that_is_refused_and_was_never_known_is_left_out(world: AzureWorld, devops: AzureDevOpsServer) -> None:
    world.open_pull("Keep the cursor")
    second = world.open_pull("Count pages")
    devops.misbehave("status", method="pullRequestThreads.list", status=404, count=1)
    assert [each.id for each in world.works.open_pull_requests({})] == [second]


def test_trouble_on_the_way_is_no_refusal(world: AzureWorld, devops: AzureDevOpsServer) -> None:
    world.open_pull("Keep the cursor")
    devops.misbehave("status", method="pullRequestThreads.list", status=503, count=1)
    with pytest.raises(TryLater):
        world.works.open_pull_requests({})


def test_without_the_right_to_see_runs_reviews_are_read_and_none_is_approved(
    world: AzureWorld, devops: AzureDevOpsServer
) -> None:
    id = world.open_pull("Keep the cursor")
    world.finish_run(id, well=True)
    works = connected(devops, devops.pat(OWNER, CODE_AND_WORK)).work
    (pull,) = works.open_pull_requests({})
    assert (pull.id, pull.run, pull.can_be_approved, pull.waits_for_owner) == (id, RunState.NONE, False, True)
    with pytest.raises(AlfredError) as refused:
        works.recent_runs()
    assert refused.value.code == "not_allowed"


def test_policies_that_may_not_be_read_do_not_hold(world: AzureWorld, devops: AzureDevOpsServer) -> None:
    id = world.open_pull("Keep the cursor")
    world.finish_run(id, well=True)
    assert world.works.pull_request(id).can_be_approved
    devops.misbehave("status", method="policyEvaluations.list", status=403, count=1)
    pull = world.works.pull_request(id)
    assert (pull.can_be_approved, pull.is_turned_down) == (False, False)
    assert [each.name for each in pull.policies] == ["Policies that this token may not read"]


def test_without_the_right_to_see_teams_what_asks_for_the_owner_is_read(
    world: AzureWorld, devops: AzureDevOpsServer
) -> None:
    id, _ = world.open_pull("Keep the cursor"), world.open_for_team("Count pages")
    devops.misbehave("status", method="teams.list", status=403, count=1)
    assert [each.id for each in world.works.open_pull_requests({})] == [id]


def test_projects_beyond_the_first_part_are_looked_at_too(world: AzureWorld, devops: AzureDevOpsServer) -> None:
    for place in range(120):
        devops.world.organisation.projects.add(f"Project {place:03}")
    far = devops.world.repository("Project 119", "console")
    made = devops.world.open_pull(far, "feature/x", "Far away", {"/a.py": "x = 1\n"}, reviewers=[OWNER])
    assert [each.number for each in world.works.open_pull_requests({})] == [made.id]


class SlowKey(Key):
    """Is renewed for so long that Alfred is halted meanwhile."""

    advice = "wait"

    def __init__(self, pat: str) -> None:
        self._key = PatKey(pat)
        self.is_halted = False

    def header(self) -> str:
        self.is_halted = True
        return self._key.header()

    def renewed(self, refused: str) -> bool:
        return self._key.renewed(refused)

    def may_write(self) -> None:
        if self.is_halted:
            raise Refused("halted", code="halted")


def test_who_waits_for_a_key_asks_anew_whether_he_may(world: AzureWorld, devops: AzureDevOpsServer) -> None:
    key, item = SlowKey(devops.pat(OWNER)), number(world.enter_item("It starts over"))
    api = WritingDevOps(Access("devops", devops.organization_url, key))
    api.ask_first(key.may_write)
    with api.connected(), pytest.raises(Refused):
        api.write(lambda clients: clients.work_item_tracking.delete_work_item(item))
    assert (key.is_halted, world.writes()) == (True, 0)
    assert api.read(lambda clients: clients.work_item_tracking.get_work_item(item)).id == item
