"""The brain in the box on what came in at work: Outlook and Teams as their own adapters hand them over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from adapters.local import LocalBrain
from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.auth import Grant, keep_grant
from adapters.microsoft.scopes import ALL_OF_TEAMS, BASE
from adapters.mime.reader import MimeReader
from application.ports.mime import RawMail
from domain.messages import Message
from domain.triage import Verdict
from sandbox.household import Answer, Household, load
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import account_at

SEEDS = (0, 1, 2, 3)
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
# Every day of the week, at hours that fall on either side of midnight where the owner lives.
MOMENTS = tuple(MONDAY + timedelta(days=day, hours=5 * day % 24) for day in range(7))


@dataclass(frozen=True, slots=True)
class Judged:
    key: str
    answer: Answer
    verdict: Verdict

    @property
    def is_right(self) -> bool:
        return self.verdict.category == self.answer.category and self.verdict.priority in self.answer.priorities

    def __str__(self) -> str:
        right = f"{self.answer.category} {sorted(self.answer.priorities)}"
        return f"{self.key}: {self.verdict.category} {self.verdict.priority}, right is {right}"


def received(household: Household) -> Iterator[Message]:
    """What the adapter brings of the household at its first poll."""
    address = household.account("office").address
    with MicrosoftServer(limit=None) as server:
        server.move_in(address, household.owner.name, household.outlook, household.chats, household.events)
        account, vault, scopes = account_at(server), MemoryVault(), (*BASE, *ALL_OF_TEAMS)
        token = server.issue_refresh_token(address, (*scopes, "offline_access"))
        keep_grant(account, vault, Grant(token, address, household.owner.name, frozenset(scopes)))
        for source in MicrosoftProvider().connect(account, vault).messages:
            for each in (each for batch in source.latest(50) for each in batch.arrived):
                message = MimeReader().read(each) if isinstance(each, RawMail) else each
                assert isinstance(message, Message)
                yield message


@cache
def judged(seed: int, *, now: datetime = MONDAY, reworded: bool = False) -> tuple[Judged, ...]:
    household = load("monday", seed=seed, now=now, reworded=reworded)
    answers = {mail.id: mail for mail in household.outlook} | {post.id: post for post in household.chats}
    messages = list(received(household))
    addresses = frozenset({household.owner.address, household.account("office").address})
    verdicts = LocalBrain(ZoneInfo(household.owner.zone), addresses).judge(messages, household.now)
    found = []
    for message, verdict in zip(messages, verdicts, strict=True):
        known = answers[message.provider_id.rpartition(":")[2]]
        assert known.answer is not None
        assert verdict is not None
        found.append(Judged(known.key, known.answer, verdict))
    return tuple(found)


def wrong(found: tuple[Judged, ...]) -> list[str]:
    return [str(each) for each in found if not each.is_right]


def asked(each: Judged) -> tuple[str, bool, bool, date | None]:
    return (each.key, bool(each.verdict.action_items), each.verdict.follow_up.needed, each.verdict.follow_up.by)


def right(each: Judged) -> tuple[str, bool, bool, date | None]:
    return (each.key, each.answer.action is not None, each.answer.follow_up, each.answer.due)


def test_all_twelve_mails_and_eight_posts_come_in() -> None:
    assert len(judged(0)) == 20


@pytest.mark.parametrize("reworded", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_one_gets_the_right_category_and_priority_whoever_sends_it(seed: int, reworded: bool) -> None:
    assert wrong(judged(seed, now=MOMENTS[seed], reworded=reworded)) == []


@pytest.mark.parametrize("now", MOMENTS)
def test_every_one_is_right_on_every_day_of_the_week(now: datetime) -> None:
    assert wrong(judged(0, now=now)) == []
    for each in judged(0, now=now):
        assert asked(each) == right(each)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_asked_at_work_and_by_when_is_found(seed: int) -> None:
    for each in judged(seed, now=MOMENTS[seed]):
        assert asked(each) == right(each)


def test_only_what_deceives_is_doubted() -> None:
    doubted = {each.key for each in judged(0) if each.verdict.suspicion}
    assert doubted == {each.key for each in judged(0) if each.answer.flags & {"phishing", "hostile"}}
