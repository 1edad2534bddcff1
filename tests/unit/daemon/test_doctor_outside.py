"""What the doctor learns from outside: what time it is there, and whether the models answer."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from daemon.clock import SYSTEM_CLOCK
from daemon.doctor import Finding, examine
from daemon.doctor.outside import check_address
from daemon.doctor.their_time import check_against
from daemon.household import household
from daemon.running import note_running
from daemon.settings import Settings, load
from sandbox.ollama import OllamaServer


@pytest.fixture
def provider_off_by() -> Iterator[Callable[[timedelta], str]]:
    """Start a provider whose clock is so far from this machine's; return its address."""
    servers: list[tuple[ThreadingHTTPServer, Thread]] = []

    def start(off: timedelta) -> str:
        class Provider(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.send_error(404)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(SYSTEM_CLOCK.now() + off, usegmt=True)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def at(address: str, home: Path) -> Settings:
    return load(home, {"google": {"api_endpoint": address}})


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(hours=-3), "is 3 hours ahead of"),
        (timedelta(days=30), "is 30 days behind that of"),
        (timedelta(seconds=-100), "seconds ahead of"),
    ],
)
def test_a_clock_that_is_not_the_providers_is_noticed(
    provider_off_by: Callable[[timedelta], str], tmp_path: Path, off: timedelta, said: str
) -> None:
    (finding,) = check_against(at(provider_off_by(off), tmp_path), {"google"})
    assert (finding.name, finding.state, said in finding.said) == ("clock", "warning", True)


def test_a_clock_that_is_right_needs_no_word(provider_off_by: Callable[[timedelta], str], tmp_path: Path) -> None:
    assert check_against(at(provider_off_by(timedelta(0)), tmp_path), {"google"}) == []


def test_only_providers_that_are_connected_are_asked(
    provider_off_by: Callable[[timedelta], str], tmp_path: Path
) -> None:
    assert check_against(at(provider_off_by(timedelta(days=1)), tmp_path), {"microsoft_of_another_name"}) == []


def test_a_provider_that_is_out_of_reach_says_nothing_of_the_clock(tmp_path: Path) -> None:
    assert check_against(at("http://127.0.0.1:9", tmp_path), {"google"}) == []


def found(home: Path, name: str) -> Finding:
    return next(finding for finding in examine(home, fix=False) if finding.name == name)


def test_a_model_is_called_and_not_only_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer() as server:
        address = server.base_url
        monkeypatch.setenv("ALFRED_OLLAMA__HOST", address)
        with household(load(tmp_path / "home")):
            pass
        answered = found(tmp_path / "home", "ollama")
    gone = found(tmp_path / "home", "ollama")
    assert (answered.state, f"Ollama at {address} answers" in answered.said) == ("good", True)
    assert (gone.state, "key, address and limits" in gone.advice) == ("warning", True)


def test_the_address_for_phones_is_tried_while_somebody_runs_who_could_answer(
    provider_off_by: Callable[[timedelta], str], tmp_path: Path
) -> None:
    settings = load(tmp_path, {"web": {"public_url": "https://127.0.0.1:9"}})
    assert check_address(settings) == []
    note_running(settings.home, provider_off_by(timedelta(0)))
    (finding,) = check_address(settings)
    assert (finding.state, "https://127.0.0.1:9 does not answer" in finding.said) == ("warning", True)
