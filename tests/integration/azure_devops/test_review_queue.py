"""What becomes of pull requests, from the poll to the vote, over the vendor's own SDK."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from application.acting.actions import Actions
from application.announcing import announced
from application.work.digests import shown
from domain.actions import Action, Status
from domain.errors import Conflict, SignInAgain, TryLater
from domain.kinds import Kind, NewRemark, Risk
from domain.messages import Address
from domain.work import Vote
from sandbox.azure_devops.git.pulls import PullRequest
from tests.contract.work.worlds import connected
from tests.integration.azure_devops.setting import PULLS, Setting, monday

OFFERS = {
    "approve": Kind.VOTE_PULL_REQUEST,
    "ask for changes": Kind.COMMENT_PULL_REQUEST,
    "create work item": Kind.CREATE_WORK_ITEM,
    "link work item": Kind.LINK_WORK_ITEM,
}


def approve(setting: Setting, action: Action) -> Action:
    return setting.house.services.actions.approve(action.id, action.digest)


def card(setting: Setting, kind: Kind = Kind.VOTE_PULL_REQUEST, key: str = "page-cursor") -> Action:
    found = setting.offered(setting.works.pull_request(key).id, kind)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", [0, 3])
def test_the_household_gets_the_right_answers(tmp_path: Path, seed: int) -> None:
    with monday(tmp_path, seed) as setting:
        setting.poll()
        found = {review.pull.number: review for review in setting.house.services.work.reviews()}
        waiting = [number for number, review in found.items() if review.waits]
        told = sorted((each.answer.rank, each.id) for each in setting.works.pull_requests if each.answer.waits)
        assert waiting == [id for _, id in told]
        for pull in setting.works.pull_requests:
            review, answer = found[pull.id], pull.answer
            kinds = {name for name, kind in OFFERS.items() if setting.offered(pull.id, kind) is not None}
            assert tuple(each.number for each in review.linked) == answer.links
            assert tuple(each.number for each in review.meant) == answer.meant
            named = {"hostile" if risk == "tries to give orders" else risk for risk in review.risks}
            assert named == answer.risks
            assert (answer.proposals - kinds, answer.never & kinds) == (set(), set())
            assert any(word in review.summary.lower() for word in answer.summary_words)


def test_work_items_and_runs_are_the_households(setting: Setting) -> None:
    setting.poll()
    work = setting.house.services.work
    mine = sorted((each for each in setting.works.work_items if each.answer.mine and each.answer.open), key=_rank)
    assert [each.number for each in work.work_items() if each.is_mine] == [each.id for each in mine]
    assert {each.number for each in work.runs()} == {each.id for each in setting.works.runs}


def _rank(item: object) -> int:
    return item.answer.rank or 9  # type: ignore[attr-defined, no-any-return]


def test_nothing_of_it_is_automatic_and_a_second_poll_offers_nothing_new(setting: Setting) -> None:
    setting.poll()
    before = setting.actions()
    assert {(each.status, each.risk, each.tainted) for each in before} == {(Status.PROPOSED, Risk.APPROVAL, True)}
    setting.poll()
    assert setting.actions() == before
    assert len(setting.server.record) == 0


def test_approving_casts_one_vote_and_undoing_resets_it(setting: Setting) -> None:
    setting.poll()
    done = approve(setting, card(setting))
    assert (done.status, setting.votes()) == (Status.EXECUTED, [10])
    setting.poll()
    assert not any(each.waits for each in setting.house.services.work.reviews() if each.pull.number == 418)
    setting.house.services.actions.undo(done.id)
    assert setting.votes() == [10, 0]
    setting.poll()
    assert setting.house.services.work.review("devops:pr-418").waits


def test_a_push_makes_the_card_stale(setting: Setting) -> None:
    setting.poll()
    seen = card(setting)
    setting.server.world.push_commit(setting.server.world.pull(418))
    setting.poll()
    stale = card(setting)
    assert (stale.id, stale.status) == (seen.id, Status.PROPOSED)
    assert stale.changed_since
    with pytest.raises(Conflict) as refused:
        approve(setting, seen)
    assert (refused.value.code, setting.votes()) == ("stale_digest", [])


def test_a_push_that_nobody_read_yet_takes_no_vote_either(setting: Setting) -> None:
    setting.poll()
    seen = card(setting)
    setting.server.world.push_commit(setting.server.world.pull(418))
    assert (approve(setting, seen).error_code, setting.votes()) == ("changed", [])


def test_a_pipeline_that_turns_red_closes_the_card(setting: Setting) -> None:
    setting.poll()
    seen = card(setting)
    setting.server.world.fail_build(setting.server.world.pull(418))
    setting.poll()
    assert setting.house.store.actions.get(seen.id).status is Status.SUPERSEDED
    assert setting.offered(418, Kind.COMMENT_PULL_REQUEST) is not None


def test_a_merge_closes_every_card_and_says_why(setting: Setting) -> None:
    setting.poll()
    seen = card(setting)
    setting.server.world.merge(setting.server.world.pull(418))
    setting.poll()
    after = setting.house.store.actions.get(seen.id)
    assert (after.status, after.error) == (Status.SUPERSEDED, "the pull request was merged")


def test_the_owners_own_vote_closes_what_was_offered(setting: Setting) -> None:
    setting.poll()
    seen = card(setting, Kind.COMMENT_PULL_REQUEST, "parquet")
    number = setting.works.pull_request("parquet").id
    setting.server.world.vote(setting.server.world.pull(number), setting.works.me.address, -5)
    setting.poll()
    assert setting.house.store.actions.get(seen.id).error == "you voted yourself"


def test_a_remark_is_made_once_and_taken_back(setting: Setting) -> None:
    setting.poll()
    drafted = card(setting, Kind.COMMENT_PULL_REQUEST, "parquet")
    assert isinstance(drafted.payload, NewRemark)
    assert "snappy" in drafted.payload.text
    done = approve(setting, drafted)
    setting.house.services.actions.undo(done.id)
    assert [each.method for each in setting.server.record] == [
        "pullRequestThreads.create",
        "pullRequestComments.delete",
    ]


def test_a_missing_work_item_is_created_and_linked_in_one_step(setting: Setting) -> None:
    setting.poll()
    number = setting.works.pull_request("retry-library").id
    done = approve(setting, card(setting, Kind.CREATE_WORK_ITEM, "retry-library"))
    assert done.status is Status.EXECUTED
    setting.poll()
    (linked,) = setting.house.services.work.review(f"devops:pr-{number}").linked
    assert linked.title == "Use the newer retry library"
    assert [each.method for each in setting.server.record] == ["workItems.create"]


def test_words_that_give_orders_change_nothing(setting: Setting) -> None:
    setting.poll()
    number = setting.works.pull_request("retry-library").id
    review = setting.house.services.work.review(f"devops:pr-{number}")
    assert setting.offered(number, Kind.VOTE_PULL_REQUEST) is None
    assert review.pull.own_vote is Vote.NONE
    assert "approve" not in review.summary.lower()
    assert len(setting.server.record) == 0


def test_nothing_is_announced_at_first_and_what_comes_later_is_once(setting: Setting) -> None:
    setting.poll()
    assert notices(setting) == []
    made = opened(setting)
    for _ in range(2):
        setting.poll()
    assert notices(setting) == [f"announced/pull-request-devops:pr-{made.id}/{made.last.source}"]


def test_a_push_that_takes_the_vote_away_is_announced_again(setting: Setting) -> None:
    setting.poll()
    made, world, me = opened(setting), setting.server.world, setting.works.me.address
    first = made.last.source
    setting.poll()
    world.vote(made, me, 10)
    setting.poll()
    world.push_commit(made)
    world.vote(made, me, 0)
    for _ in range(2):
        setting.poll()
    tag = f"announced/pull-request-devops:pr-{made.id}"
    assert notices(setting) == [f"{tag}/{first}", f"{tag}/{made.last.source}"]
    again = announced(setting.house.store, notices(setting)[1], setting.house.clock.now())
    assert again is not None
    assert again.tag == f"pull-request-devops:pr-{made.id}"


def test_pushes_to_what_waits_already_are_no_news(setting: Setting) -> None:
    setting.poll()
    made = opened(setting)
    setting.poll()
    for _ in range(3):
        setting.server.world.push_commit(made)
        setting.poll()
    assert len(notices(setting)) == 1


def opened(setting: Setting) -> PullRequest:
    """Open one more pull request that waits for the owner."""
    pull, world = setting.works.pull_request("page-cursor"), setting.server.world
    return world.open_pull(
        world.repository(pull.project, "exporter"), "feature/9-x", "Count pages", {"/a.py": "x = 1\n"},
        by=pull.creator.address, reviewers=[setting.works.me.address],
    )  # fmt: skip


def notices(setting: Setting) -> list[str]:
    return [each.ref for each in setting.house.store.feed.after(0, 10_000) if each.topic == "notification"]


def test_the_mail_that_asks_for_a_review_is_merged_into_it(setting: Setting) -> None:
    setting.poll()
    pull = setting.works.pull_request("page-cursor")
    sender = str(Address(pull.creator.name, pull.creator.address))
    text = f"Could you review pull request {pull.id} before we ship on Monday? Please answer today."
    mail = setting.house.deliver(subject=f"Please review {pull.branch}", text=text, sender=sender)
    from_another = setting.house.deliver(
        subject="URGENT: outage", text=f"Since pull request {pull.id} all is down. Please call me today."
    )
    page = setting.house.services.briefings.briefing()
    assert page.reviews[0].message_ids == (mail,)
    shown_mails = {each.message_id for each in (*page.now, *page.more)}
    assert mail not in shown_mails
    assert from_another not in page.reviews[0].message_ids
    reviewed = {offer.action_id for each in page.reviews for offer in each.offers}
    assert reviewed
    assert not reviewed & {offer.action_id for offer in page.waiting}


def test_a_mail_is_taken_in_before_the_pull_requests_are_read_that_it_speaks_of(setting: Setting) -> None:
    pull = setting.works.pull_request("page-cursor")
    setting.house.deliver(subject="Please review", text=f"Could you review pull request {pull.id} today?")
    read_meanwhile = known_numbers(setting)
    setting.house.services.hooks.read_woken()
    assert (read_meanwhile, pull.id in known_numbers(setting)) == (set(), True)


def known_numbers(setting: Setting) -> set[int]:
    return {review.pull.number for review in setting.house.services.work.reviews()}


def test_a_token_that_ran_out_pauses_the_sources_until_the_owner_signs_in(setting: Setting) -> None:
    setting.poll()
    setting.server.tokens.expire(setting.pat)
    with pytest.raises(SignInAgain):
        setting.house.services.work.poll(PULLS)
    state = setting.house.store.sources.state(PULLS)
    assert (state.paused, state.error_code) == (True, "sign_in_again")
    assert len(setting.house.services.briefings.briefing().reviews) == 3
    setting.house.services.connections.add(connected(setting.server, setting.server.pat(setting.works.me.address)))
    setting.house.services.work.poll(PULLS)
    assert not setting.house.store.sources.state(PULLS).paused


def test_five_thousand_files_take_little_time_and_few_words(setting: Setting) -> None:
    setting.poll()
    world, me = setting.server.world, setting.works.me.address
    big = world.large_pull(world.repository("Data Exports", "exporter"), me)
    began = time.process_time()
    setting.house.services.work.poll(PULLS)
    assert time.process_time() - began < 10
    pull = setting.house.store.pull_requests.get(f"devops:pr-{big.id}")
    assert (pull.file_count, len(pull.files)) == (5000, 200)
    assert len(shown(replace(pull, description="word " * 20_000, messages=("m" * 5000,) * 20))) < 10_000


def test_what_is_closed_to_the_owner_goes_and_what_cannot_be_read_stays(setting: Setting) -> None:
    setting.poll()
    known = {review.pull.number for review in setting.house.services.work.reviews()}
    del setting.server.world.pull(418).reviewers[setting.server.id_of(setting.works.me.address)]
    setting.server.misbehave("status", method="pullRequests.getById", status=403, count=len(known))
    setting.house.services.work.poll(PULLS)
    assert {review.pull.number for review in setting.house.services.work.reviews()} == known - {418}


def test_copies_are_good_for_three_minutes(setting: Setting) -> None:
    work = setting.house.services.work
    work.refresh()
    setting.server.world.merge(setting.server.world.pull(418))
    work.refresh()
    assert 418 in {each.pull.number for each in work.reviews()}
    setting.house.clock.advance(timedelta(minutes=3))
    work.refresh()
    assert 418 not in {each.pull.number for each in work.reviews()}


def test_a_refusal_says_why_and_nothing_is_tried_again_by_itself(setting: Setting) -> None:
    setting.poll()
    setting.server.misbehave("status", method="pullRequestReviewers.vote", status=403, count=1)
    failed = approve(setting, card(setting))
    assert (failed.status, failed.error_code) == (Status.APPROVED, "not_allowed")
    assert setting.votes() == []


def test_an_offer_that_could_not_be_made_is_made_at_the_next_poll(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> Action:
        raise TryLater("busy")

    with monkeypatch.context() as patch:
        patch.setattr(Actions, "propose", busy)
        setting.poll()
    assert setting.actions() == []
    setting.poll()
    assert card(setting).title
