"""How the owner makes an OAuth client at Google (https://developers.google.com/workspace/guides/create-credentials)."""

from __future__ import annotations

from application.ports.providers import Guide, Part

GUIDE = Guide(
    parts=(Part.MAIL, Part.CALENDAR),
    steps=(
        "Open https://console.cloud.google.com/projectcreate, make a project of any name, and choose it.",
        "Open https://console.cloud.google.com/apis/library/gmail.googleapis.com and press Enable; the same for your "
        "calendars at https://console.cloud.google.com/apis/library/calendar-json.googleapis.com.",
        "Open https://console.cloud.google.com/auth/branding: any app name, and your address. Under Audience choose "
        "External, and add the address that Alfred shall read under Test users.",
        "Open https://console.cloud.google.com/auth/clients, press Create client, and choose Desktop app. Keep the id "
        "and the secret that it shows.",
        "While the project is in Testing, Google ends every sign-in after seven days. Publish app, under "
        "https://console.cloud.google.com/auth/audience, ends that; for yourself alone no verification is needed.",
        "At the sign-in Google warns that it has not verified the app, which is yours: press Advanced, or Continue.",
    ),
    page="connect-google.md",
    account="gmail",
)
