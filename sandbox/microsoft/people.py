"""Who is signed in, and how the mailbox is set up."""

from __future__ import annotations

from sandbox.microsoft import odata
from sandbox.microsoft.calendar import Calendars, zones
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome
from sandbox.microsoft.directory import Directory
from sandbox.microsoft.odata import names

_PROPERTIES = names(
    "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage "
    "surname userPrincipalName id"
)


class People:
    """`/me` and the settings of the mailbox."""

    def __init__(self, directory: Directory, calendars: Calendars) -> None:
        self._directory = directory
        self._calendars = calendars

    def endpoints(self) -> tuple[Endpoint, ...]:
        settings = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")
        return (
            Endpoint("me.get", "GET", "/me", ("User.Read", "User.ReadBasic.All", "User.Read.All"), self.me),
            Endpoint("me.getMailboxSettings", "GET", "/me/mailboxSettings", settings, self.settings),
        )

    def me(self, call: Call) -> Outcome:
        user = self._directory.user(call.account)
        first, _, last = user.name.partition(" ")
        item: JsonObject = {
            "businessPhones": [], "displayName": user.name, "givenName": first, "jobTitle": None, "mail": user.address,
            "mobilePhone": None, "officeLocation": None, "preferredLanguage": None, "surname": last,
            "userPrincipalName": user.address, "id": user.id,
        }  # fmt: skip
        context = odata.context(call, "users/$entity")
        return Outcome({"@odata.context": context, **odata.select(call, item, _PROPERTIES, "user")})

    def settings(self, call: Call) -> Outcome:
        zone = zones.windows(self._calendars[call.account].zone)
        days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
        hours = {"daysOfWeek": days, "startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000"}
        return Outcome({"timeZone": zone, "workingHours": {**hours, "timeZone": {"name": zone}}})
