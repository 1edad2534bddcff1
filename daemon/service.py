"""The running program: opens the household, starts the jobs, serves the API, and ends in good order.

What the first answer does not need is imported where it is made.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread, current_thread, main_thread
from typing import TYPE_CHECKING

from daemon.attendance import attended, near
from daemon.crashes import start_crash_reports
from daemon.door import Door, admit_terminal, open_door
from daemon.household import app_of, household, jobs_of, web_settings
from daemon.https import check_pair
from daemon.logging import start_logging
from daemon.running import listening, note_running, note_stopped
from daemon.settings import Settings, prepare_home
from domain.errors import AlfredError, CannotBe, StoreLocked
from web.api.gate import Gate

if TYPE_CHECKING:
    from daemon.container import Container
    from daemon.server import Server

log = logging.getLogger(__name__)

COULD_NOT_RUN = "could not run"


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
        self._leaving = Event()

    def run(self) -> None:
        """Run in the foreground until SIGINT or SIGTERM."""
        logs = prepare_home(self._settings.home) / "logs"
        start_logging(logs, self._settings.log.level, self._settings.log.keep_days)
        start_crash_reports(logs)
        with _failure_told():
            self._serve()

    def _serve(self) -> None:
        from daemon.server import raise_file_limit, server_of

        raise_file_limit()
        self._check_certificate()
        with open_door(self._settings) as door, self._listening() as listener:
            gate = Gate(door.devices, door.store, web_settings(self._settings))
            server = server_of(gate, self._settings.web)
            with self._at_home(door, gate, server, listener), _signals_for(server):
                server.run(sockets=[listener])

    @contextmanager
    def _at_home(self, door: Door, gate: Gate, server: Server, listener: socket.socket) -> Iterator[None]:
        """Keep house in a thread beside the server; where the house cannot be opened, stop the server and say why."""
        admit_terminal(door)
        # Asked now, for the listener may be closed before the house is open.
        url, nearby = self._url(listener), near(listener, is_tls=self._settings.web.tls_cert is not None)
        note_running(self._settings.home, url)
        try:
            with ThreadPoolExecutor(1, "house") as threads:
                keeping = threads.submit(self._keep_house, door, gate, url, nearby)
                keeping.add_done_callback(lambda _: server.leave())
                try:
                    yield
                finally:
                    self._leaving.set()
            keeping.result()
        finally:
            note_stopped(self._settings.home)

    def _keep_house(self, door: Door, gate: Gate, url: str, nearby: str) -> None:
        """Open the whole household, let the requests in that wait for it, and close it when the daemon leaves."""
        with gate.shut_after(), household(self._settings, door=door) as container:
            app = app_of(container, self._settings)
            _keep_what_is_loaded()
            self._prepare(container)
            if self._leaving.is_set():
                return
            gate.open(app)
            with self._working(container, nearby):
                Thread(target=self._ready, args=(container, url), daemon=True).start()
                self._leaving.wait()

    @contextmanager
    def _working(self, container: Container, nearby: str) -> Iterator[None]:
        """Keep the jobs running, and whoever started the daemon informed."""
        from daemon.schedule import Schedule

        schedule = Schedule(jobs_of(container, self._settings), container.clock())
        schedule.start()
        log.info("started", extra={"pid": os.getpid()})
        try:
            with attended(nearby, schedule.is_well):
                yield
        finally:
            schedule.stop()
            container.rounds().join()
            log.info("stopped")

    def _check_certificate(self) -> None:
        web = self._settings.web
        if web.tls_cert is not None and web.tls_key is not None:
            check_pair(web.tls_cert, web.tls_key)

    @contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        web = self._settings.web
        try:
            listener = listening(web.host, web.port, backlog=256)
        except OSError as error:
            raise CannotBe(
                f"port {web.port} on {web.host} cannot be used ({error.strerror}); choose another with --port",
                code="port_in_use",
            ) from error
        with listener:
            yield listener

    def _url(self, listener: socket.socket) -> str:
        return self._settings.web.near_url(listener.getsockname()[1])


def _keep_what_is_loaded() -> None:
    """Let the collector, which stood still since `alfred run` began, pass over all that was loaded: it stays."""
    gc.freeze()
    gc.enable()


@contextmanager
def _failure_told() -> Iterator[None]:
    """Leave in the log why the daemon cannot run: of what a service prints, nobody is shown anything."""
    try:
        yield
    except StoreLocked:  # the log is that of who holds the household
        raise
    except (AlfredError, OSError) as error:
        log.error(COULD_NOT_RUN, extra={"reason": str(error)})
        raise


@contextmanager
def _signals_for(server: Server) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the server and nothing else, also one that comes before uvicorn listens to them: it
    raises them once more when it has stopped, which would end the process before the household is closed."""
    wanted = (signal.SIGINT, signal.SIGTERM) if current_thread() is main_thread() else ()
    before = [(number, signal.signal(number, lambda *_: server.leave())) for number in wanted]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
