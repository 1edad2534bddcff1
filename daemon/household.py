"""A whole household: opened over its settings, and what the API and the schedule are made of.

What the first answer does not need is imported where it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.clock import Clock
from daemon.clock import SYSTEM_CLOCK
from daemon.disk import disk_of
from daemon.door import Door, admit_terminal
from daemon.expiring import expiries_of
from daemon.neighbours import household_mark
from daemon.scratch import clear
from daemon.settings import Settings, prepare_home, shown
from web.api.web_settings import WebSettings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from application.telling.morning import Mornings
    from daemon.container import Container
    from daemon.schedule import Job
    from web.api.services import Services

HOUR = 3_600.0
RULES_STARTED = "rules/started"


@contextmanager
def household(settings: Settings, clock: Clock = SYSTEM_CLOCK, door: Door | None = None) -> Iterator[Container]:
    """Open the household of `settings`; everything that must be closed is closed at the end.

    What stands open at the `door` already is used, and left to whoever opened it. Raises `StoreLocked` where another
    process holds the store, `CorruptStore`, or `CannotBe` where the vault does not open.
    """
    from daemon.container import Container

    clear(prepare_home(settings.home))
    opened = {} if door is None else {"store": door.store, "vault": door.vault, "devices": door.devices}
    container = Container(settings=settings, clock=clock, **opened)
    container.init_resources()
    try:
        _begin(container)
        yield container
    finally:
        container.shutdown_resources()


def _begin(container: Container) -> None:
    from domain.rules import starter_rules

    store = container.store()
    container.connections().employ(container.own_executor())
    if store.preferences.get(RULES_STARTED) is None:
        for rule in starter_rules():
            store.rules.put(rule)
        store.preferences.put(RULES_STARTED, True)
    container.triage().teach_all()
    container.accounts().connect_all()


def services_of(container: Container, settings: Settings) -> Services:
    """Return what the API calls."""
    from daemon.resident_memory import memory_held
    from web.api.services import Services

    watch = container.backup_watch()
    return Services(
        store=container.store(),
        clock=container.clock(),
        vault=container.vault(),
        actions=container.actions(),
        correcting=container.correcting(),
        rule_book=container.rule_book(),
        rounds=container.rounds(),
        backfills=container.backfills(),
        briefings=container.briefings(),
        calendars=container.calendars(),
        finance=container.finance(),
        work=container.work(),
        hooks=container.hooks(),
        accounts=container.accounts(),
        connections=container.connections(),
        halt=container.halt(),
        codes=container.codes(),
        devices=container.devices(),
        passkeys=container.passkeys(),
        google_sign_in=container.google_sign_in(),
        personas=container.persona(),
        outgoing=container.outgoing(),
        cleaner=container.cleaner(),
        chat=container.chat,
        models=container.models(),
        breaker=container.breaker(),
        notifications=container.notifications(),
        subscriptions=container.subscriptions(),
        push=container.push(),
        web=web_settings(settings),
        expiring=expiries_of(container, settings).all,
        settings_shown=lambda: shown(settings),
        disk=lambda: disk_of(settings.home),
        backups=lambda: watch.known,
        memory=memory_held,
        kept_running_by=lambda: installed_service(settings.home),
    )


def installed_service(home: Path) -> str:
    """Name the machine's service that keeps the household at `home` running; nothing where there is none."""
    from daemon.units import run_command, service_for

    service = service_for(home, run_command)
    return service.name if service.is_installed else ""


def app_of(container: Container, settings: Settings) -> Starlette:
    """Return the API over an open household."""
    from web.api.app import create_app

    return create_app(services_of(container, settings))


def jobs_of(container: Container, settings: Settings) -> tuple[Job, ...]:
    """Return what runs by the clock."""
    from daemon.schedule import Job
    from daemon.upkeep import upkeep_jobs

    rounds = container.rounds()
    return (
        Job("poll", rounds.poll_all, settings.poll.interval),
        Job("tidy", rounds.tidy, 15),
        Job("remind", container.reminders().wake, 15),
        Job("sweep", rounds.sweep_all, HOUR, after=HOUR / 4),
        Job("rules by age", container.rule_book().apply_aged, HOUR, after=HOUR / 12),
        Job("books", container.finance().collect, 10),
        Job("past of the books", container.finance().fill_in, 5),
        Job("watch over money", container.finance().watch, 10),
        Job("hooks", container.hooks().read_woken, 2),
        Job("morning", mornings_of(container, settings).tell, 15),
        Job("tell", container.notifications().tell, 2),
        *upkeep_jobs(container, settings),
    )


def mornings_of(container: Container, settings: Settings) -> Mornings:
    """Return who brings the morning briefing."""
    from application.telling.morning import Mornings

    page, wishes = container.briefings().briefing, container.notifications().preferences
    at, zone = settings.briefing_at, settings.zone
    return Mornings(container.store(), container.announcing(), page, at, wishes, container.clock(), zone)


def ensure_cli_token(container: Container) -> str:
    """Return the terminal's own token, which lies in the vault that only the owner's user can open."""
    return admit_terminal(Door(container.store(), container.vault(), container.devices()))


def web_settings(settings: Settings) -> WebSettings:
    """Return how the API is reached."""
    from importlib.metadata import version

    return WebSettings(
        public_url=settings.web.public_url,
        allowed_hosts=(*settings.web.allowed_hosts, settings.web.near_host),
        trusted_proxies=settings.web.trusted_proxies,
        static=Path(__file__).parent.parent / "web" / "static",
        log_file=settings.home / "logs" / "alfred.log",
        version=version("alfred-butler"),
        household=household_mark(settings.home),
    )
