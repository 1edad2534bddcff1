"""Azure DevOps: pull requests, work items and pipelines. The vendor's SDK is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from adapters.azure_devops.api import DevOps, WritingDevOps
from adapters.azure_devops.auth import access_of, forget, hook_password, who_of
from adapters.azure_devops.executor import AzureExecutor
from adapters.azure_devops.expiring import expiries_of
from adapters.azure_devops.forms import Owner
from adapters.azure_devops.guide import GUIDE
from adapters.azure_devops.hooks import ServiceHook
from adapters.azure_devops.work import AzureWorks
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.messages import Address
from domain.privacy import Privacy


class AzureDevOpsProvider(Provider):
    """One organisation of Azure DevOps, opened by a personal access token of the owner's."""

    name = "azure_devops"
    title = "Azure DevOps"
    fields = (
        SettingsField("url", "Organisation", help="Such as https://dev.azure.com/your-organisation."),
        SettingsField(
            "pat", "Personal access token", secret=True, help="Of this organisation; global ones end on 2026-12-01."
        ),
        SettingsField("pat_expires", "The token expires on", help="Such as 2027-03-31; Alfred tells you in time."),
        SettingsField("projects", "Projects", help="Only these, with commas between them; empty: all."),
        SettingsField(
            "hook_password", "Password of service hooks", secret=True, help="Optional: polling finds everything."
        ),
        SettingsField(
            "pat_covers", "What the token is for", "organisation", help="organisation, or all: a global one.", rare=True
        ),
    )
    acting_scopes = ()
    privacy = Privacy.LOCAL
    guide = GUIDE

    def __init__(self, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self._today = today

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        from adapters.azure_devops.sign_in import TokenSignIn

        return TokenSignIn(account, vault, self._today)

    def connect(self, account: Account, vault: Vault) -> Connection:
        access, who = access_of(account, vault), who_of(account, vault)
        owner = Owner(account.name, who.id, who.name, who.address)
        works = AzureWorks(DevOps(access), owner, projects_of(account))
        return Connection(
            account,
            Address(who.name, who.address),
            executors=(AzureExecutor(owner, WritingDevOps(access), projects_of(account)),),
            hooks=(ServiceHook(works, lambda: hook_password(account, vault)),),
            work=works,
            expiries=expiries_of(account, vault),
        )

    def disconnect(self, account: Account, vault: Vault) -> None:
        forget(account, vault)


def projects_of(account: Account) -> tuple[str, ...]:
    return tuple(each.strip() for each in account.settings.get("projects", "").split(",") if each.strip())


PROVIDER = AzureDevOpsProvider()
