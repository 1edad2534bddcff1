"""Lets the organisation believe the tokens of a make-believe Microsoft tenant."""

from __future__ import annotations

from sandbox.azure_devops.tokens import Entra
from sandbox.microsoft.sign_in import DEVOPS, SignIn


def believing(sign_in: SignIn) -> Entra:
    """Whose tokens those of the tenant are, where they were asked for Azure DevOps and not for Graph alone."""

    def account(token: str) -> str | None:
        access = sign_in.authenticate(token)
        return access.grant.account if access and access.scopes & DEVOPS else None

    return account
