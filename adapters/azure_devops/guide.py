"""How the owner makes a personal access token (https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate)."""

from __future__ import annotations

from adapters.azure_devops.sign_in import SCOPES
from application.ports.providers import Guide, Part

GUIDE = Guide(
    parts=(Part.WORK,),
    steps=(
        "Open https://dev.azure.com/YOUR-ORGANISATION/_usersSettings/tokens and press New Token.",
        f"Choose this one organisation, and Custom defined with {SCOPES}.",
        "Choose the longest time that is allowed, at most a year, and keep the day: Alfred tells you before it ends.",
        "Copy the token: it is shown once.",
        "Or have no token at all and sign in with Entra: set azure_devops.sign_in to browser or code beforehand.",
    ),
    page="connect-azure-devops.md",
    account="devops",
)
