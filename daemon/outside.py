"""The ground floor of the container: what there is outside of Alfred's rooms, and who speaks with it."""

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
from application.acting.halt import HaltSwitch
from application.acting.own_executor import OwnExecutor
from application.announcing import Announcing
from application.connections import ConnectedAccounts
from application.models.embedding import Embedding
from application.models.model_choice import ModelChoice
from application.models.models import Breaker, Models
from application.sign_in.devices import Devices
from application.sign_in.passkeys import Passkeys
from application.telling.subscriptions import Subscriptions
from daemon.backup_watch import BackupWatch
from daemon.clock import SYSTEM_CLOCK
from daemon.disk import disk_of
from daemon.expiring import own_expiries
from daemon.opening import google_sign_in, opened_store, provider_defaults, statement_reader, web_push
from daemon.persona import PersonaFile
from daemon.providers import Providers
from daemon.settings import Settings


class Outside(containers.DeclarativeContainer):
    """The machine and the owner's files, the accounts and the models, and the devices that he signs in with."""

    settings = providers.Dependency(instance_of=Settings)
    zone = settings.provided.zone

    # The machine and what lies on it
    clock = providers.Object(SYSTEM_CLOCK)
    store = providers.Resource(opened_store, settings, clock)
    vault = providers.Singleton(open_vault, settings.provided.home)
    persona = providers.Singleton(PersonaFile, settings.provided.home)
    halt = providers.Singleton(HaltSwitch, settings.provided.halt_file)
    disk = providers.Callable(disk_of, settings.provided.home)
    own_expiries = providers.Callable(own_expiries, settings)
    backup_watch = providers.Singleton(BackupWatch, settings, clock)

    # What reads, writes and judges in the box
    reader = providers.Singleton(MimeReader, settings.provided.triage.parse_workers)
    writer = providers.Singleton(MimeWriter)
    cleaner = providers.Singleton(Nh3Cleaner)
    ics = providers.Singleton(IcsReader)
    documents = providers.Resource(statement_reader)
    local_brain = providers.Singleton(LocalBrain, zone=zone)
    local_embedder = providers.Singleton(LocalEmbedder)
    corrections_memory = providers.Singleton(CorrectionsMemory, zone=zone)

    # The accounts and the models
    connections = providers.Singleton(ConnectedAccounts, may_write=halt.provided.check)
    accounts = providers.Singleton(
        Accounts,
        store=store,
        vault=vault,
        providers=providers.Singleton(Providers),
        connections=connections,
        defaults=providers.Callable(provider_defaults, settings, vault),
        clock=clock,
    )
    model_choice = providers.Singleton(ModelChoice, connections, settings.provided.model_names)
    embedder = providers.Singleton(Embedding, chosen=model_choice.provided.embedders, in_the_box=local_embedder)
    own_executor = providers.Singleton(OwnExecutor, store, clock, embedder)
    breaker = providers.Singleton(Breaker)
    models = providers.Singleton(
        Models,
        store=store,
        clock=clock,
        zone=zone,
        by_role=model_choice.provided.by_role,
        budget=settings.provided.spending,
    )

    # The owner's devices, and what he is told on them
    announcing = providers.Singleton(Announcing, store, clock)
    devices = providers.Singleton(Devices, store, clock, announcing)
    passkeys = providers.Singleton(
        Passkeys,
        store=store,
        devices=devices,
        ceremony=providers.Factory(WebAuthn),
        clock=clock,
        announcing=announcing,
    )
    google_sign_in = providers.Singleton(google_sign_in, settings, vault, devices, clock)
    push = providers.Singleton(web_push, settings, vault)
    subscriptions = providers.Singleton(Subscriptions, store, devices, push, clock)
