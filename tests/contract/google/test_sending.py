"""Sending through Gmail when search lags, connections break and threads vanish: never two mails, never a guess."""

from __future__ import annotations

import pytest

from adapters.google import GoogleProvider
from adapters.google.api import WritingGmail
from adapters.google.auth import GrantTokens
from adapters.google.executor import GmailExecutor
from adapters.google.quota import Pace
from adapters.google.scopes import COMPOSE, MODIFY, READ
from application.ports.executor import Executor, Outcome
from domain.errors import OutcomeUnknown, Refused, SignInAgain, TryLater
from domain.kinds import OUTGOING, Kind
from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.executor.orders import a_letter, an_action
from tests.contract.google.setting import OWNER, account_at, signed_in_vault


@pytest.fixture
def mailbox(google: GoogleServer) -> Mailbox:
    return google.mailbox(OWNER)


def connected(google: GoogleServer, *scopes: str) -> Executor:
    account = account_at(google)
    provider = GoogleProvider(sleep=lambda seconds: None)
    executor = provider.connect(account, signed_in_vault(google, account, scopes)).executors[0]
    assert executor is not None
    return executor


@pytest.fixture
def executor(google: GoogleServer) -> Executor:
    return connected(google, READ, MODIFY, COMPOSE)


def prepared(executor: Executor) -> str:
    token = executor.prepare(an_action(Kind.SEND), a_letter())
    assert token is not None
    return token


def test_composing_alone_allows_every_mail_and_nothing_else(google: GoogleServer) -> None:
    narrow = connected(google, READ, COMPOSE)
    assert {kind for kind in narrow.kinds if not narrow.missing_permission(kind)} == OUTGOING


@pytest.mark.parametrize("kind", ["lost", "reset", "cut"])
def test_a_lost_answer_is_found_in_sent_although_search_lags(
    google: GoogleServer, mailbox: Mailbox, executor: Executor, kind: str
) -> None:
    token = prepared(executor)
    google.misbehave("search_lag", operations=1_000)
    google.misbehave(kind, method="drafts.send", count=1)
    with pytest.raises(OutcomeUnknown):
        executor.execute(an_action(Kind.SEND), token)
    assert executor.look(an_action(Kind.SEND), token).outcome is Outcome.HAPPENED
    assert len(mailbox.sent()) == 1


def test_a_draft_left_behind_is_found_although_search_lags(
    google: GoogleServer, mailbox: Mailbox, executor: Executor
) -> None:
    google.misbehave("search_lag", operations=1_000)
    google.misbehave("reset", method="drafts.create", count=1)
    with pytest.raises(OutcomeUnknown):
        executor.prepare(an_action(Kind.SEND), a_letter())
    token = executor.prepare(an_action(Kind.SEND, attempts=2), a_letter())
    assert [str(token).split()[0]] == list(mailbox.drafts)


def test_an_expired_token_does_not_send_twice(google: GoogleServer, mailbox: Mailbox, executor: Executor) -> None:
    token = prepared(executor)
    google.sign_in.expire_access_tokens()
    executor.execute(an_action(Kind.SEND), token)
    assert len(mailbox.sent()) == 1


def test_what_the_owner_has_not_granted_is_not_tried(google: GoogleServer, mailbox: Mailbox) -> None:
    id = mailbox.deliver(a_letter())
    reading = connected(google, READ)
    lay = reading.prepare(an_action(Kind.ARCHIVE, id), None)
    with pytest.raises(SignInAgain) as caught:
        reading.execute(an_action(Kind.ARCHIVE, id), lay)
    assert caught.value.scopes == (MODIFY,)
    with pytest.raises(SignInAgain) as caught:
        connected(google, READ).prepare(an_action(Kind.SEND), a_letter())
    assert caught.value.scopes == (COMPOSE,)
    assert len(google.record) == 0


def test_a_server_that_is_not_there_has_done_nothing() -> None:
    with GoogleServer([OWNER]) as server:
        executor = connected(server, READ, MODIFY)
        executor.prepare(an_action(Kind.SEND), a_letter())
    with pytest.raises(TryLater):
        executor.execute(an_action(Kind.SEND), "r1")


def test_a_reply_whose_thread_vanishes_is_still_drafted(
    google: GoogleServer, mailbox: Mailbox, executor: Executor
) -> None:
    id = mailbox.deliver(a_letter("<first@example.org>"))
    google.misbehave("status", method="drafts.create", status=404, count=1)
    token = executor.prepare(an_action(Kind.REPLY, id), a_letter())
    assert [str(token).split()[0]] == list(mailbox.drafts)


def test_who_waits_for_the_pace_asks_anew_whether_he_may(google: GoogleServer, mailbox: Mailbox) -> None:
    account, now, halted = account_at(google), [0.0], []

    def wait(seconds: float) -> None:
        now[0] += seconds
        halted.append(seconds)

    def may_write() -> None:
        if halted:
            raise Refused("halted", code="halted")

    tokens = GrantTokens(account, signed_in_vault(google, account, (READ, COMPOSE)))
    pace = Pace(10, lambda: now[0], wait)
    executor = GmailExecutor(
        "gmail", WritingGmail("gmail", google.base_url, tokens, pace), lambda: frozenset({COMPOSE})
    )
    executor.ask_first(may_write)
    prepared(executor)
    with pytest.raises(Refused):
        prepared(executor)
    assert len(mailbox.drafts) == 1


class SlowTokens(GrantTokens):
    """Renews a token for so long that Alfred is halted meanwhile."""

    is_halted = False

    def current(self) -> str:
        self.is_halted = True
        return super().current()

    def renewed(self, stale: str) -> str:
        self.is_halted = True
        return super().renewed(stale)

    def may_write(self) -> None:
        if self.is_halted:
            raise Refused("halted", code="halted")


class TokensRefusedOnce(SlowTokens):
    """Has a token that Google no longer accepts."""

    def current(self) -> str:
        return "ended"


@pytest.mark.parametrize("kind", [SlowTokens, TokensRefusedOnce])
def test_who_waits_for_a_token_asks_anew_whether_he_may(
    google: GoogleServer, mailbox: Mailbox, kind: type[SlowTokens]
) -> None:
    account = account_at(google)
    tokens = kind(account, signed_in_vault(google, account, (READ, COMPOSE)))
    api = WritingGmail("gmail", google.base_url, tokens, Pace())
    executor = GmailExecutor("gmail", api, lambda: frozenset({COMPOSE}))
    executor.ask_first(tokens.may_write)
    with pytest.raises(Refused):
        prepared(executor)
    assert (tokens.is_halted, len(mailbox.drafts)) == (True, 0)


def _deliver_whatever_happens(executor: Executor, patience: int) -> bool:
    """Do as execution does: prepare, send, and look where the answer is lost; say whether it was seen to be sent."""
    token: str | None = None
    for attempt in range(1, patience + 1):
        action = an_action(Kind.SEND, attempts=attempt)
        try:
            token = token or executor.prepare(action, a_letter())
            executor.execute(action, token)
        except TryLater:
            continue
        except OutcomeUnknown:
            if token is not None and _seen(executor, token) is Outcome.HAPPENED:
                return True
        else:
            return True
    return False


def _seen(executor: Executor, token: str) -> Outcome:
    try:
        return executor.look(an_action(Kind.SEND), token).outcome
    except TryLater:
        return Outcome.UNKNOWN


@pytest.mark.parametrize("seed", range(12))
def test_whatever_goes_wrong_one_mail_is_sent(
    google: GoogleServer, mailbox: Mailbox, executor: Executor, seed: int
) -> None:
    for number, kind in enumerate(("lost", "reset", "cut", "status", "status")):
        google.misbehave(
            kind, method="drafts.*", probability=0.3, seed=seed * 10 + number, status=(429, 503)[number % 2]
        )
    google.misbehave("search_lag", operations=5)
    assert _deliver_whatever_happens(executor, 60)
    assert len(mailbox.sent()) == 1
