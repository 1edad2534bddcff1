"""A mailbox that is shared with the owner: an account of its own, with mail alone, and never taken for his own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from adapters.memory.vault import MemoryVault
from adapters.microsoft import PROVIDER
from adapters.microsoft.scopes import BASE, READ, SEND, WRITE
from domain.errors import CannotBe, SignInAgain
from domain.kinds import Kind
from domain.messages import Address
from sandbox.microsoft import MicrosoftServer
from tests.contract.executor.orders import a_letter, an_action
from tests.contract.microsoft.setting import OWNER, SHARED, account_at, shared_account, signed_in_vault
from tests.integration.microsoft.test_sign_in import scopes_asked, signed_in_as

PRIYA = "priya@office.example"


@pytest.fixture
def microsoft() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER, PRIYA], limit=None) as server:
        server.mailboxes.sending_seconds = 0.0
        yield server


def test_a_sign_in_asks_for_reading_shared_mail_alone_and_names_the_mailbox(microsoft: MicrosoftServer) -> None:
    account, vault = shared_account(microsoft, "info"), MemoryVault()
    sign_in = PROVIDER.sign_in(account, vault)
    assert scopes_asked(sign_in) == {"User.Read", "Mail.Read.Shared"}
    assert "read mail in mailboxes that are shared with you" in sign_in.step.message
    assert signed_in_as(microsoft, sign_in) == Address("", SHARED)
    connection = PROVIDER.connect(account, vault)
    assert (connection.address, connection.sources) == (Address("", SHARED), ("info/mail",))
    assert (connection.scopes, connection.calendars, connection.hooks) == (frozenset({READ}), (), ())


def test_acting_asks_for_shared_mail_too_and_the_next_sign_in_hints_at_nobody(microsoft: MicrosoftServer) -> None:
    account, vault = shared_account(microsoft, "info"), MemoryVault()
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    wider = PROVIDER.sign_in(account, vault, PROVIDER.acting_scopes)
    assert scopes_asked(wider) >= {"Mail.ReadWrite.Shared", "Mail.Send.Shared"}
    assert "login_hint" not in httpx.URL(wider.step.url).params
    signed_in_as(microsoft, wider)
    assert PROVIDER.connect(account, vault).scopes == {READ, WRITE, SEND}


def test_a_mailbox_that_is_not_shared_is_said_at_sign_in(microsoft: MicrosoftServer) -> None:
    account = account_at(microsoft, "info", mailbox=PRIYA)
    with pytest.raises(CannotBe, match=r"priya@office\.example is not open to who signed in") as caught:
        signed_in_as(microsoft, PROVIDER.sign_in(account, MemoryVault()))
    assert caught.value.code == "not_shared"


def test_what_was_allowed_for_ones_own_mailbox_counts_for_nothing(microsoft: MicrosoftServer) -> None:
    own = signed_in_vault(microsoft, account_at(microsoft, "info"), (*BASE, WRITE, SEND))
    [source] = PROVIDER.connect(shared_account(microsoft, "info"), own).messages
    with pytest.raises(SignInAgain) as caught:
        list(source.latest(5))
    assert caught.value.scopes == (READ,)


def test_sending_is_refused_plainly_until_it_is_allowed(microsoft: MicrosoftServer) -> None:
    account = shared_account(microsoft, "info")
    executor = PROVIDER.connect(account, signed_in_vault(microsoft, account, (*BASE, WRITE))).executors[0]
    assert executor.missing_permission(Kind.SEND) == (SEND,)
    assert executor.missing_permission(Kind.ARCHIVE) == ()


def test_what_is_sent_leaves_the_shared_mailbox(microsoft: MicrosoftServer) -> None:
    account = shared_account(microsoft, "info")
    executor = PROVIDER.connect(account, signed_in_vault(microsoft, account, (*BASE, WRITE, SEND))).executors[0]
    order = an_action(Kind.SEND)
    executor.execute(order, executor.prepare(order, a_letter()))
    assert [len(microsoft.mailbox(address).sent()) for address in (SHARED, OWNER)] == [1, 0]
