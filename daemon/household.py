"""A whole household: opened over its settings, and what the API and the schedule are made of.

What the first answer does not need is imported where it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from application.ports.clock import Clock
from daemon.clock import SYSTEM_CLOCK
from daemon.door import Door, admit_terminal
from daemon.neighbours import household_mark
from daemon.opening import accept_update
from daemon.scratch import clear
from daemon.settings import Settings, prepare_home, shown
from web.api.web_settings import WebSettings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from daemon.container import Container
    from daemon.schedule import Job
    from web.api.services import Services

MINUTE, HOUR = 60.0, 3_600.0


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
    from application.proposing.rule_book import provide_starter_rules

    container.connections().employ(container.own_executor())
    provide_starter_rules(container.store())
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
        setup=container.setup(),
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
        embedder=container.embedder(),
        breaker=container.breaker(),
        notifications=container.notifications(),
        subscriptions=container.subscriptions(),
        push=container.push(),
        web=web_settings(settings),
        expiring=container.expiries().all,
        settings_shown=lambda: shown(settings),
        disk=container.disk,
        backups=lambda: watch.known,
        memory=memory_held,
    )


def app_of(container: Container, settings: Settings) -> Starlette:
    """Return the API over an open household."""
    from web.api.app import create_app

    return create_app(services_of(container, settings))


def jobs_of(container: Container, settings: Settings) -> tuple[Job, ...]:
    """Return what runs by the clock; what is seldom done asks each hour whether it is time."""
    from daemon.schedule import Job
    from daemon.vigil import Vigil

    rounds, finance = container.rounds(), container.finance()
    return (
        Job("poll", rounds.poll_all, settings.poll.interval),
        Job("tidy", rounds.tidy, 15),
        Job("remind", container.reminders().wake, 15),
        Job("sweep", rounds.sweep_all, HOUR, after=HOUR / 4),
        Job("rules by age", container.rule_book().apply_aged, HOUR, after=HOUR / 12),
        Job("books", finance.collect, 10),
        Job("past of the books", finance.fill_in, 5),
        Job("watch over money", finance.watch, 10),
        Job("hooks", container.hooks().read_woken, 2),
        Job("morning", container.mornings().tell, 15),
        Job("tell", container.notifications().tell, 2),
        Job("backup folder", container.backup_watch().look, 5 * MINUTE),
        Job("backup", container.backing_up().back_up_or_tell, HOUR, after=HOUR / 12),
        Job("check", container.checking().check, HOUR, after=HOUR / 6),
        Job("keep", container.forgetting().forget, 6 * HOUR, after=HOUR / 4),
        Job("expiries", container.expiries().tell, HOUR, after=MINUTE),
        Job("update", partial(accept_update, settings.home), HOUR, after=MINUTE),
        Job("disk", container.disk_watch().look, MINUTE),
        Job("vigil", Vigil(rounds.wake).look, 15),
        *_jobs_where_set_up(container, settings),
    )


def _jobs_where_set_up(container: Container, settings: Settings) -> Iterator[Job]:
    from daemon.schedule import Job

    if settings.web.public_url.startswith("https://"):
        ask_for_posts = partial(container.hooks().keep_posted, settings.web.public_url)
        yield Job("ask for posts", ask_for_posts, HOUR / 4, after=MINUTE / 2)
    if settings.heartbeat.url:
        yield Job("heartbeat", container.heartbeat().beat, settings.heartbeat.seconds)


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
