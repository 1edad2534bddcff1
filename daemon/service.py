"""The running program: opens the household, starts the jobs, serves the API, and ends in good order."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from application.ports.clock import Clock
from daemon.attendance import attended, near
from daemon.clock import SYSTEM_CLOCK
from daemon.container import Container
from daemon.crashes import start_crash_reports
from daemon.disk import disk_of
from daemon.expiring import expiries_of
from daemon.https import check_pair
from daemon.logging import start_logging
from daemon.neighbours import household_mark
from daemon.requests import RequestIds
from daemon.running import CLI_TOKEN, note_running, note_stopped
from daemon.schedule import Job, Schedule
from daemon.settings import Settings, prepare_home, shown
from daemon.upkeep import upkeep_jobs
from domain.errors import CannotBe
from domain.rules import starter_rules
from web.api.services import Services, WebSettings

if TYPE_CHECKING:
    import uvicorn

log = logging.getLogger(__name__)

DAY = 86_400.0
RULES_STARTED = "rules/started"


@contextmanager
def household(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[Container]:
    """Open the household of `settings`; everything that must be closed is closed at the end.

    Raises `StoreLocked` where another process holds it, `CorruptStore`, or `CannotBe` where the vault does not open.
    """
    prepare_home(settings.home)
    container = Container(settings=settings, clock=clock)
    container.init_resources()
    try:
        _begin(container)
        yield container
    finally:
        container.shutdown_resources()


def _begin(container: Container) -> None:
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
    return Services(
        store=container.store(),
        clock=container.clock(),
        vault=container.vault(),
        actions=container.actions(),
        triage=container.triage(),
        proposals=container.proposals(),
        rounds=container.rounds(),
        backfills=container.backfills(),
        briefings=container.briefings(),
        calendars=container.calendars(),
        money=container.money(),
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
        push=container.push(),
        web=_web_settings(settings),
        expiring=expiries_of(container, settings).all,
        settings_shown=lambda: shown(settings),
        disk=lambda: disk_of(settings.home),
        kept_running_by=lambda: installed_service(settings.home),
    )


def _web_settings(settings: Settings) -> WebSettings:
    from importlib.metadata import version

    return WebSettings(
        public_url=settings.web.public_url,
        allowed_hosts=settings.web.allowed_hosts,
        trusted_proxies=settings.web.trusted_proxies,
        static=Path(__file__).parent.parent / "web" / "static",
        log_file=settings.home / "logs" / "alfred.log",
        version=version("alfred-butler"),
        household=household_mark(settings.home),
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
    rounds = container.rounds()
    return (
        Job("poll", rounds.poll_all, settings.poll.interval),
        Job("tidy", rounds.tidy, 15),
        Job("sweep", rounds.sweep_all, DAY, after=DAY / 8),
        Job("books", container.money().collect, 10),
        Job("past of the books", container.money().fill_in, 5),
        Job("watch over money", container.money().watch, 10),
        Job("hooks", container.hooks().follow_up, 2),
        Job("tell", container.notifications().tell, 2),
        *upkeep_jobs(container, settings),
    )


class Daemon:
    """Serves one household until it is told to stop.

    `prepare` is called before the jobs start, `ready` in a thread of its own once requests are answered.
    """

    def __init__(
        self,
        settings: Settings,
        prepare: Callable[[Container], None] = lambda _: None,
        ready: Callable[[Container, str], None] = lambda *_: None,
    ) -> None:
        self._settings = settings
        self._prepare = prepare
        self._ready = ready

    def run(self) -> None:
        """Run in the foreground until SIGINT or SIGTERM."""
        web = self._settings.web
        if web.tls_cert is not None and web.tls_key is not None:
            check_pair(web.tls_cert, web.tls_key)
        logs = prepare_home(self._settings.home) / "logs"
        start_logging(logs, self._settings.log.level, self._settings.log.keep_days)
        start_crash_reports(logs)
        with household(self._settings) as container, self._listening() as listener:
            server = self._server(app_of(container, self._settings))
            self._prepare(container)
            with self._working(container, listener):
                Thread(target=self._ready, args=(container, self._url(listener)), daemon=True).start()
                with _signals_spent():
                    server.run(sockets=[listener])

    @contextmanager
    def _working(self, container: Container, listener: socket.socket) -> Iterator[None]:
        """Keep the jobs running, and the run file in place, while the server serves."""
        ensure_cli_token(container)
        container.execution().recover()
        schedule = Schedule(jobs_of(container, self._settings), container.clock())
        note_running(self._settings.home, self._url(listener))
        schedule.start()
        log.info("started", extra={"pid": os.getpid()})
        try:
            with attended(near(listener, is_tls=self._settings.web.tls_cert is not None), schedule.is_well):
                yield
        finally:
            schedule.stop()
            note_stopped(self._settings.home)
            log.info("stopped")

    @contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        web = self._settings.web
        try:
            listener = socket.create_server((web.host, web.port), backlog=256)
        except OSError as error:
            raise CannotBe(
                f"port {web.port} on {web.host} cannot be used ({error.strerror}); choose another with --port",
                code="port_in_use",
            ) from error
        with listener:
            yield listener

    def _server(self, app: Starlette) -> uvicorn.Server:
        import uvicorn

        web = self._settings.web
        return uvicorn.Server(
            uvicorn.Config(
                RequestIds(app),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(web.trusted_proxies),
                forwarded_allow_ips=list(web.trusted_proxies),
                ssl_certfile=web.tls_cert,
                ssl_keyfile=web.tls_key,
                timeout_graceful_shutdown=3,
            )
        )

    def _url(self, listener: socket.socket) -> str:
        scheme = "https" if self._settings.web.tls_cert else "http"
        host = (
            "localhost" if self._settings.web.host in ("127.0.0.1", "0.0.0.0", "::1", "::") else self._settings.web.host
        )
        return f"{scheme}://{host}:{listener.getsockname()[1]}"


@contextmanager
def _signals_spent() -> Iterator[None]:
    """Let SIGINT and SIGTERM end the server and nothing else: uvicorn raises them once more when it has stopped,
    which would end the process before the household is closed."""
    wanted = (signal.SIGINT, signal.SIGTERM) if current_thread() is main_thread() else ()
    before = [(number, signal.signal(number, lambda *_: None)) for number in wanted]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def ensure_cli_token(container: Container) -> str:
    """The terminal's own token lies in the vault, which only the owner's user can open."""
    token = container.vault().get(CLI_TOKEN)
    if token is None:
        token = secrets.token_urlsafe(32)
        container.vault().put(CLI_TOKEN, token)
    container.devices().admit("terminal", token)
    return token
