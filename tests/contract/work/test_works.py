"""The contract of `Works`, over the twin in memory and over Azure DevOps at the sandbox."""

from __future__ import annotations

import pytest

from domain.errors import NotFound, SignInAgain
from domain.work import PullStatus, RunState, Vote
from tests.contract.work.worlds import FILES, WorkWorld


def test_what_waits_for_the_owner_and_what_is_his_own_is_read_whole(world: WorkWorld) -> None:
    asked = world.open_pull("Keep the cursor", text="It started over. " * 60)
    own = world.open_pull("Resume", mine=True)
    known = {each.id: each for each in world.works.open_pull_requests({})}
    assert known.keys() == {asked, own}
    pull = known[asked]
    assert (pull.waits_for_owner, known[own].waits_for_owner, known[own].is_mine) == (True, False, True)
    assert (pull.title, len(pull.description)) == ("Keep the cursor", len("It started over. " * 60))
    assert (tuple(each.path for each in pull.files), pull.file_count, pull.test_count) == (FILES, 2, 1)
    assert (pull.target, pull.author.address) == ("main", "priya@larkfield.example")
    assert pull.told_by


def test_what_a_team_of_the_owners_is_asked_waits_for_him_until_one_of_them_votes(world: WorkWorld) -> None:
    id, other = world.open_for_team("Keep the cursor"), world.open_for_team("Rotate the log", mine=False)
    (pull,) = world.works.open_pull_requests({})
    assert (pull.id, pull.waits_for_owner, pull.own_vote) == (id, True, Vote.NONE)
    assert [(each.via_team, each.is_owner) for each in pull.reviewers] == [(True, False)]
    assert not world.works.pull_request(other).waits_for_owner
    world.vote_in_team(id)
    assert not world.works.pull_request(id).waits_for_owner


def test_a_push_changes_the_commit_and_makes_the_run_old(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    run = world.finish_run(id, well=True)
    before = world.works.pull_request(id)
    assert (before.run, before.run_id) == (RunState.SUCCEEDED, run)
    world.push(id)
    after = {each.id: each for each in world.works.open_pull_requests({id: before})}[id]
    assert after.commit != before.commit
    assert after.run is RunState.NONE


def test_a_red_run_tells_what_failed(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    run = world.finish_run(id, well=False)
    pull = world.works.pull_request(id)
    assert (pull.run, pull.run_id) == (RunState.FAILED, run)
    assert "Test" in pull.run_issue
    assert [(each.id, each.pull_request) for each in world.works.recent_runs()] == [(run, pull.number)]


def test_a_merged_one_is_listed_no_longer_and_still_found(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    world.merge(id)
    assert world.works.open_pull_requests({}) == ()
    assert world.works.pull_request(id).status is PullStatus.COMPLETED


def test_work_items_of_the_owner_are_listed_and_others_found_by_number(world: WorkWorld) -> None:
    mine, other = world.enter_item("Page us"), world.enter_item("Quotas", mine=False)
    listed = world.works.open_work_items()
    assert [(each.id, each.title, each.is_mine) for each in listed] == [(mine, "Page us", True)]
    numbers = tuple(int(id.rpartition("-")[2]) for id in (mine, other))
    found = {each.id: each.is_mine for each in world.works.named_work_items((*numbers, 99_999))}
    assert found == {mine: True, other: False}


def test_what_is_not_there_is_not_found(world: WorkWorld) -> None:
    with pytest.raises(NotFound):
        world.works.pull_request("devops:pr-4711")


def test_a_token_that_ran_out_asks_for_a_sign_in(world: WorkWorld) -> None:
    world.open_pull("Keep the cursor")
    world.withdraw_sign_in()
    with pytest.raises(SignInAgain) as refused:
        world.works.open_pull_requests({})
    assert refused.value.account == "devops"
