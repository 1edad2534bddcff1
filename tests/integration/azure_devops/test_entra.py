"""Signing in to Azure DevOps with Entra: in the browser, by a code, renewed, and everything that says no."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.azure_devops import AzureDevOpsProvider
from adapters.azure_devops.api import Clients, WritingDevOps
from adapters.azure_devops.entra import SCOPE
from adapters.memory.vault import MemoryVault
from adapters.microsoft.entra import MicrosoftEntra
from application.ports.providers import Account, SignIn
from daemon.providers import Providers
from daemon.settings import load, provider_settings
from domain.errors import CannotBe, Invalid, SignInAgain, TryLater
from domain.messages import Address
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.azure_devops.entra import believing
from sandbox.microsoft import MicrosoftServer
from tests.contract.work.worlds import COLLEAGUE, OWNER, PROJECT, consented, entra_account_at

PROVIDER = AzureDevOpsProvider(MicrosoftEntra())


@pytest.fixture
def microsoft() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER, COLLEAGUE], limit=None) as server:
        yield server


@pytest.fixture
def devops(microsoft: MicrosoftServer) -> Iterator[AzureDevOpsServer]:
    with AzureDevOpsServer("larkfield", entra=believing(microsoft.sign_in)) as server:
        server.world.repository(PROJECT, "exporter")
        yield server


@pytest.fixture
def account(devops: AzureDevOpsServer, microsoft: MicrosoftServer) -> Account:
    return entra_account_at(devops, microsoft)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


def signed_in(microsoft: MicrosoftServer, sign_in: SignIn, who: str = OWNER) -> Address:
    return sign_in.finish(consented(microsoft, sign_in, who))


def read(account: Account, vault: MemoryVault) -> tuple[str, ...]:
    """The projects that are read with what lies in the vault."""
    work = PROVIDER.connect(account, vault).work
    assert work is not None
    work.open_pull_requests({})
    return work.names


def test_the_browser_signs_in_with_pkce_for_azure_devops_alone(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    sign_in = PROVIDER.sign_in(account, vault)
    asked = parse_qs(urlsplit(sign_in.step.url).query)
    assert set(asked["scope"][0].split()) - {"openid", "profile", "offline_access"} == {SCOPE}
    assert asked["code_challenge_method"] == ["S256"]
    assert "Azure DevOps" in sign_in.step.message
    assert signed_in(microsoft, sign_in).address == OWNER
    assert len(read(account, vault)) == 3
    PROVIDER.disconnect(account, vault)
    assert vault.names() == ()


def test_a_code_typed_in_elsewhere_signs_in(
    devops: AzureDevOpsServer, microsoft: MicrosoftServer, vault: MemoryVault
) -> None:
    account = entra_account_at(devops, microsoft, sign_in="code")
    microsoft.sign_in.devices.polls = 0
    assert PROVIDER.sign_in(account, vault).wait(10).address == OWNER
    assert read(account, vault)


def test_a_token_that_ended_is_renewed_and_the_read_repeated(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    signed_in(microsoft, PROVIDER.sign_in(account, vault))
    work = PROVIDER.connect(account, vault).work
    assert work is not None
    work.open_pull_requests({})
    microsoft.sign_in.expire_access_tokens()
    work.open_pull_requests({})


def test_a_write_that_came_too_late_for_its_token_is_not_repeated_by_itself(
    devops: AzureDevOpsServer, microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    signed_in(microsoft, PROVIDER.sign_in(account, vault))
    api = WritingDevOps(PROVIDER.access(account, vault))
    api.read(lambda c: c.core.get_projects())
    microsoft.sign_in.expire_access_tokens()
    calls: list[int] = []

    def write(clients: Clients) -> object:
        calls.append(1)
        return clients.core.get_projects()

    with pytest.raises(TryLater, match="nothing was done"):
        api.write(write)
    assert len(calls) == 1
    api.write(write)


def test_a_sign_in_that_was_withdrawn_asks_for_another(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    signed_in(microsoft, PROVIDER.sign_in(account, vault))
    microsoft.sign_in.revoke_account(OWNER)
    with pytest.raises(SignInAgain) as caught:
        read(account, vault)
    assert caught.value.account == "devops"


def test_consent_that_was_refused_is_said_plainly(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    microsoft.sign_in.refuses = True
    with pytest.raises(CannotBe, match="told no") as caught:
        signed_in(microsoft, PROVIDER.sign_in(account, vault))
    assert caught.value.code == "consent_refused"
    assert vault.names() == ()


def test_what_administrators_keep_to_themselves_names_the_other_way(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault
) -> None:
    microsoft.sign_in.reserved = frozenset({SCOPE})
    with pytest.raises(CannotBe, match="personal access token") as caught:
        signed_in(microsoft, PROVIDER.sign_in(account, vault))
    assert caught.value.code == "needs_admin"


def test_nobody_else_takes_over_an_account(microsoft: MicrosoftServer, account: Account, vault: MemoryVault) -> None:
    signed_in(microsoft, PROVIDER.sign_in(account, vault))
    before = {name: vault.get(name) for name in vault.names()}
    with pytest.raises(CannotBe) as caught:
        signed_in(microsoft, PROVIDER.sign_in(account, vault), COLLEAGUE)
    assert caught.value.code == "wrong_account"
    assert {name: vault.get(name) for name in vault.names()} == before


def test_an_organisation_of_another_directory_keeps_nothing(microsoft: MicrosoftServer, vault: MemoryVault) -> None:
    with AzureDevOpsServer("elsewhere") as elsewhere:
        account = entra_account_at(elsewhere, microsoft)
        with pytest.raises(SignInAgain, match="another directory"):
            signed_in(microsoft, PROVIDER.sign_in(account, vault))
    assert vault.names() == ()


def test_nobody_signed_in_and_no_way_to(devops: AzureDevOpsServer, account: Account, vault: MemoryVault) -> None:
    with pytest.raises(SignInAgain):
        PROVIDER.connect(account, vault)
    with pytest.raises(CannotBe) as caught:
        AzureDevOpsProvider().sign_in(account, vault)
    assert caught.value.code == "no_entra"
    with pytest.raises(Invalid, match="token, browser, code"):
        PROVIDER.sign_in(Account("devops", "azure_devops", {**account.settings, "sign_in": "by fax"}), vault)


def test_the_built_in_provider_takes_the_application_of_the_settings(
    devops: AzureDevOpsServer, microsoft: MicrosoftServer, vault: MemoryVault, tmp_path: Path
) -> None:
    section = {"client_id": microsoft.client_id, "authority": microsoft.authority}
    own = {"url": devops.organization_url, "sign_in": "browser"}
    tls = {"ca_file": str(microsoft.ca_file)}
    settings = provider_settings(load(tmp_path, {"microsoft": section, "azure_devops": own, "tls": tls}))
    account = Account("devops", "azure_devops", settings["azure_devops"])
    provider = Providers()["azure_devops"]
    assert signed_in(microsoft, provider.sign_in(account, vault)).address == OWNER


def test_an_application_of_its_own_comes_before_the_shared_one(tmp_path: Path) -> None:
    shared = {"client_id": "shared", "tenant": "shared.example"}
    found = provider_settings(load(tmp_path, {"microsoft": shared, "azure_devops": {"client_id": "own"}}))
    assert found["azure_devops"] == {"client_id": "own", "tenant": "shared.example"}


def test_no_token_stands_in_a_log_or_an_error(
    microsoft: MicrosoftServer, account: Account, vault: MemoryVault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    signed_in(microsoft, PROVIDER.sign_in(account, vault))
    connection = PROVIDER.connect(account, vault)
    assert connection.work is not None
    connection.work.open_pull_requests({})
    microsoft.sign_in.revoke_account(OWNER)
    with pytest.raises(SignInAgain) as caught:
        connection.work.open_pull_requests({})
    said = f"{caught.value!r}{caught.value.__context__!r}{caplog.text}{connection!r}{PROVIDER.access(account, vault)!r}"
    assert "EwB" not in said
    assert httpx.URL(account.settings["url"]).host in said
