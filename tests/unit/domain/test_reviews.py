"""Which work items a pull request means, what is risky in it, and which mail asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Address, Authentication, Chat, Mail, Message
from domain.reviews import (
    ReviewRisk,
    asks_for_review,
    in_branch,
    in_order,
    in_text,
    is_test,
    meant_work_items,
    provably_asks_for_review,
    risks_of,
)
from domain.work import FileChange, Person, Policy, PolicyState, PullRequest, Reviewer, RunState, Vote

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PRIYA = Person("p", "Priya Raman", "priya@larkfield.example")
NOTIFIER = "notices@reviews.example"
PULL = PullRequest(
    "devops:pr-418", "devops", "memory", "devops/pull-requests", 418, "Keep the cursor", "", "Exports", "exporter", "r",
    "topic/cursor", "main", PRIYA, NOW, "c1", reviewers=(Reviewer(Person("me", "Jo"), is_owner=True),),
    files=(FileChange("export/pager.py", "edit"), FileChange("tests/test_pager.py", "add")), file_count=2, test_count=1,
    run=RunState.SUCCEEDED, told_by=(NOTIFIER,),
)  # fmt: skip
numbers = st.integers(min_value=1, max_value=999_999_999).filter(lambda n: not 1900 <= n <= 2099)
words = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8}){0,2}", fullmatch=True)


@given(numbers, words, st.sampled_from(["{n}-{w}", "{n}_{w}", "{n}", "AB#{n}", "#{n}", "AB#{n}-{w}", "{n}/{w}"]), words)
def test_a_branch_names_its_work_item_in_any_of_the_usual_ways(number: int, word: str, form: str, folder: str) -> None:
    for prefix in ("feature/", "bugfix/", "users/me/", f"{folder}/", ""):
        assert in_branch(prefix + form.format(n=number, w=word)) == (number,)


@given(words, words)
def test_a_branch_of_words_names_none(folder: str, word: str) -> None:
    assert in_branch(f"{folder}/{word}") == ()


@pytest.mark.parametrize(
    "branch", ["release/1.2.3", "release/2026-11-23", "v2", "feature/utf8-names", "main", "fix/0-x"]
)
def test_versions_and_days_are_no_work_items(branch: str) -> None:
    assert in_branch(branch) == ()


@given(numbers, st.sampled_from(["#{}", "AB#{}", "ab#{}", "(#{})", "Fixes #{}.", "see AB#{}, please"]))
def test_prose_marks_its_work_items(number: int, form: str) -> None:
    assert in_text(form.format(number)) == (number,)


@pytest.mark.parametrize("text", ["!418", "issue 12", "page.html#12", "a#12", "&#39;", "C#7x", "##12", "#0"])
def test_other_numbers_are_none(text: str) -> None:
    assert in_text(text) == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_words_break_the_reading(branch: str, text: str) -> None:
    meant = meant_work_items(replace(PULL, branch=branch, description=text))
    assert all(number > 0 for number in meant)
    assert len(meant) == len(set(meant))


def test_what_is_linked_and_its_own_number_are_not_meant() -> None:
    pull = replace(PULL, branch="feature/2214-x", title="See #418 and #7", messages=("AB#9",), work_items=(2214,))
    assert meant_work_items(pull) == (7, 9)


def test_risks_are_told_apart() -> None:
    many = tuple(FileChange(f"a{n}.py", "add") for n in range(60))
    bad = replace(
        PULL, files=many, file_count=60, test_count=0, run=RunState.FAILED, has_conflicts=True, target="release/4"
    )
    assert set(risks_of(bad, gives_orders=True)) == set(ReviewRisk)
    assert risks_of(replace(PULL, work_items=(1,))) == ()
    assert ReviewRisk.NO_TESTS not in risks_of(replace(PULL, files=(FileChange("README.md", "edit"),), test_count=0))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("tests/test_pager.py", True),
        ("src/Pager.Tests/PagerTests.cs", True),
        ("web/pager.spec.ts", True),
        ("export/latest.py", False),
        ("attest.py", False),
    ],
)
def test_tests_are_known_by_their_names(path: str, told: bool) -> None:
    assert is_test(path) is told


def test_it_can_be_approved_when_green_and_policies_hold_but_for_votes() -> None:
    votes = Policy("Minimum number of reviewers", PolicyState.WAITS, is_about_votes=True)
    build = Policy("Build", PolicyState.HOLDS)
    assert replace(PULL, policies=(votes, build)).can_be_approved
    for broken in (
        replace(PULL, run=RunState.RUNNING),
        replace(PULL, policies=(replace(build, state=PolicyState.WAITS),)),
        replace(PULL, policies=(replace(votes, state=PolicyState.BROKEN),)),
        replace(PULL, has_conflicts=True),
        replace(PULL, commit=""),
    ):
        assert not broken.can_be_approved


def test_an_approval_rests_on_the_commit_and_the_pipeline_but_not_on_others_votes() -> None:
    others = replace(PULL, policies=(Policy("Minimum number of reviewers", PolicyState.WAITS, is_about_votes=True),))
    assert others.shown_state == PULL.shown_state
    assert replace(PULL, commit="c2").shown_state != PULL.shown_state
    assert replace(PULL, run=RunState.RUNNING).shown_state != PULL.shown_state


def test_what_was_voted_on_or_is_a_draft_does_not_wait() -> None:
    assert PULL.waits_for_owner
    voted = Reviewer(Person("me", "Jo"), Vote.WAIT, is_owner=True)
    assert not replace(PULL, reviewers=(voted,)).waits_for_owner
    assert not replace(PULL, is_draft=True).waits_for_owner


@pytest.mark.parametrize(
    ("team", "own", "waits"),
    [
        (Vote.NONE, None, True),
        (Vote.NONE, Vote.NONE, True),
        (Vote.NONE, Vote.APPROVE, False),
        (Vote.APPROVE, None, False),
        (Vote.APPROVE, Vote.NONE, True),
    ],
)
def test_it_waits_for_a_team_until_one_of_it_votes_and_for_the_owner_himself_until_he_does(
    team: Vote, own: Vote | None, waits: bool
) -> None:
    asked = [Reviewer(Person("t", "Exporters"), team, via_team=True)]
    asked += [Reviewer(Person("me", "Jo"), own, is_owner=True)] if own is not None else []
    assert replace(PULL, reviewers=tuple(asked)).waits_for_owner is waits
    assert not replace(PULL, reviewers=tuple(asked), is_mine=True).waits_for_owner


def test_what_can_be_done_at_once_comes_first() -> None:
    red = replace(PULL, id="red", run=RunState.FAILED)
    long = replace(PULL, id="long", file_count=500)
    assert [each.id for each in in_order([red, long, PULL])] == ["devops:pr-418", "long", "red"]


@pytest.mark.parametrize(
    ("subject", "sender", "told"),
    [
        ("Please review pull request 418", PRIYA.address, True),
        ("Please look at topic/cursor", PRIYA.address, True),
        ("PR #418 is up", NOTIFIER, True),
        ("Please review pull request 4180", PRIYA.address, False),
        ("Room 418 is booked", PRIYA.address, False),
        ("URGENT: pull request 418 broke production", "boss@larkfield.example", False),
    ],
)
def test_only_who_wrote_it_asks_for_its_review(subject: str, sender: str, told: bool) -> None:
    mail = Message("gmail:1", "gmail", "g", "gmail/mail", "t", NOW, NOW, Address("", sender), (), subject, Mail("Hi."))
    assert asks_for_review(PULL, mail) is told


@pytest.mark.parametrize(
    ("body", "proven"),
    [
        (Mail("Hi.", authentication=Authentication.PASSED), True),
        (Mail("Hi.", authentication=Authentication.UNKNOWN), False),
        (Mail("Hi.", authentication=Authentication.FAILED), False),
        (Chat("Hi."), True),
    ],
)
@pytest.mark.parametrize("sender", [PRIYA.address, NOTIFIER])
def test_a_mail_proves_that_it_asks_only_by_the_word_of_the_receiving_server(
    body: Mail | Chat, sender: str, proven: bool
) -> None:
    asking = Message("a:1", "a", "g", "a/mail", "t", NOW, NOW, Address("", sender), (), "PR 418 is up", body)
    assert provably_asks_for_review(PULL, asking) is proven
