"""Commands reach the daemon of this machine whatever its certificate says, and whatever address it listens on."""

import os
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.cli.client import api_of
from daemon.household import app_of, ensure_cli_token, household
from daemon.running import RunningDaemon
from daemon.settings import load
from domain.errors import TryLater
from tests.integration.api.serving import serving_app
from tests.integration.cli.test_bad_days import a_certificate

ANOTHER_ADDRESS = "127.0.0.2"
elsewhere = pytest.param(
    ANOTHER_ADDRESS, marks=pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has one loopback address")
)


@pytest.mark.parametrize("host", ["127.0.0.1", elsewhere])
def test_a_certificate_of_ones_own_keeps_no_command_from_the_daemon(tmp_path: Path, host: str) -> None:
    pair = a_certificate(tmp_path, "app", datetime.now(UTC) + timedelta(days=30))
    authority, _ = a_certificate(tmp_path, "authority", datetime.now(UTC) + timedelta(days=30))
    web = {"host": host, "tls_cert": str(pair[0]), "tls_key": str(pair[1])}
    known = load(tmp_path / "home", {"web": web, "tls": {"ca_file": str(authority)}})
    with household(known) as container, serving_app(app_of(container, known), host, pair) as url:
        ensure_cli_token(container)
        with api_of(RunningDaemon(os.getpid(), url), known.home) as api:
            link = api.call("POST", "/api/devices/pairing")["link"]
    assert link.startswith(url)


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has one loopback address")
def test_what_opens_the_household_is_sent_to_an_address_of_this_machine_alone(tmp_path: Path) -> None:
    callers = []

    def hang_up() -> None:
        connection, (caller, _) = listener.accept()
        callers.append(caller)
        connection.close()

    with socket.create_server((ANOTHER_ADDRESS, 0)) as listener:
        answering = threading.Thread(target=hang_up)
        answering.start()
        running = RunningDaemon(os.getpid(), f"http://{ANOTHER_ADDRESS}:{listener.getsockname()[1]}")
        with api_of(running, tmp_path) as api, pytest.raises(TryLater):
            api.call("GET", "/api/status")
        answering.join()
    assert callers == [ANOTHER_ADDRESS]
