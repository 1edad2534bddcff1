"""Signing in at Google and out again, with a browser that follows the address it is given."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener, urlopen

import pytest

from adapters.google import PROVIDER, GoogleProvider
from adapters.google.auth import grant_of
from adapters.google.scopes import CALENDAR_EVENTS, CALENDAR_READ, COMPOSE, MODIFY, READ
from adapters.memory.vault import MemoryVault
from application.ports.providers import Account, SignIn
from domain.errors import AlfredError, CannotBe, Invalid, SignInAgain, TryLater
from domain.kinds import Kind
from domain.messages import Address
from sandbox.google import GoogleServer
from tests.contract.google.setting import OWNER, account_at
from tests.contract.leading_on import leading_to

OTHER = "jo.old@example.com"


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER, OTHER], quota=None) as server:
        yield server


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def account(google: GoogleServer) -> Account:
    return account_at(google)


def browse(url: str) -> threading.Thread:
    """Open an address as the owner's browser would, redirects included."""

    def visit() -> None:
        with urlopen(url, timeout=10) as page:
            page.read()

    browser = threading.Thread(target=visit)
    browser.start()
    return browser


def complete(sign_in: SignIn, change: Callable[[str], str] = str) -> Address:
    browser = browse(change(sign_in.step.url))
    try:
        return sign_in.wait(10)
    finally:
        browser.join()


class Redirected(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def consented(url: str) -> str:
    """The address that the consent page sends the browser to, for pasting by hand."""
    with pytest.raises(HTTPError) as caught:
        build_opener(Redirected).open(url, timeout=10)
    caught.value.close()
    return str(caught.value.headers["location"])


def as_owner_of(address: str) -> Callable[[str], str]:
    return lambda url: f"{url}&login_hint={quote(address)}"


def test_the_first_sign_in_asks_for_reading_alone(google: GoogleServer, account: Account, vault: MemoryVault) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    asked = parse_qs(urlsplit(sign_in.step.url).query)
    assert asked["scope"] == [f"{READ} {CALENDAR_READ}"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["access_type"] == ["offline"]
    assert asked["state"] == [sign_in.step.state]
    assert complete(sign_in) == Address("", OWNER)
    connection = PROVIDER.connect(account, vault)
    assert (connection.address, connection.scopes) == (Address("", OWNER), {READ, CALENDAR_READ})
    assert list(connection.messages[0].latest(50))[-1].cursor


def test_the_end_of_a_sign_in_is_known_while_the_project_is_in_testing(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    before = datetime.now(UTC)
    complete(PROVIDER.sign_in(account, vault))
    assert PROVIDER.connect(account, vault).expiries == ()
    testing = replace(account, settings={**account.settings, "publishing": "testing"})
    (expiry,) = PROVIDER.connect(testing, vault).expiries
    assert before <= expiry.at - timedelta(days=7) <= datetime.now(UTC)


def test_whoever_leaves_the_calendar_unticked_is_read_without_it(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    complete(PROVIDER.sign_in(account, vault), lambda url: url.replace(quote_plus(f" {CALENDAR_READ}"), ""))
    connection = PROVIDER.connect(account, vault)
    assert (connection.scopes, connection.calendars) == ({READ}, ())
    assert connection.sources == ("gmail/mail",)
    executor = connection.executor(Kind.CREATE_EVENT)
    assert executor is not None
    assert executor.missing_permission(Kind.CREATE_EVENT) == (CALENDAR_READ, CALENDAR_EVENTS)


def test_a_wider_permission_adds_to_what_was_granted(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    complete(PROVIDER.sign_in(account, vault))
    executor = PROVIDER.connect(account, vault).executors[0]
    assert executor is not None
    missing = executor.missing_permission(Kind.REPLY) + executor.missing_permission(Kind.ARCHIVE)
    assert missing == (COMPOSE, MODIFY)
    complete(PROVIDER.sign_in(account, vault, missing))
    assert PROVIDER.connect(account, vault).scopes == {READ, CALENDAR_READ, COMPOSE, MODIFY}
    assert executor.missing_permission(Kind.ARCHIVE) == ()


def test_accounts_of_one_provider_stand_side_by_side(google: GoogleServer, vault: MemoryVault) -> None:
    new, old = account_at(google, "gmail"), account_at(google, "gmail-old")
    complete(PROVIDER.sign_in(new, vault))
    complete(PROVIDER.sign_in(old, vault), as_owner_of(OTHER))
    google.mailbox(OTHER).deliver(b"Subject: Old\r\n\r\n")
    [batch] = PROVIDER.connect(old, vault).messages[0].latest(50)
    assert len(batch.arrived) == 1
    assert PROVIDER.connect(new, vault).address == Address("", OWNER)
    assert PROVIDER.connect(old, vault).address == Address("", OTHER)


def test_the_address_can_be_pasted_by_hand(google: GoogleServer, account: Account, vault: MemoryVault) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    assert sign_in.finish(f"  {consented(sign_in.step.url)}\n") == Address("", OWNER)
    assert PROVIDER.connect(account, vault).scopes == {READ, CALENDAR_READ}


def test_the_code_goes_nowhere_else_than_it_was_meant_for(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    with leading_to(google.base_url) as here:
        led_on = replace(account, settings={**account.settings, "token_uri": f"{here}/token"})
        with pytest.raises(TryLater):
            complete(PROVIDER.sign_in(led_on, vault))
    assert grant_of(account, vault) is None


def test_an_address_of_another_attempt_is_refused_and_harms_nothing(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    sign_in, another = PROVIDER.sign_in(account, vault), PROVIDER.sign_in(account, vault)
    redirect = consented(another.step.url)
    with pytest.raises(Invalid) as caught:
        sign_in.finish(redirect)
    assert caught.value.where == "redirect"
    assert vault.names("google/gmail/token") == ()
    for nonsense in ("", "nonsense", sign_in.step.url.replace(sign_in.step.state, "x")):
        with pytest.raises(Invalid):
            sign_in.finish(nonsense)
    another.cancel()
    assert complete(sign_in) == Address("", OWNER)


def test_a_strangers_visit_to_the_landing_page_is_turned_away(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    landing = parse_qs(urlsplit(sign_in.step.url).query)["redirect_uri"][0]
    for path, status in (("?code=evil&state=guess", 400), ("?code=evil", 400), ("favicon.ico", 404)):
        with pytest.raises(HTTPError) as caught:
            urlopen(landing + path, timeout=10)
        caught.value.close()
        assert caught.value.code == status
    assert complete(sign_in) == Address("", OWNER)


def test_a_refused_consent_is_said_plainly(google: GoogleServer, account: Account, vault: MemoryVault) -> None:
    google.sign_in.refuses = True
    with pytest.raises(CannotBe, match="Google was told no") as caught:
        complete(PROVIDER.sign_in(account, vault))
    assert caught.value.code == "consent_refused"
    assert vault.names() == ()


def test_a_consent_to_less_is_noticed_and_changes_nothing(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    complete(PROVIDER.sign_in(account, vault))
    before = grant_of(account, vault)
    with pytest.raises(CannotBe, match="did not allow Alfred to write and send mail") as caught:
        complete(PROVIDER.sign_in(account, vault, (COMPOSE,)), lambda url: url.replace(f"+{quote(COMPOSE, '')}", ""))
    assert caught.value.code == "granted_less"
    assert grant_of(account, vault) == before


def test_another_person_does_not_take_over_an_account(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    complete(PROVIDER.sign_in(account, vault))
    before = grant_of(account, vault)
    with pytest.raises(CannotBe, match=OTHER) as caught:
        complete(PROVIDER.sign_in(account, vault), as_owner_of(OTHER))
    assert caught.value.code == "wrong_account"
    assert grant_of(account, vault) == before


def test_where_nobody_comes_the_owner_may_come_later(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    with pytest.raises(TryLater):
        sign_in.wait(0.01)
    assert complete(sign_in) == Address("", OWNER)


def test_a_cancelled_sign_in_listens_no_longer(google: GoogleServer, account: Account, vault: MemoryVault) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    redirect = consented(sign_in.step.url)
    for _ in range(2):
        sign_in.cancel()
    with pytest.raises(OSError, match="refused"):
        urlopen(redirect, timeout=10)


@pytest.mark.parametrize(
    ("kind", "order", "expected"),
    [("status", {"status": 503}, TryLater), ("cut", {}, TryLater), ("reset", {}, TryLater)],
)
def test_trouble_at_the_token_endpoint_means_try_later(
    google: GoogleServer,
    account: Account,
    vault: MemoryVault,
    kind: str,
    order: dict[str, object],
    expected: type[AlfredError],
) -> None:
    google.misbehave(kind, method="oauth.token", **order)
    with pytest.raises(expected):
        complete(PROVIDER.sign_in(account, vault))
    assert vault.names() == ()


def test_an_account_without_a_client_id_names_the_setting(vault: MemoryVault) -> None:
    with pytest.raises(Invalid) as caught:
        PROVIDER.sign_in(Account("gmail", "google"), vault)
    assert caught.value.where == "settings.client_id"


def test_connecting_before_anybody_signed_in_asks_for_it(account: Account, vault: MemoryVault) -> None:
    with pytest.raises(SignInAgain) as caught:
        PROVIDER.connect(account, vault)
    assert (caught.value.account, caught.value.scopes) == ("gmail", (READ,))


def test_disconnecting_revokes_and_forgets_this_account_alone(google: GoogleServer, vault: MemoryVault) -> None:
    new, old = account_at(google, "gmail"), account_at(google, "gmail-old")
    complete(PROVIDER.sign_in(new, vault))
    complete(PROVIDER.sign_in(old, vault), as_owner_of(OTHER))
    vault.put("google/gmail/client_secret", str(google.client_config()["installed"]["client_secret"]))
    source = PROVIDER.connect(new, vault).messages[0]
    held = {name: vault.get(name) or "" for name in vault.names("google/gmail/")}
    PROVIDER.disconnect(new, vault)
    assert vault.names() == ("google/gmail-old/token",)
    for name, secret in held.items():
        vault.put(name, secret)
    with pytest.raises(SignInAgain):
        list(source.latest(1))
    assert list(PROVIDER.connect(old, vault).messages[0].latest(1))


@pytest.mark.parametrize(("kind", "order"), [("status", {"status": 503}), ("reset", {})])
def test_disconnecting_forgets_also_where_google_cannot_be_reached(
    google: GoogleServer, account: Account, vault: MemoryVault, kind: str, order: dict[str, object]
) -> None:
    complete(PROVIDER.sign_in(account, vault))
    google.misbehave(kind, method="oauth.revoke", **order)
    PROVIDER.disconnect(account, vault)
    PROVIDER.disconnect(account, vault)
    assert vault.names() == ()


def test_no_secret_reaches_a_log_or_an_error(
    google: GoogleServer, account: Account, vault: MemoryVault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in = PROVIDER.sign_in(account, vault)
    redirect = consented(sign_in.step.url)
    sign_in.finish(redirect)
    provider = GoogleProvider(sleep=lambda seconds: None)
    source = provider.connect(account, vault).messages[0]
    list(source.latest(5))
    grant = grant_of(account, vault)
    assert grant is not None
    access = list(google.sign_in._access)
    errors = [_trouble(lambda: sign_in.finish(redirect))]
    google.misbehave("status", status=401)
    errors.append(_trouble(lambda: list(source.latest(5))))
    google.behave()
    google.sign_in.revoke_account(OWNER)
    errors.append(_trouble(lambda: list(source.latest(5))))
    code = parse_qs(urlsplit(redirect).query)["code"][0]
    secrets = [grant.refresh_token, code, account.settings["client_secret"], *access]
    told = caplog.text + repr(grant) + "".join(errors)
    assert [secret for secret in secrets if secret in told or quote(secret, "") in told] == []
    assert len(access) >= 2


def _trouble(call: Callable[[], object]) -> str:
    with pytest.raises(AlfredError) as caught:
        call()
    chain, error = "", caught.value
    cause: BaseException | None = error
    while cause is not None:
        chain += f"{cause!r} {cause}\n"
        cause = cause.__cause__ or cause.__context__
    return chain


def test_connecting_imports_nothing_of_googles() -> None:
    program = (
        "import sys\n"
        "from adapters.google import PROVIDER\n"
        "from adapters.google.auth import Grant, keep_grant\n"
        "from adapters.memory.vault import MemoryVault\n"
        "from application.ports.providers import Account\n"
        "account, vault = Account('gmail', 'google', {'client_id': 'x'}), MemoryVault()\n"
        "keep_grant(account, vault, Grant('t', 'jo@example.com', frozenset()))\n"
        "PROVIDER.connect(account, vault)\n"
        "heavy = ('google.', 'googleapiclient', 'httplib2', 'requests', 'oauthlib')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"
