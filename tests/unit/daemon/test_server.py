"""The server sleeps while nobody asks, and wakes at once to stop."""

import resource
import socket
import threading
from pathlib import Path

import httpx
from starlette.responses import PlainTextResponse

from daemon.server import MOST_FILES, Server, raise_file_limit, server_of
from daemon.settings import load


class Counting(Server):
    """Counts how often it looked up."""

    looks = 0

    async def on_tick(self, counter: int) -> bool:
        self.looks += 1
        return await super().on_tick(counter)


def counting(home: Path) -> Counting:
    return Counting(server_of(PlainTextResponse("here"), load(home).web).config)


def test_it_answers_with_the_date_and_wakes_to_stop(tmp_path: Path) -> None:
    server = counting(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        answer = httpx.get(f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False)
        server.leave()
        thread.join()
    assert (answer.text, "date" in answer.headers) == ("here", True)


def test_it_looks_up_once_a_second(tmp_path: Path) -> None:
    server = counting(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        telling = threading.Timer(1.5, server.leave)
        telling.start()
        server.run(sockets=[listener])
    assert 1 < server.looks < 5


def test_as_many_files_may_be_open_as_are_useful() -> None:
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, MOST_FILES) - 1, hard))
        raise_file_limit()
        raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert raised >= min(soft, MOST_FILES)
