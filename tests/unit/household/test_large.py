"""A large household begins with the scene and goes back in time."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox import household
from sandbox.household import Household, Mail
from tests.unit.household.scene import MONDAY, parsed


@pytest.fixture(scope="module")
def large() -> list[Mail]:
    return list(household.iter_mails(size=600, now=MONDAY))


def test_older_mail_of_a_network_that_is_let_through_is_not_made_up(large: list[Mail]) -> None:
    older = [mail for mail in large if not mail.arrival and mail.answer]
    social = [mail.answer for mail in older if mail.answer and "CATEGORY_SOCIAL" in mail.labels]
    assert social
    assert [answer for answer in social if "prefilter" not in answer.flags] == []


def test_a_large_household_begins_with_the_scene_and_goes_back_in_time(monday: Household, large: list[Mail]) -> None:
    assert len(large) == 600
    assert large[: len(monday.mails)] == list(monday.mails)[::-1]
    assert sorted(large, key=lambda mail: mail.received, reverse=True) == large
    assert len({mail.id for mail in large}) == 600


def test_a_large_household_is_the_same_for_the_same_seed_and_a_larger_one_only_adds() -> None:
    small, large = (list(household.iter_mails(size=size, seed=2, now=MONDAY)) for size in (150, 200))
    assert large[:150] == small


def test_a_large_household_has_twins_attachments_and_threads(large: list[Mail]) -> None:
    mails = [mail for mail in large if mail.key.startswith("older-")]
    kinds = Counter(part.get_content_type() for mail in mails for part in parsed(mail).walk())
    threads = Counter(mail.thread_id for mail in mails)
    assert kinds["text/html"] == kinds["text/plain"] == len(mails)
    assert kinds["application/pdf"] > 20
    assert max(threads.values()) == 5
    assert 25_000 < sum(len(mail.raw) for mail in mails) / len(mails) < 60_000


def test_loading_with_a_size_counts_the_scene_in() -> None:
    large = household.load(size=90, now=MONDAY)
    assert len(large.mails) == 90
    assert len(large.arrivals) == 47
    assert sorted(large.mails, key=lambda mail: mail.received) == list(large.mails)
