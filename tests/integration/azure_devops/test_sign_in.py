"""Signing in with a personal access token, and what becomes of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.azure_devops import AzureDevOpsProvider
from adapters.memory.vault import MemoryVault
from domain.errors import AlfredError, CannotBe, Invalid, SignInAgain, TryLater
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.worlds import COLLEAGUE, OWNER, account_at

PROVIDER = AzureDevOpsProvider()


@pytest.fixture
def devops() -> Iterator[AzureDevOpsServer]:
    with AzureDevOpsServer("larkfield") as server:
        yield server


def test_a_pasted_token_connects_as_its_owner(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops, pat_expires="2027-03-31")
    attempt = PROVIDER.sign_in(account, vault)
    assert attempt.step.url == f"{devops.organization_url}/_usersSettings/tokens"
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


def test_nobody_else_takes_over_an_account(devops: AzureDevOpsServer) -> None:
    vault, account = MemoryVault(), account_at(devops)
    PROVIDER.sign_in(account, vault).finish(devops.pat(OWNER))
    with pytest.raises(CannotBe) as refused:
        PROVIDER.sign_in(account, vault).finish(devops.pat(COLLEAGUE))
    assert refused.value.code == "wrong_account"


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
