"""Each request has an id, in its answer and in every line logged meanwhile, in threads too."""

import json
import logging

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from daemon.logging import JsonLines
from daemon.requests import HEADER, RequestIds


def test_an_answer_carries_the_id_of_its_log_lines() -> None:
    lines: list[dict[str, str]] = []
    log = logging.getLogger("tests.requests")

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonLines().format(record)))

    def answer(request: Request) -> PlainTextResponse:
        log.warning("answering")
        return PlainTextResponse("ok")

    handler = Kept()
    log.addHandler(handler)
    try:
        client = TestClient(RequestIds(Starlette(routes=[Route("/", answer)])))
        ids = [client.get("/").headers[HEADER] for _ in range(3)]
        log.warning("outside")
    finally:
        log.removeHandler(handler)
    assert [line.get("request") for line in lines] == [*ids, None]
    assert len(set(ids)) == 3
