"""What Gmail's bad days come to: each is one of three errors, and reads get over what passes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from adapters.connecting.stubborn import MOST_FAILURES, PATIENCE
from adapters.google import GoogleProvider, transport
from adapters.google.auth import grant_of
from adapters.google.scopes import MODIFY, READ
from adapters.memory.vault import MemoryVault
from application.ports.mail import Batch, MessageSource
from application.ports.mime import RawMail
from application.ports.providers import Account
from domain.errors import CannotBe, SignInAgain, TryLater
from sandbox.google import GoogleServer
from tests.contract.google.setting import OWNER, account_at, signed_in_vault

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class Waits:
    """Remembers how long the adapter would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Clockwork:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def account(google: GoogleServer) -> Account:
    return account_at(google)


@pytest.fixture
def vault(google: GoogleServer, account: Account) -> MemoryVault:
    return signed_in_vault(google, account)


@pytest.fixture
def source(account: Account, vault: MemoryVault, waits: Waits) -> MessageSource:
    return GoogleProvider(sleep=waits).connect(account, vault).messages[0]


def deliver(server: GoogleServer, number: int) -> list[str]:
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
        ("status", {"status": 403, "reason": "rateLimitExceeded"}),
        ("status", {"status": 500}),
        ("status", {"status": 503}),
        ("cut", {}),
        ("lost", {}),
        ("reset", {}),
    ],
)
@pytest.mark.parametrize("method", ["users.getProfile", "messages.list", "messages.get"])
def test_reads_get_over_what_passes(
    google: GoogleServer, source: MessageSource, waits: Waits, kind: str, order: dict[str, object], method: str
) -> None:
    ids = deliver(google, 30)
    google.misbehave(kind, method=method, count=1, **order)
    assert arrived(list(source.latest(50))) == ids[::-1]
    assert len(waits.seconds) == 1


@pytest.mark.parametrize(
    ("kind", "order"), [("status", {"status": 503}), ("status", {"status": 429}), ("cut", {}), ("reset", {})]
)
def test_reads_give_up_in_time(
    google: GoogleServer, source: MessageSource, waits: Waits, kind: str, order: dict[str, object]
) -> None:
    standing = google.misbehave(kind, **order)
    with pytest.raises(TryLater):
        list(source.latest(50))
    assert standing.hits == 5
    assert sum(waits.seconds) < 15


def test_a_long_wait_that_google_asks_for_is_handed_on(
    google: GoogleServer, source: MessageSource, waits: Waits
) -> None:
    google.misbehave("status", status=429, retry_after=120)
    with pytest.raises(TryLater) as caught:
        list(source.latest(50))
    assert caught.value.retry_after == 120
    assert waits.seconds == []


def test_a_short_wait_that_google_asks_for_is_kept(google: GoogleServer, source: MessageSource, waits: Waits) -> None:
    google.misbehave("status", method="users.getProfile", status=429, retry_after=7, count=1)
    list(source.latest(50))
    assert waits.seconds == [7]


def test_an_answer_that_never_comes_means_try_later(
    google: GoogleServer, source: MessageSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.05)
    google.misbehave("latency", method="users.getProfile", seconds=0.5)
    with pytest.raises(TryLater):
        list(source.latest(50))


def test_a_server_that_is_not_there_means_try_later() -> None:
    with GoogleServer([OWNER]) as server:
        account = account_at(server)
        vault = signed_in_vault(server, account)
    source = GoogleProvider(sleep=Waits()).connect(account, vault).messages[0]
    with pytest.raises(TryLater) as caught:
        list(source.latest(50))
    assert caught.value.code == "unreachable"


def test_only_the_parts_of_a_batch_that_failed_are_asked_for_again(google: GoogleServer, source: MessageSource) -> None:
    ids = deliver(google, 25)
    seen = google.misbehave("latency", method="messages.get")
    google.misbehave("status", method="messages.get", status=429, count=3)
    assert arrived(list(source.latest(50))) == ids[::-1]
    assert seen.seen == 25 + 3


@pytest.mark.parametrize(("status", "reason"), [(400, "failedPrecondition"), (403, "domainPolicy")])
def test_one_message_that_is_refused_is_named_and_does_not_stop_the_rest(
    google: GoogleServer, source: MessageSource, status: int, reason: str
) -> None:
    ids = deliver(google, 25)
    google.misbehave("status", method="messages.get", status=status, reason=reason, count=1)
    batches = list(source.latest(50))
    assert arrived(batches) == ids[-2::-1]
    assert [id for batch in batches for id in batch.refused] == [ids[-1]]


def test_one_message_that_is_always_in_trouble_holds_up_readings_for_no_more_than_an_hour(
    google: GoogleServer, account: Account, vault: MemoryVault
) -> None:
    clock = Clockwork()
    source = GoogleProvider(sleep=Waits(), clock=clock).connect(account, vault).messages[0]
    known = deliver(google, 1)
    cursor = list(source.latest(50))[-1].cursor
    assert cursor is not None
    poisoned, *others = deliver(google, 5)
    google.misbehave("status", method="messages.get", status=500, id=poisoned)
    for _ in range(MOST_FAILURES):
        with pytest.raises(TryLater):
            list(source.changes(cursor))
    clock.now += PATIENCE
    batches = list(source.changes(cursor))
    assert (arrived(batches), [id for batch in batches for id in batch.refused]) == (others, [poisoned])
    assert batches[-1].cursor not in (None, cursor)
    google.behave()
    found = list(source.history(MONDAY - timedelta(days=1), MONDAY + timedelta(days=1), None))
    assert set(arrived(found)) == {*known, poisoned, *others}


def test_an_expired_access_token_is_renewed_unnoticed(google: GoogleServer, source: MessageSource) -> None:
    ids = deliver(google, 3)
    list(source.latest(50))
    google.sign_in.expire_access_tokens()
    assert arrived(list(source.latest(50))) == ids[::-1]


def test_a_token_that_dies_between_two_batches_is_renewed_unnoticed(
    google: GoogleServer, source: MessageSource
) -> None:
    ids = deliver(google, 50)
    batches = source.latest(50)
    first = next(batches)
    google.sign_in.expire_access_tokens()
    assert arrived([first, *batches]) == ids[::-1]


def test_a_token_refused_again_and_again_means_sign_in_again(google: GoogleServer, source: MessageSource) -> None:
    google.misbehave("status", status=401)
    with pytest.raises(SignInAgain) as caught:
        list(source.latest(50))
    assert caught.value.account == "gmail"


def test_a_withdrawn_grant_says_whose_and_why_that_happens(google: GoogleServer, source: MessageSource) -> None:
    google.sign_in.revoke_account(OWNER)
    with pytest.raises(SignInAgain, match=r"gmail .* 7 days") as caught:
        list(source.latest(50))
    assert caught.value.scopes == (READ,)


def test_a_wrong_client_secret_is_not_the_owners_sign_in(google: GoogleServer, account: Account) -> None:
    vault = signed_in_vault(google, account)
    vault.put("google/gmail/client_secret", "GOCSPX-wrong")
    source = GoogleProvider().connect(account, vault).messages[0]
    with pytest.raises(CannotBe) as caught:
        list(source.latest(50))
    assert caught.value.code == "invalid_client"


def test_an_api_that_is_switched_off_is_named(google: GoogleServer, source: MessageSource) -> None:
    google.misbehave("status", status=403, reason="accessNotConfigured")
    with pytest.raises(CannotBe, match="Gmail API") as caught:
        list(source.latest(50))
    assert caught.value.code == "api_disabled"


def test_too_narrow_a_permission_says_what_is_needed(google: GoogleServer, account: Account) -> None:
    narrow = "https://www.googleapis.com/auth/gmail.labels"
    source = GoogleProvider().connect(account, signed_in_vault(google, account, [narrow])).messages[0]
    with pytest.raises(SignInAgain) as caught:
        source.raw("1a1f7f83000bbdce")
    assert (caught.value.account, caught.value.scopes) == ("gmail", (READ,))


def test_a_rotated_refresh_token_is_kept(google: GoogleServer, account: Account, vault: MemoryVault) -> None:
    google.sign_in.rotates = True
    before = grant_of(account, vault)
    for _ in range(2):
        list(GoogleProvider().connect(account, vault).messages[0].latest(50))
    after = grant_of(account, vault)
    assert before is not None
    assert after is not None
    assert after.refresh_token != before.refresh_token
    assert (after.address, after.scopes) == (before.address, before.scopes)


def test_a_wider_grant_is_used_without_connecting_anew(google: GoogleServer, account: Account) -> None:
    vault = signed_in_vault(google, account)
    executor = GoogleProvider().connect(account, vault).executors[0]
    assert executor is not None
    narrow = [executor.missing_permission(kind) for kind in sorted(executor.kinds)]
    wider = signed_in_vault(google, account, [READ, MODIFY])
    vault.put("google/gmail/token", wider.get("google/gmail/token") or "")
    assert all(narrow)
    assert not any(executor.missing_permission(kind) for kind in executor.kinds)


def test_a_long_history_comes_in_pages_that_can_be_resumed(google: GoogleServer, source: MessageSource) -> None:
    mailbox = google.mailbox(OWNER)
    cursor = list(source.latest(50))[-1].cursor or ""
    ids = deliver(google, 30)
    for at in range(600):
        mailbox.relabel(mailbox.messages[ids[0]], *(((), ["UNREAD"]) if at % 2 == 0 else (["UNREAD"], ())))
    batches = source.changes(cursor)
    first = next(batch for batch in batches if batch.cursor)
    rest = list(source.changes(first.cursor or ""))
    assert first.cursor != rest[-1].cursor
    assert rest[-1].relabelled == {ids[0]: {"inbox", "unread"}}
    assert list(batches)[-1].cursor == rest[-1].cursor


def test_an_empty_page_of_history_is_passed_over(google: GoogleServer, source: MessageSource) -> None:
    cursor = list(source.latest(50))[-1].cursor or ""
    ids = deliver(google, 2)
    google.misbehave("empty_page", count=2)
    batches = list(source.changes(cursor))
    assert arrived(batches) == ids
    assert list(source.changes(batches[-1].cursor or ""))[-1].cursor == batches[-1].cursor


def test_threads_may_read_at_the_same_time(google: GoogleServer, source: MessageSource) -> None:
    ids = deliver(google, 10)
    google.sign_in.expire_access_tokens()

    def read(_: int) -> list[str]:
        return arrived(list(source.latest(50)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(16))) == [ids[::-1]] * 16


def test_a_backfill_keeps_within_googles_quota(account: Account, google: GoogleServer) -> None:
    clock = Clockwork()
    ids = deliver(google, 700)
    google.quota.limit, google.quota.clock = 6_000, clock
    provider = GoogleProvider(sleep=clock.sleep, clock=clock)
    source = provider.connect(account, signed_in_vault(google, account)).messages[0]
    refused = google.misbehave("latency", method="messages.get")
    found = arrived(list(source.history(MONDAY, MONDAY + timedelta(days=1), None)))
    assert sorted(found) == sorted(ids)
    assert refused.seen == 700
    assert 120 <= clock.now - 1_000.0 < 240


class WouldWait(Exception):
    """Raised where the adapter would have slept."""


def refuse_to_wait(seconds: float) -> None:
    raise WouldWait(seconds)


def test_a_poll_need_not_wait_for_a_backfill(account: Account, google: GoogleServer) -> None:
    deliver(google, 400)
    vault = signed_in_vault(google, account)
    provider = GoogleProvider(sleep=refuse_to_wait, clock=Clockwork())
    backfill = provider.connect(account, vault).messages[0].history(MONDAY, MONDAY + timedelta(days=1), None)
    with pytest.raises(WouldWait):
        list(backfill)
    assert len(arrived(list(provider.connect(account, vault).messages[0].latest(40)))) == 40
