"""Signing in at Microsoft: the browser, the pasted address, the code, and everything that says no."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.memory.vault import MemoryVault
from adapters.microsoft import PROVIDER
from adapters.microsoft.auth import GrantTokens, grant_of
from adapters.microsoft.scopes import ALL_OF_TEAMS, BASE, CALENDAR, CALENDAR_WRITE, POSTS, READ, SEND, WHO, WRITE
from application.ports.providers import Account, SignIn
from domain.errors import CannotBe, Invalid, SignInAgain, TryLater
from domain.messages import Address
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault

OTHER = "sabrina@office.example"


@pytest.fixture
def microsoft() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER, OTHER], limit=None) as server:
        yield server


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def account(microsoft: MicrosoftServer) -> Account:
    return account_at(microsoft)


def browser(microsoft: MicrosoftServer) -> httpx.Client:
    trusted = ssl.create_default_context(cafile=str(microsoft.ca_file))
    return httpx.Client(verify=trusted, trust_env=False, timeout=10)


def consented(microsoft: MicrosoftServer, sign_in: SignIn, who: str = OWNER) -> str:
    """The address that the consent page sends the browser to, for pasting by hand."""
    with browser(microsoft) as visitor:
        hint = {"login_hint": who}
        return visitor.get(httpx.URL(sign_in.step.url).copy_merge_params(hint)).headers["location"]


def signed_in_as(microsoft: MicrosoftServer, sign_in: SignIn) -> Address:
    return sign_in.finish(consented(microsoft, sign_in))


def scopes_asked(sign_in: SignIn) -> set[str]:
    asked = parse_qs(urlsplit(sign_in.step.url).query)["scope"][0].split()
    return set(asked) - {"openid", "profile", "offline_access"}


def test_the_first_sign_in_asks_for_reading_mail_alone(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    asked = parse_qs(urlsplit(sign_in.step.url).query)
    assert scopes_asked(sign_in) == {WHO, READ}
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"] == [sign_in.step.state]
    with ThreadPoolExecutor(1) as pool, browser(microsoft) as visitor:
        came = pool.submit(sign_in.wait, 10)
        assert visitor.get(sign_in.step.url, follow_redirects=True).status_code == 200
    assert came.result().address == OWNER
    connection = PROVIDER.connect(account, vault)
    assert (connection.address.address, connection.scopes) == (OWNER, frozenset(BASE))


def test_a_wider_permission_adds_to_what_was_granted(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault, PROVIDER.acting_scopes))
    assert PROVIDER.connect(account, vault).scopes == {WHO, READ, WRITE, SEND}


def test_acting_means_the_calendar_too_where_that_is_read(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    for reads, expected in (("mail", {WRITE, SEND}), ("mail, calendar", {WRITE, SEND, CALENDAR, CALENDAR_WRITE})):
        sign_in = PROVIDER.sign_in(account_at(microsoft, reads=reads), vault, PROVIDER.acting_scopes)
        assert scopes_asked(sign_in) == {*BASE, *expected}
        sign_in.cancel()


def test_what_the_owner_wants_read_is_asked_for(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    sign_in = PROVIDER.sign_in(account_at(microsoft, reads="mail, teams"), vault)
    assert scopes_asked(sign_in) == {*BASE, *ALL_OF_TEAMS}
    sign_in.cancel()


def test_an_address_of_another_attempt_is_refused_and_harms_nothing(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    sign_in, another = PROVIDER.sign_in(account, vault), PROVIDER.sign_in(account, vault)
    for address in (consented(microsoft, another), "", "nonsense"):
        with pytest.raises(Invalid):
            sign_in.finish(address)
    another.cancel()
    assert signed_in_as(microsoft, sign_in).address == OWNER


def test_nobody_comes_back(account: Account, vault: MemoryVault) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    with pytest.raises(TryLater) as caught:
        sign_in.wait(0.01)
    assert caught.value.code == "nobody_came"
    sign_in.cancel()


def test_another_person_does_not_take_over_the_account(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    sign_in = PROVIDER.sign_in(account, vault)
    with pytest.raises(CannotBe) as caught:
        sign_in.finish(consented(microsoft, sign_in, OTHER))
    assert caught.value.code == "wrong_account"


def test_an_owner_who_says_no_is_told_as_such(microsoft: MicrosoftServer, account: Account, vault: MemoryVault) -> None:
    microsoft.sign_in.refuses = True
    with pytest.raises(CannotBe) as caught:
        signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    assert caught.value.code == "consent_refused"
    assert vault.names() == ()


def test_what_only_administrators_allow_comes_with_a_request_and_a_way_without_it(
    microsoft: MicrosoftServer, vault: MemoryVault
) -> None:
    account = account_at(microsoft, reads="mail teams")
    microsoft.sign_in.reserved = frozenset({POSTS})
    with pytest.raises(CannotBe) as caught:
        signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    assert caught.value.code == "needs_admin"
    assert POSTS in str(caught.value)
    assert f"/adminconsent?client_id={microsoft.client_id}" in str(caught.value)
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    assert PROVIDER.connect(account, vault).scopes == {*BASE, *ALL_OF_TEAMS} - {POSTS}


def test_once_administrators_agreed_it_can_be_asked_for_again(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    account = account_at(microsoft, reads="mail teams")
    microsoft.sign_in.reserved = frozenset({POSTS})
    with pytest.raises(CannotBe):
        signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    microsoft.sign_in.reserved = frozenset()
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault, ALL_OF_TEAMS))
    assert PROVIDER.connect(account, vault).scopes == {*BASE, *ALL_OF_TEAMS}


def test_where_even_mail_is_reserved_another_way_is_named(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    microsoft.sign_in.reserved = frozenset({READ})
    with pytest.raises(CannotBe, match="Power Automate") as caught:
        signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    assert caught.value.code == "needs_admin"


def test_a_code_typed_in_elsewhere_signs_in(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    account = account_at(microsoft, sign_in="code")
    microsoft.sign_in.devices.polls, microsoft.sign_in.devices.interval = None, 1
    sign_in = PROVIDER.sign_in(account, vault)
    assert sign_in.step.code in sign_in.step.message
    assert not sign_in.step.can_paste
    with pytest.raises(TryLater) as caught:
        sign_in.finish("")
    assert caught.value.code == "nobody_came"
    with browser(microsoft) as visitor:
        visitor.post(sign_in.step.url, data={"otc": sign_in.step.code})
    assert sign_in.wait(10).address == OWNER
    assert PROVIDER.connect(account, vault).scopes == set(BASE)


def test_a_code_that_is_denied_is_a_refusal(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    microsoft.sign_in.devices.polls = None
    sign_in = PROVIDER.sign_in(account_at(microsoft, sign_in="code"), vault)
    microsoft.sign_in.devices.decline(sign_in.step.code)
    with pytest.raises(CannotBe) as caught:
        sign_in.wait(1)
    assert caught.value.code == "consent_refused"


def test_a_wrong_application_id_is_named(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    account = account_at(microsoft, sign_in="code", client_id="nobody")
    with pytest.raises(CannotBe) as caught:
        PROVIDER.sign_in(account, vault)
    assert caught.value.code == "invalid_client"


def test_without_an_application_id_nothing_begins(vault: MemoryVault) -> None:
    with pytest.raises(Invalid) as caught:
        PROVIDER.sign_in(Account("office", "microsoft"), vault)
    assert caught.value.where == "settings.client_id"


def test_an_authority_that_is_not_trusted_means_try_later(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    with pytest.raises(TryLater) as caught:
        PROVIDER.sign_in(account_at(microsoft, ca_file=""), vault)
    assert caught.value.code == "certificate"


def test_a_rotated_refresh_token_is_kept(microsoft: MicrosoftServer, account: Account) -> None:
    microsoft.sign_in.retires = True
    vault = signed_in_vault(microsoft, account)
    before = grant_of(account, vault)
    for _ in range(3):
        GrantTokens(account, vault).current()
    after = grant_of(account, vault)
    assert before is not None
    assert after is not None
    assert after.refresh_token != before.refresh_token
    assert (after.address, after.scopes) == (before.address, before.scopes)


def test_many_threads_need_one_renewal(microsoft: MicrosoftServer, account: Account) -> None:
    microsoft.sign_in.retires = True
    tokens = GrantTokens(account, signed_in_vault(microsoft, account))
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: tokens.current(), range(32)))
    assert len(found) == 1


def test_an_access_token_is_renewed_ahead_of_its_end(microsoft: MicrosoftServer, account: Account) -> None:
    now = [0.0]
    tokens = GrantTokens(account, signed_in_vault(microsoft, account), clock=lambda: now[0])
    first = tokens.current()
    now[0] = 3_000.0
    assert tokens.current() == first
    now[0] = 3_550.0
    assert tokens.current() != first


def test_an_expired_sign_in_says_whose_and_what_it_held(microsoft: MicrosoftServer, account: Account) -> None:
    tokens = GrantTokens(account, signed_in_vault(microsoft, account))
    microsoft.sign_in.revoke_account(OWNER)
    with pytest.raises(SignInAgain, match="office") as caught:
        tokens.current()
    assert (caught.value.account, set(caught.value.scopes)) == ("office", set(BASE))


@pytest.mark.parametrize("kind", ["status", "cut", "lost", "reset"])
def test_a_sign_in_that_is_in_trouble_means_try_later(
    microsoft: MicrosoftServer, account: Account, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    tokens = GrantTokens(account, signed_in_vault(microsoft, account))
    microsoft.misbehave(kind, method="oauth.token", count=1, status=503)
    with pytest.raises(TryLater):
        tokens.current()
    assert "EwB" not in caplog.text
    assert tokens.current()


def test_disconnecting_leaves_no_secret(microsoft: MicrosoftServer, account: Account, vault: MemoryVault) -> None:
    signed_in_as(microsoft, PROVIDER.sign_in(account, vault))
    PROVIDER.disconnect(account, vault)
    assert vault.names() == ()
    with pytest.raises(SignInAgain):
        PROVIDER.connect(account, vault)


def test_importing_the_provider_imports_neither_msal_nor_httpx() -> None:
    script = (
        "import sys, adapters.microsoft; print([name for name in ('msal', 'httpx', 'requests') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_threads_left_behind_by_a_sign_in_end(account: Account, vault: MemoryVault) -> None:
    before = threading.active_count()
    PROVIDER.sign_in(account, vault).cancel()
    assert threading.active_count() == before
