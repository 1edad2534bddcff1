"""Microsoft 365: Outlook's mail and calendar, to read and to act in, and Teams. msal and httpx come when used."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from adapters.microsoft.api import Graph
from adapters.microsoft.auth import TENANT, Client, GrantTokens, client_of, forget, mailbox_of, reserved_of, signed_in
from adapters.microsoft.calendar.executor import OutlookCalendarExecutor
from adapters.microsoft.calendar.source import OutlookCalendar
from adapters.microsoft.executor import OutlookExecutor
from adapters.microsoft.guide import GUIDE
from adapters.microsoft.hooks import GraphHook, client_state
from adapters.microsoft.mail import OutlookSource
from adapters.microsoft.marks import machine_time
from adapters.microsoft.refusals import request_to_administrators
from adapters.microsoft.scopes import (
    ALL_OF_TEAMS,
    BASE,
    CALENDAR,
    CALENDAR_WRITE,
    SEND,
    WRITE,
    in_shared,
    missing,
    of_shared,
)
from adapters.microsoft.subscriptions import Subscriptions
from adapters.microsoft.teams import TeamsSource
from adapters.microsoft.writing import WritingGraph
from application.ports.issuer import Aim
from application.ports.mail import MessageSource
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.errors import AlfredError, CannotBe, SignInAgain
from domain.messages import Address
from domain.privacy import Privacy

_WISHES = {"mail": (), "teams": ALL_OF_TEAMS, "calendar": (CALENDAR,)}


class MicrosoftProvider(Provider):
    """Microsoft 365 with an app registration of the owner's, one grant per account."""

    name = "microsoft"
    title = "Microsoft 365 (Outlook, Teams)"
    fields = (
        SettingsField("client_id", "Application id", help="Of an app registration that allows public client flows."),
        SettingsField("tenant", "Tenant", TENANT, help="Your organization's domain or id; common for any account."),
        SettingsField("reads", "What to read", "mail", help="Any of: mail, teams, calendar."),
        SettingsField(
            "mailbox",
            "Shared mailbox",
            help="Address of a mailbox that is shared with you, to read in place of your own; mail alone.",
            rare=True,
        ),
        SettingsField("sign_in", "Way to sign in", "browser", help="browser, or code for a machine without one."),
    )
    acting_scopes = (WRITE, SEND)
    privacy = Privacy.LOCAL
    guide = GUIDE

    def __init__(
        self,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], datetime] = machine_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sleep = sleep
        self._now = now
        self._clock = clock

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        from adapters.microsoft.sign_in import Asking, at_graph, at_mailbox, begun

        wishes = [scope for what in wanted(account) for scope in _WISHES.get(what, ())]
        if mailbox_of(account):
            shared = Aim(in_shared(BASE), at_mailbox(account), "there is no other way to read a shared mailbox")
            return begun(Asking(account, vault, shared, (), in_shared(scopes)))
        if scopes == self.acting_scopes and "calendar" in wanted(account):
            scopes = (*scopes, CALENDAR_WRITE)
        aim = Aim(BASE, at_graph(account, vault), "a flow of Power Automate can still bring your mail")
        return begun(Asking(account, vault, aim, wishes, scopes))

    def connect(self, account: Account, vault: Vault) -> Connection:
        grant = signed_in(account, vault)
        client, tokens = client_of(account), GrantTokens(account, vault)
        if mailbox_of(account):
            return self._shared(account, client, tokens)
        reading = Graph(account.name, client.graph, tokens, client.ca_file, self._sleep)
        writing = WritingGraph(account.name, client.graph, tokens, client.ca_file, self._sleep)
        address = Address(grant.name, grant.address)
        sources: list[MessageSource] = [OutlookSource(account.name, reading, self._clock)]
        if "teams" in wanted(account) or grant.scopes & frozenset(ALL_OF_TEAMS):
            sources.append(TeamsSource(account.name, reading, address, lambda: _no_teams(account, vault), self._now))
        state = client_state(account, vault)
        hook = GraphHook(account.name, state, Subscriptions(account, vault, reading, state, self._now))
        reads_calendar = "calendar" in wanted(account) or not missing((CALENDAR,), grant.scopes)
        return Connection(
            account,
            address,
            messages=tuple(sources),
            executors=(
                OutlookExecutor(account.name, writing, self._sleep),
                OutlookCalendarExecutor(account.name, writing),
            ),
            calendars=(OutlookCalendar(account.name, grant.address, reading),) if reads_calendar else (),
            hooks=(hook,),
            scopes=grant.scopes,
        )

    def _shared(self, account: Account, client: Client, tokens: GrantTokens) -> Connection:
        """Return what a shared mailbox offers; Graph posts of none that it changed."""
        mailbox = mailbox_of(account)
        reading = Graph(account.name, client.graph, tokens, client.ca_file, self._sleep, mailbox)
        writing = WritingGraph(account.name, client.graph, tokens, client.ca_file, self._sleep, mailbox)
        return Connection(
            account,
            Address("", mailbox),
            messages=(OutlookSource(account.name, reading, self._clock),),
            executors=(OutlookExecutor(account.name, writing, self._sleep),),
            scopes=of_shared(tokens.scopes()),
        )

    def disconnect(self, account: Account, vault: Vault) -> None:
        with suppress(AlfredError):
            client = client_of(account)
            api = Graph(account.name, client.graph, GrantTokens(account, vault), client.ca_file, self._sleep)
            Subscriptions(account, vault, api, client_state(account, vault)).end()
        forget(account, vault)


def wanted(account: Account) -> tuple[str, ...]:
    """Return what the owner wants to be read of this account."""
    return tuple(account.settings.get("reads", "mail").replace(",", " ").lower().split())


def _no_teams(account: Account, vault: Vault) -> AlfredError:
    """Return why nothing of Teams is read: the organization keeps it to itself, or nobody has asked yet."""
    if not reserved_of(account, vault):
        return SignInAgain(
            f"{account.name} has not allowed Alfred to read Teams yet", account=account.name, scopes=ALL_OF_TEAMS
        )
    client = client_of(account)
    request = request_to_administrators(client.authority, client.id, ALL_OF_TEAMS)
    return CannotBe(
        "your organization lets only its administrators allow Teams to be read; mail is read all the same. "
        f"To have it allowed, send them this: “{request}”",
        code="needs_admin",
    )


PROVIDER = MicrosoftProvider()
