"""What a rule may propose: whatever a mail says enough of, and an approval of the pull request that it asks about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import Invalid
from domain.kinds import Kind
from domain.rule_drafts import draft_rule
from domain.rules import Conditions, Outcome, Rule, check_rule, read_rule

OUT_OF_REACH = [
    Kind.COMPLETE_TASK,
    Kind.UPDATE_EVENT,
    Kind.DELETE_EVENT,
    Kind.RESPOND_EVENT,
    Kind.COMMENT_PULL_REQUEST,
    Kind.UPDATE_WORK_ITEM,
    Kind.LINK_WORK_ITEM,
    Kind.RERUN_PIPELINE,
]


def rule(kind: Kind, arguments: dict[str, Any] | None = None, account: str = "") -> Rule:
    return Rule("Work", Conditions(sender=("@larkfield.example",)), (Outcome(kind, arguments or {}, account),))


@pytest.mark.parametrize("kind", OUT_OF_REACH)
def test_what_no_mail_is_about_is_no_rules_to_do(kind: Kind) -> None:
    with pytest.raises(Invalid) as refused:
        check_rule(rule(kind))
    assert refused.value.where == "then[0].kind"


@pytest.mark.parametrize("vote", ["approve_with_suggestions", "none", "wait", "reject"])
def test_a_rule_votes_in_no_way_but_to_approve(vote: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_rule(rule(Kind.VOTE_PULL_REQUEST, {"vote": vote}))
    assert refused.value.where == "then[0].arguments.vote"


def test_what_the_mail_says_may_be_left_out() -> None:
    assert check_rule(rule(Kind.VOTE_PULL_REQUEST)).then[0].completed == {"vote": "approve"}
    assert check_rule(rule(Kind.CREATE_WORK_ITEM)).then[0].completed == {"title": ""}
    named = rule(Kind.CREATE_WORK_ITEM, {"title": "Look into it", "project": "Console"}, "devops")
    assert check_rule(named).then[0].completed == {"title": "Look into it", "project": "Console"}


def test_a_rule_sets_labels_that_can_be_set_and_one_of_before_can_be_switched_off() -> None:
    thrown_away = rule(Kind.LABEL, {"add": ["Trash"]})
    with pytest.raises(Invalid) as refused:
        check_rule(thrown_away)
    assert refused.value.where == "then[0]"
    check_rule(replace(thrown_away, enabled=False))


def test_only_a_work_item_is_entered_where_the_rule_says() -> None:
    with pytest.raises(Invalid) as refused:
        check_rule(rule(Kind.ARCHIVE, account="devops"))
    assert refused.value.where == "then[0].account"


def test_a_rule_of_before_names_no_account() -> None:
    form = {"name": "Work", "when": {"words": ["build"]}, "then": [{"kind": "archive", "arguments": {}}]}
    assert read_rule(form).then == (Outcome(Kind.ARCHIVE, {}),)


def test_what_nothing_can_carry_out_is_kept_switched_off_alone() -> None:
    unsubscribing = rule(Kind.UNSUBSCRIBE)
    with pytest.raises(Invalid, match="has no way to unsubscribe") as refused:
        check_rule(unsubscribing)
    assert refused.value.where == "then[0].kind"
    assert check_rule(replace(unsubscribing, enabled=False))


@pytest.mark.parametrize("age", [-3, 36_501, 10**9])
def test_an_age_that_no_mail_can_have_is_refused(age: int) -> None:
    ancient = Rule("Ancient", Conditions(older_than_days=age), (Outcome(Kind.ARCHIVE, {}),))
    with pytest.raises(Invalid, match=f"{age} is not 0 to 36500") as refused:
        check_rule(ancient)
    assert refused.value.where == "when.older_than_days"
    assert check_rule(replace(ancient, enabled=False))


@pytest.mark.parametrize("age", ["99999999999999999999", "9999", "²"])
def test_an_age_in_plain_words_that_no_mail_can_have_is_refused(age: str) -> None:
    with pytest.raises(Invalid):
        draft_rule(f"archive newsletters older than {age} years")


def test_who_is_forwarded_to_is_said() -> None:
    with pytest.raises(Invalid, match="whom to forward to") as refused:
        check_rule(rule(Kind.FORWARD, {"text": "For your books."}))
    assert refused.value.where == "then[0].arguments.to"
    check_rule(rule(Kind.FORWARD, {"bcc": ["books@wayne.example"]}))
