"""How the owner registers an app at Microsoft (https://learn.microsoft.com/entra/identity-platform/quickstart-register-app)."""

from __future__ import annotations

from application.ports.providers import Guide, Part

GUIDE = Guide(
    parts=(Part.MAIL, Part.CALENDAR),
    steps=(
        "Open https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade, type any name, "
        "and choose who may use it: your organization, or personal accounts too.",
        "Under Authentication add the platform Mobile and desktop applications with the redirect URI http://localhost, "
        "and set Allow public client flows to Yes. There is no secret.",
        "Keep the Application (client) ID and the Directory (tenant) ID of its overview.",
        "Where your organization forbids this to you, Alfred shows a text to send to its administrators; what they "
        "keep to themselves is left out, and Power Automate is another way.",
    ),
    page="connect-microsoft.md",
    account="office",
    wants={Part.CALENDAR: {"reads": "mail, calendar"}},
)
