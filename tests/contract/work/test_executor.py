"""The contract of an executor of work, over the twin in memory and over Azure DevOps at the sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.ports.executor import Outcome
from domain.actions import Action
from domain.errors import CannotBe, OutcomeUnknown, SignInAgain, TryLater
from domain.kinds import CastVote, ChangeWorkItem, Kind, LinkTo, NewRemark, NewWorkItem
from domain.work import RunState, Vote
from tests.contract.work.orders import an_action
from tests.contract.work.worlds import PROJECT, WorkWorld, number


def approval(world: WorkWorld, id: str) -> Action:
    return an_action(Kind.VOTE_PULL_REQUEST, id, CastVote(Vote.APPROVE), basis=world.works.pull_request(id).shown_state)


def orders(world: WorkWorld) -> dict[Kind, Action]:
    """One of each kind."""
    pull, item = world.open_pull("Keep the cursor"), world.enter_item("It starts over")
    run = world.finish_run(pull, well=False)
    return {
        Kind.VOTE_PULL_REQUEST: approval(world, pull),
        Kind.COMMENT_PULL_REQUEST: an_action(Kind.COMMENT_PULL_REQUEST, pull, NewRemark("Is the retry right?")),
        Kind.CREATE_WORK_ITEM: an_action(Kind.CREATE_WORK_ITEM, pull, NewWorkItem("Page us", project=PROJECT)),
        Kind.UPDATE_WORK_ITEM: an_action(Kind.UPDATE_WORK_ITEM, item, ChangeWorkItem(state="Active")),
        Kind.LINK_WORK_ITEM: an_action(Kind.LINK_WORK_ITEM, pull, LinkTo(number(item))),
        Kind.RERUN_PIPELINE: an_action(Kind.RERUN_PIPELINE, run),
    }


KINDS = [
    Kind.VOTE_PULL_REQUEST,
    Kind.COMMENT_PULL_REQUEST,
    Kind.CREATE_WORK_ITEM,
    Kind.UPDATE_WORK_ITEM,
    Kind.LINK_WORK_ITEM,
    Kind.RERUN_PIPELINE,
]


def prepared(world: WorkWorld, action: Action) -> str:
    token = world.executor.prepare(action, None)
    assert token is not None
    return token


def done(world: WorkWorld, action: Action) -> dict[str, str]:
    return dict(world.executor.execute(action, prepared(world, action)))


def test_it_carries_out_all_kinds_of_work(world: WorkWorld) -> None:
    assert world.executor.kinds == set(KINDS)


def test_a_vote_is_cast_once_and_taken_back_to_what_it_was(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    done(world, an_action(Kind.VOTE_PULL_REQUEST, id, CastVote(Vote.WAIT)))
    approve = approval(world, id)
    receipt = done(world, approve)
    assert world.vote_of_owner(id) is Vote.APPROVE
    for _ in range(2):
        world.executor.undo(approve, receipt)
        assert world.vote_of_owner(id) is Vote.WAIT
    assert world.writes() == 3


def test_a_vote_for_what_a_team_is_asked_is_the_owners_own_and_taken_back(world: WorkWorld) -> None:
    id = world.open_for_team("Keep the cursor")
    approve = approval(world, id)
    receipt = done(world, approve)
    pull = world.works.pull_request(id)
    assert (world.vote_of_owner(id), pull.own_vote, pull.waits_for_owner) == (Vote.APPROVE, Vote.APPROVE, False)
    world.executor.undo(approve, receipt)
    assert (world.vote_of_owner(id), world.works.pull_request(id).waits_for_owner) == (Vote.NONE, True)


def test_a_vote_does_not_count_for_what_was_pushed_since(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    approve = approval(world, id)
    token = prepared(world, approve)
    world.push(id)
    with pytest.raises(CannotBe) as refused:
        world.executor.execute(approve, token)
    assert (refused.value.code, world.vote_of_owner(id), world.writes()) == ("changed", Vote.NONE, 0)


@pytest.mark.parametrize("vote", [Vote.APPROVE, Vote.APPROVE_WITH_SUGGESTIONS])
def test_an_approval_does_not_count_for_what_turned_red_since(world: WorkWorld, vote: Vote) -> None:
    id = world.open_pull("Keep the cursor")
    world.finish_run(id, well=True)
    approve = replace(approval(world, id), payload=CastVote(vote))
    token = prepared(world, approve)
    world.finish_run(id, well=False)
    with pytest.raises(CannotBe) as refused:
        world.executor.execute(approve, token)
    assert (refused.value.code, world.vote_of_owner(id), world.writes()) == ("changed", Vote.NONE, 0)
    done(world, replace(approve, payload=CastVote(Vote.WAIT)))
    assert world.vote_of_owner(id) is Vote.WAIT


def test_an_owner_who_saw_that_it_is_red_may_approve_it(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    world.finish_run(id, well=False)
    done(world, approval(world, id))
    assert world.vote_of_owner(id) is Vote.APPROVE


@pytest.mark.parametrize("before", [Vote.APPROVE, Vote.APPROVE_WITH_SUGGESTIONS])
def test_taking_back_a_vote_approves_nothing_that_was_pushed_since(world: WorkWorld, before: Vote) -> None:
    id = world.open_pull("Keep the cursor")
    done(world, an_action(Kind.VOTE_PULL_REQUEST, id, CastVote(before)))
    reject = an_action(Kind.VOTE_PULL_REQUEST, id, CastVote(Vote.REJECT))
    receipt = done(world, reject)
    world.push(id)
    with pytest.raises(CannotBe) as refused:
        world.executor.undo(reject, receipt)
    assert (refused.value.code, world.vote_of_owner(id), world.writes()) == ("changed", Vote.REJECT, 2)


def test_a_vote_is_withdrawn_from_what_was_pushed_since(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    approve = approval(world, id)
    receipt = done(world, approve)
    world.push(id)
    world.executor.undo(approve, receipt)
    assert world.vote_of_owner(id) is Vote.NONE


def test_a_merged_pull_request_takes_no_vote(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    approve = approval(world, id)
    world.merge(id)
    with pytest.raises(CannotBe):
        prepared(world, approve)
    assert world.writes() == 0


def test_a_remark_is_made_and_taken_back(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    remark = an_action(Kind.COMMENT_PULL_REQUEST, id, NewRemark("Is the retry right?"))
    receipt = done(world, remark)
    assert world.said(id) == ["Is the retry right?"]
    world.executor.undo(remark, receipt)
    assert world.said(id) == []


def test_a_new_work_item_is_linked_to_its_pull_request(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    create = an_action(Kind.CREATE_WORK_ITEM, id, NewWorkItem("Page us", project=PROJECT))
    receipt = done(world, create)
    (linked,) = world.works.pull_request(id).work_items
    (item,) = world.works.named_work_items((linked,))
    assert (item.title, item.state, item.project) == ("Page us", "New", PROJECT)
    world.executor.undo(create, receipt)
    assert world.works.named_work_items((linked,)) == ()


def test_a_mail_whose_id_reads_like_a_pull_request_is_none(world: WorkWorld) -> None:
    id = world.open_pull("Keep the cursor")
    create = an_action(Kind.CREATE_WORK_ITEM, f"home:{id}", NewWorkItem("Page us", project=PROJECT))
    assert done(world, create)
    assert world.works.pull_request(id).work_items == ()


def test_a_work_item_changes_only_as_it_was_seen_and_changes_back(world: WorkWorld) -> None:
    id = world.enter_item("It starts over")
    change = an_action(Kind.UPDATE_WORK_ITEM, id, ChangeWorkItem(state="Active", title="It starts over at zero"))
    receipt = done(world, change)
    (item,) = world.works.open_work_items()
    assert (item.state, item.title) == ("Active", "It starts over at zero")
    world.executor.undo(change, receipt)
    (item,) = world.works.open_work_items()
    assert (item.state, item.title) == ("New", "It starts over")
    token = prepared(world, change)
    world.change_item(id, "Changed by another")
    with pytest.raises(CannotBe) as refused:
        world.executor.execute(change, token)
    assert refused.value.code == "changed"
    assert world.works.open_work_items()[0].state == "New"


def test_a_change_of_what_was_changed_since_it_was_shown_is_refused(world: WorkWorld) -> None:
    id = world.enter_item("It starts over")
    shown = world.works.open_work_items()[0].version
    world.change_item(id, "Changed by another")
    with pytest.raises(CannotBe):
        prepared(world, an_action(Kind.UPDATE_WORK_ITEM, id, ChangeWorkItem(state="Active"), basis=shown))


def test_a_work_item_is_linked_twice_to_the_same_effect_and_let_go(world: WorkWorld) -> None:
    pull, item = world.open_pull("Keep the cursor"), world.enter_item("It starts over")
    link = an_action(Kind.LINK_WORK_ITEM, pull, LinkTo(number(item)))
    token = prepared(world, link)
    receipt = world.executor.execute(link, token)
    world.executor.execute(replace(link, attempts=2), token)
    assert world.works.pull_request(pull).work_items == (number(item),)
    world.executor.undo(link, receipt)
    assert world.works.pull_request(pull).work_items == ()


def test_a_run_is_begun_again_and_not_while_it_runs(world: WorkWorld) -> None:
    run = world.finish_run(world.open_pull("Keep the cursor"), well=False)
    done(world, an_action(Kind.RERUN_PIPELINE, run))
    assert world.works.recent_runs()[0].state is RunState.RUNNING
    with pytest.raises(CannotBe):
        prepared(world, an_action(Kind.RERUN_PIPELINE, run))


@pytest.mark.parametrize("kind", KINDS)
def test_what_happened_although_the_answer_was_lost_is_found_and_done_once(world: WorkWorld, kind: Kind) -> None:
    action = orders(world)[kind]
    token = prepared(world, action)
    world.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(action, token)
    assert world.executor.look(action, token).outcome is Outcome.HAPPENED
    world.executor.execute(replace(action, attempts=2), token)
    assert world.writes() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_knows_of_is_done_once_at_the_second_attempt(world: WorkWorld, kind: Kind) -> None:
    action = orders(world)[kind]
    token = prepared(world, action)
    world.break_down_once()
    with pytest.raises(OutcomeUnknown):
        world.executor.execute(action, token)
    expected = Outcome.UNKNOWN if kind is Kind.CREATE_WORK_ITEM else Outcome.NOT_YET
    assert world.executor.look(action, token).outcome is expected
    world.executor.execute(replace(action, attempts=2), token)
    assert world.writes() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_busy_provider_is_left_alone_with_nothing_done(world: WorkWorld, kind: Kind) -> None:
    action = orders(world)[kind]
    token = prepared(world, action)
    world.be_busy_once()
    with pytest.raises(TryLater) as busy:
        world.executor.execute(action, token)
    assert (busy.value.retry_after, world.writes()) == (7, 0)


def test_a_token_that_ran_out_asks_for_a_sign_in(world: WorkWorld) -> None:
    action = orders(world)[Kind.VOTE_PULL_REQUEST]
    token = prepared(world, action)
    world.withdraw_sign_in()
    with pytest.raises(SignInAgain):
        world.executor.execute(action, token)
    assert world.writes() == 0
