"""Sending through Graph, which says yes and goes on working: never two mails, never a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.auth import GrantTokens
from adapters.microsoft.executor import OutlookExecutor
from adapters.microsoft.scopes import BASE, SEND, WRITE
from adapters.microsoft.writing import WritingGraph
from application.ports.executor import Executor, Outcome
from domain.errors import CannotBe, OutcomeUnknown, Refused, SignInAgain, TryLater
from domain.kinds import ChangeLabels, Kind
from domain.messages import Label
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.executor.orders import a_letter, an_action, carried_out
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault


@pytest.fixture
def mailbox(microsoft: MicrosoftServer) -> Mailbox:
    return microsoft.mailbox(OWNER)


def connected(microsoft: MicrosoftServer, *scopes: str) -> Executor:
    account = account_at(microsoft, "gmail")
    vault = signed_in_vault(microsoft, account, (*BASE, *scopes))
    return MicrosoftProvider(sleep=lambda seconds: None).connect(account, vault).executors[0]


@pytest.fixture
def executor(microsoft: MicrosoftServer) -> Executor:
    return connected(microsoft, WRITE, SEND)


def prepared(executor: Executor) -> str:
    token = executor.prepare(an_action(Kind.SEND), a_letter())
    assert token is not None
    return token


def test_writing_alone_allows_all_but_sending(microsoft: MicrosoftServer) -> None:
    narrow = connected(microsoft, WRITE)
    assert {kind for kind in narrow.kinds if not narrow.missing_permission(kind)} == {
        Kind.ARCHIVE,
        Kind.DELETE,
        Kind.LABEL,
        Kind.DRAFT,
    }


@pytest.mark.parametrize("kind", ["lost", "reset", "cut"])
def test_a_lost_answer_is_found_by_the_drafts_own_id(
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor, kind: str
) -> None:
    token = prepared(executor)
    microsoft.misbehave("search_lag", operations=1_000)
    microsoft.misbehave(kind, method="messages.send", count=1)
    with pytest.raises(OutcomeUnknown):
        executor.execute(an_action(Kind.SEND), token)
    assert executor.look(an_action(Kind.SEND), token).outcome is Outcome.HAPPENED
    assert len(mailbox.sent()) == 1


def test_what_still_looks_like_a_draft_right_after_sending_is_not_sent_again(
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor
) -> None:
    microsoft.mailboxes.sending_seconds = 60.0
    just_now = replace(an_action(Kind.SEND), changed_at=datetime.now(UTC))
    token = prepared(executor)
    microsoft.misbehave("lost", method="messages.send", count=1)
    with pytest.raises(OutcomeUnknown):
        executor.execute(just_now, token)
    with pytest.raises(TryLater):
        executor.look(just_now, token)
    with pytest.raises(OutcomeUnknown):
        executor.execute(replace(just_now, attempts=2), token)
    now = mailbox.clock()
    microsoft.mailboxes.clock = lambda: now + 61
    assert executor.look(just_now, token).outcome is Outcome.HAPPENED
    assert len(mailbox.sent()) == 1


def test_a_draft_that_was_never_sent_is_known_to_stand_after_a_while(executor: Executor) -> None:
    token = prepared(executor)
    long_ago = replace(an_action(Kind.SEND), changed_at=datetime.now(UTC) - timedelta(minutes=1))
    assert executor.look(long_ago, token).outcome is Outcome.NOT_YET


def test_a_copy_under_another_id_is_found_in_sent_items(
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor
) -> None:
    token = prepared(executor)
    mailbox.delete(mailbox.messages[token.split()[0]])
    assert executor.look(an_action(Kind.SEND), token).outcome is Outcome.UNKNOWN
    mailbox.deliver(a_letter(), "sentitems")
    assert executor.look(an_action(Kind.SEND), token).outcome is Outcome.HAPPENED


def test_a_draft_left_behind_is_found_although_search_lags(
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor
) -> None:
    microsoft.misbehave("search_lag", operations=1_000)
    microsoft.misbehave("reset", method="messages.create", count=1)
    with pytest.raises(OutcomeUnknown):
        executor.prepare(an_action(Kind.SEND), a_letter())
    token = executor.prepare(an_action(Kind.SEND, attempts=2), a_letter())
    assert [message.key for message in mailbox.newest_first("drafts")] == [str(token).split()[0]]


def test_an_expired_token_does_not_send_twice(microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor) -> None:
    token = prepared(executor)
    microsoft.sign_in.expire_access_tokens()
    executor.execute(an_action(Kind.SEND), token)
    assert len(mailbox.sent()) == 1


def test_what_the_owner_has_not_granted_is_not_tried(microsoft: MicrosoftServer, mailbox: Mailbox) -> None:
    id = mailbox.deliver(a_letter())
    with pytest.raises(SignInAgain) as caught:
        carried_out(connected(microsoft), an_action(Kind.ARCHIVE, id))
    assert caught.value.scopes == (WRITE,)
    drafting = connected(microsoft, WRITE)
    with pytest.raises(SignInAgain) as caught:
        drafting.execute(an_action(Kind.SEND), prepared(drafting))
    assert caught.value.scopes == (SEND,)
    assert mailbox.sent() == ()


def test_a_server_that_is_not_there_has_done_nothing() -> None:
    with MicrosoftServer([OWNER]) as server:
        executor = connected(server, WRITE, SEND)
        prepared(executor)
    with pytest.raises(TryLater):
        executor.execute(an_action(Kind.SEND), "AAkALgAA")


def test_a_letter_to_nobody_is_refused_for_good(mailbox: Mailbox, executor: Executor) -> None:
    token = executor.prepare(an_action(Kind.SEND), a_letter().replace(b"To: ann@example.org\n", b""))
    with pytest.raises(CannotBe, match="recipient"):
        executor.execute(an_action(Kind.SEND), token)
    assert mailbox.sent() == ()


def test_what_was_deleted_from_a_folder_that_has_gone_comes_back_to_the_inbox(
    mailbox: Mailbox, executor: Executor
) -> None:
    folder = mailbox.create_folder("Clients", "msgfolderroot")
    id = mailbox.deliver(a_letter(), folder.key)
    receipt = carried_out(executor, an_action(Kind.DELETE, id))
    assert mailbox.messages[id].folder == "deleteditems"
    del mailbox.folders[folder.key], mailbox.contents[folder.key]
    executor.undo(an_action(Kind.DELETE, id), receipt)
    assert mailbox.messages[id].folder == "inbox"


def test_archiving_leaves_alone_what_is_filed_already(mailbox: Mailbox, executor: Executor) -> None:
    folder = mailbox.create_folder("Clients", "msgfolderroot")
    id = mailbox.deliver(a_letter(), folder.key)
    receipt = carried_out(executor, an_action(Kind.ARCHIVE, id))
    executor.undo(an_action(Kind.ARCHIVE, id), receipt)
    assert mailbox.messages[id].folder == folder.key


def test_a_category_in_other_letters_is_the_same_one(mailbox: Mailbox, executor: Executor) -> None:
    id = mailbox.deliver(a_letter(), changes={"categories": ["Acme"]})
    change = an_action(Kind.LABEL, id, ChangeLabels(("ACME", Label.IMPORTANT), ()))
    receipt = carried_out(executor, change)
    assert mailbox.messages[id].properties["categories"] == ["Acme"]
    assert mailbox.messages[id].properties["importance"] == "high"
    executor.undo(change, receipt)
    assert mailbox.messages[id].properties["categories"] == ["Acme"]
    assert mailbox.messages[id].properties["importance"] == "normal"


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
    microsoft: MicrosoftServer, mailbox: Mailbox, executor: Executor, seed: int
) -> None:
    for number, kind in enumerate(("lost", "reset", "cut", "status", "status")):
        microsoft.misbehave(
            kind, method="messages.*", probability=0.3, seed=seed * 10 + number, status=(429, 503)[number % 2]
        )
    assert _deliver_whatever_happens(executor, 60)
    assert len(mailbox.sent()) == 1


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
    """Has a token that Microsoft no longer accepts."""

    def current(self) -> str:
        return "ended"


@pytest.mark.parametrize("kind", [SlowTokens, TokensRefusedOnce])
def test_who_waits_for_a_token_asks_anew_whether_he_may(
    microsoft: MicrosoftServer, mailbox: Mailbox, kind: type[SlowTokens]
) -> None:
    account = account_at(microsoft)
    tokens = kind(account, signed_in_vault(microsoft, account, (*BASE, WRITE, SEND)))
    executor = OutlookExecutor("office", WritingGraph("office", microsoft.base_url, tokens, str(microsoft.ca_file)))
    executor.ask_first(tokens.may_write)
    with pytest.raises(Refused):
        prepared(executor)
    assert tokens.is_halted
    assert mailbox.newest_first("drafts") == []
