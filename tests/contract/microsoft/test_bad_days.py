"""What Graph's bad days come to: each is one of three errors, and reads get over what passes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from adapters.connecting.stubborn import MOST_FAILURES, PATIENCE
from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider, api
from adapters.microsoft.scopes import BASE, READ, WHO
from application.ports.mail import Batch, MessageSource
from application.ports.mime import RawMail
from application.ports.providers import Account
from domain.errors import CannotBe, SignInAgain, TryLater
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class Waits:
    """Remembers how long the adapter would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Clockwork:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def account(microsoft: MicrosoftServer) -> Account:
    return account_at(microsoft)


@pytest.fixture
def vault(microsoft: MicrosoftServer, account: Account) -> MemoryVault:
    return signed_in_vault(microsoft, account)


@pytest.fixture
def source(account: Account, vault: MemoryVault, waits: Waits) -> MessageSource:
    return MicrosoftProvider(sleep=waits).connect(account, vault).messages[0]


def deliver(server: MicrosoftServer, number: int) -> list[str]:
    mailbox = server.mailbox(OWNER)
    return [
        mailbox.deliver(b"Subject: %d\r\n\r\nHello\r\n" % at, received=MONDAY + timedelta(seconds=at))
        for at in range(number)
    ]


def arrived(batches: list[Batch]) -> list[str]:
    return [raw.provider_id for batch in batches for raw in batch.arrived if isinstance(raw, RawMail)]


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        ("status", {"status": 429}),
        ("status", {"status": 500}),
        ("status", {"status": 503}),
        ("cut", {}),
        ("lost", {}),
        ("reset", {}),
    ],
)
@pytest.mark.parametrize("method", ["mailFolders.list", "messages.delta", "messages.getMime"])
def test_reads_get_over_what_passes(
    microsoft: MicrosoftServer, source: MessageSource, waits: Waits, kind: str, order: dict[str, object], method: str
) -> None:
    ids = deliver(microsoft, 30)
    microsoft.misbehave(kind, method=method, count=1, **order)
    assert arrived(list(source.latest(50))) == ids[::-1]
    assert len(waits.seconds) == 1


@pytest.mark.parametrize(
    ("kind", "order"), [("status", {"status": 503}), ("status", {"status": 429}), ("cut", {}), ("reset", {})]
)
def test_reads_give_up_in_time(
    microsoft: MicrosoftServer, source: MessageSource, waits: Waits, kind: str, order: dict[str, object]
) -> None:
    standing = microsoft.misbehave(kind, method="mailFolders.list", **order)
    with pytest.raises(TryLater):
        list(source.latest(50))
    assert standing.hits == 5
    assert sum(waits.seconds) < 15


def test_a_long_wait_that_microsoft_asks_for_is_handed_on(
    microsoft: MicrosoftServer, source: MessageSource, waits: Waits
) -> None:
    microsoft.misbehave("status", status=429, retry_after=120)
    with pytest.raises(TryLater) as caught:
        list(source.latest(50))
    assert caught.value.retry_after == 120
    assert waits.seconds == []


def test_throttling_inside_a_batch_is_waited_for(
    microsoft: MicrosoftServer, source: MessageSource, waits: Waits
) -> None:
    microsoft.misbehave("status", method="mailFolders.get", status=429, retry_after=7, count=1)
    list(source.latest(50))
    assert waits.seconds == [7]


def test_an_answer_that_never_comes_means_try_later(
    microsoft: MicrosoftServer, source: MessageSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(source.latest(50))
    monkeypatch.setattr(api, "_TIMEOUT", 0.05)
    microsoft.misbehave("latency", method="mailFolders.list", seconds=0.5)
    account = account_at(microsoft)
    impatient = MicrosoftProvider(sleep=Waits()).connect(account, signed_in_vault(microsoft, account)).messages[0]
    with pytest.raises(TryLater):
        list(impatient.latest(50))


def test_a_server_that_is_not_there_means_try_later() -> None:
    with MicrosoftServer([OWNER]) as server:
        account = account_at(server)
        source = MicrosoftProvider(sleep=Waits()).connect(account, signed_in_vault(server, account)).messages[0]
        list(source.latest(50))
    with pytest.raises(TryLater) as caught:
        list(source.latest(50))
    assert caught.value.code == "unreachable"


def test_one_message_that_is_refused_is_named_and_does_not_stop_the_rest(
    microsoft: MicrosoftServer, source: MessageSource
) -> None:
    refused, *others = deliver(microsoft, 25)
    microsoft.misbehave("status", method="messages.getMime", status=400, id=refused)
    batches = list(source.latest(50))
    assert set(arrived(batches)) == set(others)
    assert [id for batch in batches for id in batch.refused] == [refused]


def test_one_message_that_is_always_in_trouble_holds_up_readings_for_no_more_than_an_hour(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    clock = Clockwork()
    source = MicrosoftProvider(sleep=Waits(), clock=clock).connect(account, vault).messages[0]
    cursor = list(source.latest(50))[-1].cursor
    assert cursor is not None
    poisoned, *others = deliver(microsoft, 5)
    microsoft.misbehave("status", method="messages.getMime", status=500, id=poisoned)
    for _ in range(MOST_FAILURES):
        with pytest.raises(TryLater):
            list(source.changes(cursor))
    clock.now += PATIENCE
    batches = list(source.changes(cursor))
    assert (set(arrived(batches)), [id for batch in batches for id in batch.refused]) == (set(others), [poisoned])
    assert batches[-1].cursor not in (None, cursor)
    microsoft.behave()
    found = list(source.history(MONDAY - timedelta(days=1), MONDAY + timedelta(days=1), None))
    assert poisoned in arrived(found)


def test_an_expired_access_token_is_renewed_unnoticed(microsoft: MicrosoftServer, source: MessageSource) -> None:
    ids = deliver(microsoft, 3)
    list(source.latest(50))
    microsoft.sign_in.expire_access_tokens()
    assert arrived(list(source.latest(50))) == ids[::-1]


def test_a_token_refused_again_and_again_means_sign_in_again(microsoft: MicrosoftServer, source: MessageSource) -> None:
    microsoft.misbehave("status", status=401)
    with pytest.raises(SignInAgain) as caught:
        list(source.latest(50))
    assert caught.value.account == "office"


def test_a_withdrawn_grant_says_whose(microsoft: MicrosoftServer, source: MessageSource) -> None:
    microsoft.sign_in.revoke_account(OWNER)
    with pytest.raises(SignInAgain, match="office") as caught:
        list(source.latest(50))
    assert set(caught.value.scopes) == set(BASE)


def test_too_narrow_a_permission_says_what_is_needed(microsoft: MicrosoftServer, account: Account) -> None:
    source = MicrosoftProvider().connect(account, signed_in_vault(microsoft, account, (WHO,))).messages[0]
    with pytest.raises(SignInAgain) as caught:
        list(source.latest(50))
    assert (caught.value.account, caught.value.scopes) == ("office", (READ,))


def test_what_is_forbidden_although_it_was_granted_cannot_be(microsoft: MicrosoftServer, source: MessageSource) -> None:
    microsoft.misbehave("status", method="mailFolders.list", status=403)
    with pytest.raises(CannotBe) as caught:
        list(source.latest(50))
    assert caught.value.code == "forbidden"


def test_a_cursor_that_leads_elsewhere_gets_no_token(microsoft: MicrosoftServer, source: MessageSource) -> None:
    deliver(microsoft, 1)
    cursor = list(source.latest(50))[-1].cursor or ""
    with pytest.raises(CannotBe) as caught:
        list(source.changes(cursor.replace(microsoft.base_url, "http://127.0.0.1:9")))
    assert caught.value.code == "cursor_expired"


def test_threads_may_read_at_the_same_time(microsoft: MicrosoftServer, source: MessageSource) -> None:
    ids = deliver(microsoft, 10)
    microsoft.sign_in.expire_access_tokens()

    def read(_: int) -> list[str]:
        return arrived(list(source.latest(50)))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(8))) == [ids[::-1]] * 8


def test_a_rotated_refresh_token_outlives_a_new_connection(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    microsoft.sign_in.retires = True
    ids = deliver(microsoft, 1)
    for _ in range(3):
        assert arrived(list(MicrosoftProvider().connect(account, vault).messages[0].latest(50))) == ids
