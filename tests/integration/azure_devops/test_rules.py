"""The owner's rules about work: a work item for a mail, an approval for the review that a mail asks for."""

from __future__ import annotations

import pytest

from domain.action_events import Origin
from domain.actions import Action, Status
from domain.errors import Refused
from domain.kinds import Kind, NewWorkItem, Risk
from domain.messages import Address
from domain.rules import Conditions, Outcome, Rule
from sandbox.azure_devops.git.pulls import PullRequest
from tests.integration.azure_devops.setting import Setting

PRIYA = "@larkfield.example"
VOUCHED_FOR = "Received: from a by mx.home.example; x\r\nAuthentication-Results: mx.home.example; dmarc=pass\r\n"


def keep(setting: Setting, kind: Kind, arguments: dict[str, str] | None = None, **changes: object) -> Rule:
    when = Conditions(sender=(PRIYA,))
    rule = Rule("From colleagues", when, (Outcome(kind, dict(arguments or {})),), **changes)  # type: ignore[arg-type]
    return setting.house.services.rule_book.put_rule(rule)


def asked_by_mail(setting: Setting, number: int, subject: str = "A review, please", headers: str = VOUCHED_FOR) -> str:
    """Let the author of the household's pull requests ask for a review by mail."""
    author = setting.works.pull_request("page-cursor").creator
    text = f"Could you look at pull request {number} today?"
    sender = str(Address(author.name, author.address))
    return setting.house.deliver(subject=subject, text=text, sender=sender, headers=headers)


def opened(setting: Setting) -> PullRequest:
    """Open one more pull request that could be approved, which nobody has read yet."""
    world, pull = setting.server.world, setting.works.pull_request("page-cursor")
    made = world.open_pull(
        world.repository(pull.project, "exporter"), "feature/9-x", "Count pages", {"/a.py": "x = 1\n"},
        by=pull.creator.address, reviewers=[setting.works.me.address],
    )  # fmt: skip
    world.pass_build(made)
    return made


def votes_offered(setting: Setting, number: int) -> list[Action]:
    found = setting.house.store.actions.open_for([f"devops:pr-{number}"])
    return [action for action in found if action.kind is Kind.VOTE_PULL_REQUEST]


def about(setting: Setting, target: str) -> list[Action]:
    return list(setting.house.store.actions.open_for([target]))


def test_a_work_item_is_proposed_under_the_mails_subject_and_entered_once_approved(setting: Setting) -> None:
    setting.poll()
    keep(setting, Kind.CREATE_WORK_ITEM)
    (card,) = about(setting, asked_by_mail(setting, 0, "  The export is  empty on Mondays "))
    assert isinstance(card.payload, NewWorkItem)
    assert (card.payload.title, card.payload.project) == ("The export is empty on Mondays", "Data Exports")
    assert (card.account, card.risk, card.tainted, card.status) == ("devops", Risk.APPROVAL, True, Status.PROPOSED)
    assert len(setting.server.record) == 0

    done = setting.house.services.actions.approve(card.id, card.digest)
    assert done.status is Status.EXECUTED
    (made,) = setting.server.record
    assert (made.method, made.arguments["project"]) == ("workItems.create", "Data Exports")


def test_the_project_and_the_title_are_the_rules_where_it_names_them(setting: Setting) -> None:
    setting.poll()
    keep(setting, Kind.CREATE_WORK_ITEM, {"title": "Look at the mail", "project": "Console"})
    (card,) = about(setting, asked_by_mail(setting, 0))
    assert isinstance(card.payload, NewWorkItem)
    assert (card.payload.title, card.payload.project, card.tainted) == ("Look at the mail", "Console", True)


@pytest.mark.parametrize("kind", [Kind.CREATE_WORK_ITEM, Kind.VOTE_PULL_REQUEST])
def test_neither_ever_happens_by_a_standing_order(setting: Setting, kind: Kind) -> None:
    with pytest.raises(Refused):
        keep(setting, kind, standing=True)


def test_an_approval_is_proposed_for_the_review_that_a_mail_asks_for(setting: Setting) -> None:
    setting.poll()
    keep(setting, Kind.VOTE_PULL_REQUEST)
    made = opened(setting)
    mail = asked_by_mail(setting, made.id)
    assert votes_offered(setting, made.id) == []
    setting.poll()
    (card,) = votes_offered(setting, made.id)
    assert (card.origin, card.rule, card.risk, card.tainted) == (Origin.RULE, "From colleagues", Risk.APPROVAL, True)
    assert card.reason.startswith("your rule “From colleagues”; Priya Raman waits for your review")
    assert about(setting, mail) == []
    setting.house.services.actions.approve(card.id, card.digest)
    assert setting.votes() == [10]


@pytest.mark.parametrize("headers", ["", VOUCHED_FOR.replace("pass", "fail")], ids=["nothing said", "failed"])
def test_no_rule_approves_on_the_word_of_a_mail_that_nobody_vouches_for(setting: Setting, headers: str) -> None:
    setting.poll()
    keep(setting, Kind.VOTE_PULL_REQUEST)
    made = opened(setting)
    asked_by_mail(setting, made.id, headers=headers)
    setting.poll()
    assert [card.origin for card in votes_offered(setting, made.id)] == [Origin.ROUTINE]


def test_what_is_open_already_is_not_proposed_again(setting: Setting) -> None:
    setting.poll()
    keep(setting, Kind.VOTE_PULL_REQUEST)
    before = votes_offered(setting, 418)
    asked_by_mail(setting, 418)
    setting.poll()
    assert (len(before), votes_offered(setting, 418)) == (1, before)


@pytest.mark.parametrize("key", ["parquet", "retry-library"])
def test_no_rule_approves_what_is_red_or_gives_orders(setting: Setting, key: str) -> None:
    keep(setting, Kind.VOTE_PULL_REQUEST)
    number = setting.works.pull_request(key).id
    asked_by_mail(setting, number)
    setting.poll()
    assert votes_offered(setting, number) == []


def test_without_a_mail_that_asks_it_is_no_rules_doing(setting: Setting) -> None:
    keep(setting, Kind.VOTE_PULL_REQUEST)
    asked_by_mail(setting, 4711)
    setting.poll()
    assert [card.origin for card in votes_offered(setting, 418)] == [Origin.ROUTINE]


def test_what_waits_again_after_a_rule_proposed_it_is_offered_all_the_same(setting: Setting) -> None:
    setting.poll()
    keep(setting, Kind.VOTE_PULL_REQUEST)
    made = opened(setting)
    asked_by_mail(setting, made.id)
    setting.poll()
    (card,) = votes_offered(setting, made.id)
    setting.house.services.actions.reject(card.id)
    setting.poll()
    assert votes_offered(setting, made.id) == []
    setting.server.world.push_commit(made)
    setting.server.world.pass_build(made)
    setting.poll()
    assert [each.origin for each in votes_offered(setting, made.id)] == [Origin.ROUTINE]
