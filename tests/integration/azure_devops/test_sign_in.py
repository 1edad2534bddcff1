"""Signing in with a personal access token, and what becomes of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.azure_devops import AzureDevOpsProvider
from adapters.memory.vault import MemoryVault
from application.ports.providers import Account, Pastes
from domain.errors import AlfredError, CannotBe, Invalid, SignInAgain, TryLater
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.worlds import COLLEAGUE, OWNER, account_at

PROVIDER = AzureDevOpsProvider()


@pytest.fixture
def devops() -> Iterator[AzureDevOpsServer]:
    with AzureDevOpsServer("larkfield") as server:
        yield server


def held(vault: MemoryVault) -> dict[str, str | None]:
    return {name: vault.get(name) for name in vault.names()}


def works(account: Account, vault: MemoryVault) -> bool:
    """Whether what is connected may read."""
    work = PROVIDER.connect(account, vault).work
    return work is not None and work.open_pull_requests({}) is not None


def test_a_pasted_token_connects_as_its_owner(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops, pat_expires="2027-03-31")
    attempt = PROVIDER.sign_in(account, vault)
    assert attempt.step.url == f"{devops.organization_url}/_usersSettings/tokens"
    assert attempt.step.pastes is Pastes.TOKEN
    address = attempt.finish(f" {devops.pat(OWNER, name='Jo Merriweather')}\n")
    connection = PROVIDER.connect(account, vault)
    assert (address.address, connection.address) == (OWNER, address)
    assert connection.sources == ("devops/pull-requests", "devops/work-items", "devops/pipelines")
    assert [each.at for each in connection.expiries] == [datetime(2027, 3, 31, tzinfo=UTC)]
    PROVIDER.disconnect(account, vault)
    assert list(vault.names("azure_devops/")) == []


def test_a_token_among_the_settings_needs_no_pasting(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops)
    with pytest.raises(TryLater):
        PROVIDER.sign_in(account, vault).wait(0)
    vault.put("azure_devops/devops/pat", devops.pat(OWNER))
    assert PROVIDER.sign_in(account, vault).finish("").address == OWNER


def test_a_token_of_the_household_is_used_and_not_written_down(devops: AzureDevOpsServer) -> None:
    pat, vault = devops.pat(OWNER), MemoryVault()
    account = account_at(devops, pat=pat)
    PROVIDER.sign_in(account, vault).wait(0)
    assert PROVIDER.connect(account, vault).address.address == OWNER
    assert pat not in held(vault).values()


def test_a_token_of_the_household_that_was_not_tried_is_not_used(devops: AzureDevOpsServer) -> None:
    vault = MemoryVault()
    PROVIDER.sign_in(account_at(devops, pat=devops.pat(OWNER)), vault).wait(0)
    with pytest.raises(SignInAgain):
        PROVIDER.connect(account_at(devops, pat=devops.pat(COLLEAGUE)), vault)


def test_nobody_else_takes_over_an_account(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops)
    PROVIDER.sign_in(account, vault).finish(devops.pat(OWNER))
    before = held(vault)
    with pytest.raises(CannotBe) as refused:
        PROVIDER.sign_in(account, vault).finish(devops.pat(COLLEAGUE))
    assert refused.value.code == "wrong_account"
    assert held(vault) == before


def test_a_token_typed_among_the_settings_that_is_refused_is_not_kept(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops)
    PROVIDER.sign_in(account, vault).finish(devops.pat(OWNER))
    before = held(vault)
    for wrong in (devops.pat(COLLEAGUE), "mistyped" * 6):
        vault.put("azure_devops/devops/pat", wrong)
        assert works(account, vault)
        with pytest.raises((CannotBe, SignInAgain)):
            PROVIDER.sign_in(account, vault).wait(0)
        assert held(vault) == before


def test_a_mistyped_token_leaves_the_good_one_where_it_is(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops)
    PROVIDER.sign_in(account, vault).finish(devops.pat(OWNER))
    before = held(vault)
    with pytest.raises(SignInAgain):
        PROVIDER.sign_in(account, vault).finish("mistyped" * 6)
    assert held(vault) == before
    assert works(account, vault)


def test_a_token_that_ran_out_is_replaced_by_pasting_another(devops: AzureDevOpsServer) -> None:
    vault, account, old = MemoryVault(), account_at(devops), devops.pat(OWNER)
    PROVIDER.sign_in(account, vault).finish(old)
    devops.tokens.expire(old)
    attempt = PROVIDER.sign_in(account, vault)
    with pytest.raises(TryLater, match="expired"):
        attempt.wait(0)
    assert attempt.finish(devops.pat(OWNER)).address == OWNER
    assert works(account, vault)


@pytest.mark.parametrize(
    ("settings", "ends", "said"),
    [
        ({}, date(2027, 1, 10) + timedelta(days=365), "at the latest"),
        ({"pat_expires": "2027-03-31"}, date(2027, 3, 31), "token"),
        ({"pat_expires": "2026-12-31"}, date(2027, 1, 10) + timedelta(days=365), "at the latest"),
        ({"pat_covers": "all"}, date(2026, 12, 1), "every organisation"),
        ({"pat_covers": "all", "pat_expires": "2027-03-31"}, date(2026, 12, 1), "every organisation"),
    ],
)
def test_when_a_token_ends_is_reckoned_from_what_is_known(
    devops: AzureDevOpsServer, settings: dict[str, str], ends: date, said: str
) -> None:
    provider, vault, account = AzureDevOpsProvider(today=lambda: date(2027, 1, 10)), MemoryVault(), account_at(devops)
    provider.sign_in(account, vault).finish(devops.pat(OWNER))
    (expiry,) = provider.connect(account_at(devops, **settings), vault).expiries
    assert (expiry.at.date(), said in expiry.what) == (ends, True)


def test_a_year_begins_with_a_new_token_alone(devops: AzureDevOpsServer) -> None:
    days = iter([date(2027, 1, 10), date(2027, 5, 1), date(2027, 8, 1)])
    provider, vault, account = AzureDevOpsProvider(today=lambda: next(days)), MemoryVault(), account_at(devops)
    first, told = devops.pat(OWNER), []
    for pat in (first, first, devops.pat(OWNER)):
        provider.sign_in(account, vault).finish(pat)
        told += [each.at.date() - timedelta(days=365) for each in provider.connect(account, vault).expiries]
    assert told == [date(2027, 1, 10), date(2027, 1, 10), date(2027, 8, 1)]


def test_without_a_token_or_an_organisation_it_says_what_is_missing(devops: AzureDevOpsServer) -> None:
    with pytest.raises(SignInAgain):
        PROVIDER.connect(account_at(devops), MemoryVault())
    nowhere = account_at(devops, url="https://dev.azure.com/")
    with pytest.raises(CannotBe) as refused:
        PROVIDER.connect(nowhere, MemoryVault())
    assert refused.value.code == "no_url"


def test_a_day_that_is_none_is_refused(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops, pat_expires="soon")
    PROVIDER.sign_in(account, vault).finish(devops.pat(OWNER))
    with pytest.raises(Invalid, match="pat_expires"):
        PROVIDER.connect(account, vault)


def test_what_a_token_is_for_is_one_organisation_or_all(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops, pat_covers="everything")
    PROVIDER.sign_in(account, vault).finish(devops.pat(OWNER))
    with pytest.raises(Invalid, match="neither organisation nor all"):
        PROVIDER.connect(account, vault)


def test_the_token_stands_in_no_log_and_no_error(devops: AzureDevOpsServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    vault, account, pat = MemoryVault(), account_at(devops), devops.pat(OWNER)
    PROVIDER.sign_in(account, vault).finish(pat)
    devops.world.repository("Data Exports", "exporter")
    connection = PROVIDER.connect(account, vault)
    assert connection.work is not None
    connection.work.open_pull_requests({})
    devops.tokens.expire(pat)
    with pytest.raises(AlfredError) as refused:
        connection.work.open_pull_requests({})
    assert pat not in f"{refused.value!r}{refused.value.__context__!r}{caplog.text}{connection!r}"
