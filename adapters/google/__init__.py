"""Google: Gmail and Google Calendar, to read and to act in. Google's libraries are imported when they are used."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from adapters.google.api import Gmail, WritingGmail
from adapters.google.auth import Grant, GrantTokens, client_of, expiries_of, forget, signed_in
from adapters.google.calendar.api import GoogleCalendarApi, WritingGoogleCalendar
from adapters.google.calendar.executor import GoogleCalendarExecutor
from adapters.google.calendar.source import GoogleCalendar
from adapters.google.executor import GmailExecutor
from adapters.google.guide import GUIDE
from adapters.google.mail import GmailSource
from adapters.google.quota import CALENDAR_REQUESTS_PER_MINUTE, UNITS_PER_MINUTE, Pace
from adapters.google.scopes import CALENDAR_EVENTS, CALENDAR_READ, COMPOSE, MODIFY, missing
from application.ports.calendar import Calendar
from application.ports.executor import Executor
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.messages import Address
from domain.privacy import Privacy


class GoogleProvider(Provider):
    """Gmail with the owner's own OAuth client, one grant per account."""

    name = "google"
    title = "Google (Gmail, Calendar)"
    fields = (
        SettingsField("client_id", "OAuth client id", help="Of a desktop application in your Google Cloud project."),
        SettingsField("client_secret", "OAuth client secret", secret=True),
    )

    acting_scopes = (MODIFY, COMPOSE, CALENDAR_EVENTS)
    privacy = Privacy.ANY
    guide = GUIDE

    def __init__(
        self, sleep: Callable[[float], object] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep = sleep
        self._clock = clock
        self._paces: dict[str, Pace] = {}
        self._lock = threading.Lock()

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        from adapters.google.sign_in import GoogleSignIn

        return GoogleSignIn(account, vault, scopes)

    def connect(self, account: Account, vault: Vault) -> Connection:
        grant = signed_in(account, vault)
        client = client_of(account, vault)
        endpoint, ca_file = client.api_endpoint, client.ca_file
        tokens = GrantTokens(account, vault)
        pace = self._pace(f"{endpoint} {grant.address}", UNITS_PER_MINUTE)
        calendars, calendar_executor = self._calendars(account, vault, grant, tokens)
        reading = Gmail(account.name, endpoint, tokens, pace, self._sleep, ca_file, self._clock)
        return Connection(
            account,
            Address("", grant.address),
            messages=(GmailSource(account.name, reading),),
            executors=(
                GmailExecutor(
                    account.name,
                    WritingGmail(account.name, endpoint, tokens, pace, self._sleep, ca_file),
                    lambda: signed_in(account, vault).scopes,
                ),
                calendar_executor,
            ),
            calendars=calendars,
            scopes=grant.scopes,
            expiries=expiries_of(account, grant),
        )

    def _calendars(
        self, account: Account, vault: Vault, grant: Grant, tokens: GrantTokens
    ) -> tuple[tuple[Calendar, ...], Executor]:
        """Return the calendars, where the owner lets Alfred read them, and what acts in them."""
        client = client_of(account, vault)
        endpoint, ca_file = client.calendar_endpoint, client.ca_file
        pace = self._pace(f"calendar {endpoint} {grant.address}", CALENDAR_REQUESTS_PER_MINUTE)
        api = GoogleCalendarApi(account.name, endpoint, tokens, pace, self._sleep, ca_file)
        writing = WritingGoogleCalendar(account.name, endpoint, tokens, pace, self._sleep, ca_file)
        executor = GoogleCalendarExecutor(account.name, writing, lambda: signed_in(account, vault).scopes)
        readable = not missing((CALENDAR_READ,), grant.scopes)
        return ((GoogleCalendar(account.name, api),) if readable else ()), executor

    def disconnect(self, account: Account, vault: Vault) -> None:
        forget(account, vault)

    def _pace(self, counted: str, limit: int) -> Pace:
        """Google counts per user, so whoever connects to a mailbox shares its pace."""
        with self._lock:
            return self._paces.setdefault(counted, Pace(limit, self._clock, self._sleep))


PROVIDER = GoogleProvider()
