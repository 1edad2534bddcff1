"""What the API needs of the running program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from application.accounts import Accounts
from application.acting.actions import Actions
from application.acting.halt import HaltSwitch
from application.acting.outgoing import Outgoing
from application.calendars.desk import Calendars
from application.connections import ConnectedAccounts
from application.finance.desk import Finance
from application.intake.backfills import Backfills
from application.intake.hooks import Hooks
from application.intake.one_time_codes import OneTimeCodes
from application.intake.rounds import Rounds
from application.models.models import Breaker, Models
from application.ports.clock import Clock
from application.ports.mime import HtmlCleaner
from application.ports.model import Embedder
from application.ports.personas import Personas
from application.ports.push import PushService
from application.ports.secrets import Vault
from application.ports.store import Store
from application.proposing.correcting import Correcting
from application.proposing.rule_book import RuleBook
from application.setup.setup import Setup
from application.sign_in.address_sign_in import AddressSignIn
from application.sign_in.devices import Devices
from application.sign_in.passkeys import Passkeys
from application.telling.briefing import Briefings
from application.telling.expiries import Due
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from application.work.desk import Work
from domain.backups import Backups
from domain.codec import Json
from domain.disk import Disk
from web.api.message_rows import MessageRows
from web.api.web_settings import WebSettings

if TYPE_CHECKING:
    from application.chat.service import Chat


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases and stores that routes call; made by the daemon. `chat` is made when somebody first talks."""

    store: Store
    clock: Clock
    vault: Vault
    actions: Actions
    correcting: Correcting
    rule_book: RuleBook
    rounds: Rounds
    backfills: Backfills
    briefings: Briefings
    calendars: Calendars
    finance: Finance
    work: Work
    hooks: Hooks
    accounts: Accounts
    setup: Setup
    connections: ConnectedAccounts
    halt: HaltSwitch
    codes: OneTimeCodes
    devices: Devices
    passkeys: Passkeys
    google_sign_in: AddressSignIn
    personas: Personas
    outgoing: Outgoing
    cleaner: HtmlCleaner
    chat: Callable[[], Chat]
    models: Models
    embedder: Embedder
    breaker: Breaker
    notifications: Notifications
    subscriptions: Subscriptions
    push: PushService
    web: WebSettings
    settings_shown: Callable[[], Mapping[str, Json]]
    expiring: Callable[[], tuple[Due, ...]]
    disk: Callable[[], Disk]
    backups: Callable[[], Backups]
    memory: Callable[[], int]
    rows: MessageRows = field(default_factory=MessageRows)
