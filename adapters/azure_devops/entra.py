"""Signing in with Entra instead of a token: the same sign-in as Microsoft 365's, for Azure DevOps alone."""

from __future__ import annotations

from adapters.azure_devops.auth import access_by, ask_who, keep_who, refuse_another
from adapters.azure_devops.keys import FreshKey
from application.ports.issuer import Aim, TokenIssuer
from application.ports.providers import Account, SignIn
from application.ports.secrets import Vault
from domain.messages import Address

# Azure DevOps is a resource of its own (https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/entra-oauth).
SCOPE = "499b84ac-1321-427f-aa17-267ca6975798/user_impersonation"


def entra_sign_in(entra: TokenIssuer, account: Account, vault: Vault) -> SignIn:
    """Begin a sign-in whose token is shown to the organisation, which tells whose it is there."""
    access_by(account, FreshKey(""))

    def who(token: str) -> Address:
        found = ask_who(access_by(account, FreshKey(token)))
        refuse_another(account, vault, found)
        keep_who(account, vault, found)
        return Address(found.name, found.address)

    return entra.sign_in(account, vault, Aim((SCOPE,), who, "a personal access token can still bring your work"))
