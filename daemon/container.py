"""The table of contents of the running program: what there is, and what it is made of."""

from __future__ import annotations

from dependency_injector import containers, providers

from adapters.ics import IcsReader
from adapters.keyring import open_vault
from adapters.local import CorrectionsMemory, LocalBrain, LocalEmbedder
from adapters.mime.cleaner import Nh3Cleaner
from adapters.mime.reader import MimeReader
from adapters.mime.writer import MimeWriter
from adapters.webauthn import WebAuthn
from application.accounts import Accounts
from application.acting.actions import Actions
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.outgoing import Outgoing
from application.acting.own_executor import OwnExecutor
from application.announcing import Announcing
from application.calendars.desk import Calendars
from application.connections import ConnectedAccounts
from application.finance.desk import Finance
from application.freshness import Freshness
from application.intake.backfills import Backfills
from application.intake.hooks import Hooks
from application.intake.intake import Intake
from application.intake.joining import Joining
from application.intake.one_time_codes import OneTimeCodes
from application.intake.rounds import Rounds
from application.intake.searching import Searching
from application.models.embedding import Embedding
from application.models.model_choice import ModelChoice
from application.models.models import Breaker, Models
from application.owing.reminders import Reminders
from application.proposing.correcting import Correcting
from application.proposing.rule_book import RuleBook
from application.sign_in.devices import Devices
from application.sign_in.passkeys import Passkeys
from application.telling.briefing import Briefings
from application.telling.expiries import Expiries
from application.telling.morning import Mornings
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from application.triage.model_brain import ModelBrain
from application.triage.triage import Prefilter, Triage
from application.work.desk import Work
from daemon.backup_watch import BackupWatch
from daemon.clock import SYSTEM_CLOCK
from daemon.disk import disk_of
from daemon.disk_watch import DiskWatch
from daemon.expiring import own_expiries
from daemon.heartbeat import Heartbeat
from daemon.opening import butlers_chat, google_sign_in, opened_store, provider_defaults, statement_reader, web_push
from daemon.persona import PersonaFile
from daemon.providers import Providers
from daemon.settings import Settings
from daemon.upkeep.alarm import Alarm
from daemon.upkeep.backing_up import BackingUp
from daemon.upkeep.checking import Checking
from daemon.upkeep.forgetting import Forgetting
from daemon.upkeep.well_being import WellBeing


class Container(containers.DeclarativeContainer):
    """Singleton for identity, Resource for what must be closed, Factory for use cases."""

    settings = providers.Dependency(instance_of=Settings)
    zone = settings.provided.zone

    # The outside
    clock = providers.Object(SYSTEM_CLOCK)
    store = providers.Resource(opened_store, settings, clock)
    backup_watch = providers.Singleton(BackupWatch, settings, clock)
    vault = providers.Singleton(open_vault, settings.provided.home)
    reader = providers.Singleton(MimeReader, settings.provided.triage.parse_workers)
    writer = providers.Singleton(MimeWriter)
    cleaner, ics = providers.Singleton(Nh3Cleaner), providers.Singleton(IcsReader)
    local_brain = providers.Singleton(LocalBrain, zone=zone)
    corrections_memory = providers.Singleton(CorrectionsMemory, zone=zone)
    provider_list = providers.Singleton(Providers)
    persona = providers.Singleton(PersonaFile, settings.provided.home)
    push = providers.Singleton(web_push, settings, vault)

    # What he does
    halt = providers.Singleton(HaltSwitch, settings.provided.halt_file)
    fresh, announcing = providers.Singleton(Freshness, clock), providers.Singleton(Announcing, store, clock)
    devices = providers.Singleton(Devices, store, clock, announcing)
    passkeys = providers.Singleton(Passkeys, store, devices, providers.Factory(WebAuthn), clock, announcing)
    google_sign_in = providers.Singleton(google_sign_in, settings, vault, devices, clock)
    codes = providers.Singleton(OneTimeCodes)
    connections = providers.Singleton(ConnectedAccounts, may_write=halt.provided.check)
    model_choice = providers.Singleton(ModelChoice, connections, settings.provided.model_names)
    embedder = providers.Singleton(Embedding, model_choice.provided.embedders, providers.Singleton(LocalEmbedder))
    own_executor = providers.Singleton(OwnExecutor, store, clock, embedder)
    defaults = providers.Callable(provider_defaults, settings, vault)
    accounts = providers.Singleton(Accounts, store, vault, provider_list, connections, defaults, clock)
    outgoing = providers.Singleton(Outgoing, store, connections, writer, ics, zone)
    grounds, cap = providers.Singleton(GroundsKeeper, store, zone), settings.provided.actions.hourly_cap
    execution = providers.Singleton(Execution, store, connections, grounds, halt, clock, cap, fresh.provided.drop)
    actions = providers.Singleton(Actions, store, connections, outgoing, execution, grounds, halt, clock)
    breaker, privacy = providers.Singleton(Breaker), accounts.provided.privacy
    models = providers.Singleton(Models, store, clock, zone, model_choice.provided.by_role, settings.provided.spending)
    model_brain = providers.Singleton(ModelBrain, models, breaker, privacy, zone, local_brain)
    rungs, sure_at = providers.List(providers.Singleton(Prefilter)), settings.provided.triage.sure_at
    triage = providers.Singleton(Triage, store, rungs, local_brain, corrections_memory, clock, sure_at, model_brain)
    rule_book = providers.Singleton(RuleBook, store, actions, clock)
    correcting = providers.Singleton(Correcting, triage, rule_book)
    joining = providers.Singleton(Joining, store, connections)
    intake = providers.Singleton(Intake, store, reader, codes, clock, settings.provided.poll.first_limit, joining)
    held = (store, connections, actions, announcing, fresh)
    calendars = providers.Singleton(Calendars, *held, ics, clock, settings.provided.hours)
    work = providers.Singleton(Work, *held, models, privacy, local_brain, clock, zone)
    probe, followers = breaker.provided.allow_probe, providers.List(calendars, work)
    rounds = providers.Singleton(
        Rounds, store, connections, intake, triage, rule_book, actions, execution, clock, probe, followers
    )
    reminders = providers.Singleton(Reminders, store, clock, zone)
    hooks = providers.Singleton(Hooks, store, connections, rounds, clock)
    backfills, take_in = providers.Singleton(Backfills, rounds, store, clock), rounds.provided.take_in_found
    subscriptions = providers.Singleton(Subscriptions, store, devices, push, clock)
    notifications = providers.Singleton(Notifications, store, subscriptions, clock, zone)
    documents, banks = providers.Resource(statement_reader), settings.provided.books.senders
    finance = providers.Singleton(
        Finance, store, connections, take_in, documents, models, privacy, announcing, vault, banks, clock, zone
    )
    butler, alerts = persona.provided.read, finance.provided.alerts
    briefings = providers.Singleton(Briefings, store, connections, calendars, work, clock, zone, butler, alerts)
    desks = (briefings, calendars, finance, work)
    searching = providers.Singleton(Searching, store, take_in, clock)
    bench = (store, actions, rule_book, *desks, connections, searching, embedder, clock, zone, privacy)
    chat = providers.Singleton(butlers_chat, models, persona.provided.read, zone, *bench)
    mornings = providers.Singleton(
        Mornings,
        store=store,
        announcing=announcing,
        page=briefings.provided.briefing,
        at=settings.provided.briefing_at,
        wishes=notifications.provided.preferences,
        clock=clock,
        zone=zone,
    )
    expiries = providers.Singleton(
        Expiries, connections, announcing, clock, own=providers.Callable(own_expiries, settings).provider
    )

    # What keeps his house in order
    alarm = providers.Singleton(Alarm, announcing, clock)
    disk = providers.Callable(disk_of, settings.provided.home)
    disk_watch = providers.Singleton(
        DiskWatch, read=disk.provider, preferences=store.provided.preferences, announcing=announcing, clock=clock
    )
    checking = providers.Singleton(Checking, settings=settings, store=store, vault=vault, alarm=alarm, clock=clock)
    backing_up = providers.Singleton(
        BackingUp,
        settings=settings,
        store=store,
        vault=vault,
        checking=checking,
        watch=backup_watch,
        alarm=alarm,
        clock=clock,
    )
    forgetting = providers.Singleton(
        Forgetting,
        store=store,
        bodies_days=settings.provided.keep.bodies_days,
        marks=providers.Dict(
            posts=hooks.provided.forget_old,
            notices=announcing.provided.forget_ended,
            invitations=calendars.provided.forget_past,
            devices=subscriptions.provided.forget_gone,
            reminders=reminders.provided.forget_closed,
        ),
        clock=clock,
    )
    well_being = providers.Singleton(
        WellBeing,
        store=store,
        no_backup_for=backing_up.provided.failing_for,
        overdue=rounds.provided.overdue,
        poll_seconds=settings.provided.poll.interval,
        alarm=alarm,
    )
    heartbeat = providers.Singleton(
        Heartbeat,
        settings.provided.heartbeat.url,
        works=well_being.provided.is_well,
        note=well_being.provided.note_heartbeat,
        ca_file=settings.provided.tls.ca_file,
    )
