"""The table of contents of the running program, its top floor: what he says, and what keeps his house in order.

Below lie the rooms that a mail goes through (`daemon/rooms.py`), and below those what is outside (`daemon/outside.py`).
"""

from __future__ import annotations

from dependency_injector import providers

from application.owing.reminders import Reminders
from application.telling.briefing import Briefings
from application.telling.expiries import Expiries
from application.telling.morning import Mornings
from application.telling.notifications import Notifications
from daemon.disk_watch import DiskWatch
from daemon.heartbeat import Heartbeat
from daemon.opening import butlers_chat, setting_up
from daemon.rooms import Rooms
from daemon.upkeep.alarm import Alarm
from daemon.upkeep.backing_up import BackingUp
from daemon.upkeep.checking import Checking
from daemon.upkeep.forgetting import Forgetting
from daemon.upkeep.well_being import WellBeing


class Container(Rooms):
    """Singleton for identity, Resource for what must be closed, Callable for what is looked up each time."""

    # What he says
    reminders = providers.Singleton(Reminders, Rooms.store, Rooms.clock, Rooms.zone)
    notifications = providers.Singleton(Notifications, Rooms.store, Rooms.subscriptions, Rooms.clock, Rooms.zone)
    briefings = providers.Singleton(
        Briefings,
        store=Rooms.store,
        connections=Rooms.connections,
        calendars=Rooms.calendars,
        work=Rooms.work,
        clock=Rooms.clock,
        zone=Rooms.zone,
        persona=Rooms.persona.provided.read,
        money=Rooms.finance.provided.alerts,
        poll_seconds=Rooms.settings.provided.poll.interval,
    )
    mornings = providers.Singleton(
        Mornings,
        store=Rooms.store,
        announcing=Rooms.announcing,
        page=briefings.provided.briefing,
        at=Rooms.settings.provided.briefing_at,
        wishes=notifications.provided.preferences,
        clock=Rooms.clock,
        zone=Rooms.zone,
    )
    expiries = providers.Singleton(
        Expiries, Rooms.connections, Rooms.announcing, Rooms.clock, own=Rooms.own_expiries.provider
    )
    chat = providers.Singleton(
        butlers_chat,
        models=Rooms.models,
        persona=Rooms.persona.provided.read,
        store=Rooms.store,
        actions=Rooms.actions,
        rule_book=Rooms.rule_book,
        briefings=briefings,
        calendars=Rooms.calendars,
        finance=Rooms.finance,
        work=Rooms.work,
        connections=Rooms.connections,
        searching=Rooms.searching,
        embedder=Rooms.embedder,
        clock=Rooms.clock,
        zone=Rooms.zone,
        privacy=Rooms.accounts.provided.privacy,
    )

    # What keeps his house in order
    setup = providers.Singleton(
        setting_up,
        Rooms.settings,
        Rooms.finance,
        Rooms.devices,
        store=Rooms.store,
        accounts=Rooms.accounts,
        connections=Rooms.connections,
        rule_book=Rooms.rule_book,
    )
    alarm = providers.Singleton(Alarm, Rooms.announcing, Rooms.clock)
    disk_watch = providers.Singleton(
        DiskWatch,
        read=Rooms.disk.provider,
        preferences=Rooms.store.provided.preferences,
        announcing=Rooms.announcing,
        clock=Rooms.clock,
    )
    checking = providers.Singleton(
        Checking, settings=Rooms.settings, store=Rooms.store, vault=Rooms.vault, alarm=alarm, clock=Rooms.clock
    )
    backing_up = providers.Singleton(
        BackingUp,
        settings=Rooms.settings,
        store=Rooms.store,
        vault=Rooms.vault,
        checking=checking,
        watch=Rooms.backup_watch,
        alarm=alarm,
        clock=Rooms.clock,
    )
    forgetting = providers.Singleton(
        Forgetting,
        store=Rooms.store,
        bodies_days=Rooms.settings.provided.keep.bodies_days,
        marks=providers.Dict(
            posts=Rooms.hooks.provided.forget_old,
            notices=Rooms.announcing.provided.forget_ended,
            invitations=Rooms.calendars.provided.forget_past,
            devices=Rooms.subscriptions.provided.forget_gone,
            reminders=reminders.provided.forget_closed,
        ),
        clock=Rooms.clock,
    )
    well_being = providers.Singleton(
        WellBeing,
        store=Rooms.store,
        no_backup_for=backing_up.provided.failing_for,
        overdue=Rooms.rounds.provided.overdue,
        found_damage=checking.provided.found_damage,
        poll_seconds=Rooms.settings.provided.poll.interval,
        alarm=alarm,
    )
    heartbeat = providers.Singleton(
        Heartbeat,
        Rooms.settings.provided.heartbeat.url,
        works=well_being.provided.is_well,
        note=well_being.provided.note_heartbeat,
        ca_file=Rooms.settings.provided.tls.ca_file,
    )
