"""Requests made up from the document: none breaks the API, and none is answered otherwise than promised."""

from __future__ import annotations

import contextlib
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.types import Receive, Scope, Send

from adapters.local import LocalBrain
from adapters.sqlite import open_store
from application.acting.drafting import Proposal
from domain.kinds import Kind
from domain.rules import starter_rules
from tests.integration.api.client import the_document
from tests.integration.api.house import ZONE, House, build
from tests.integration.api.serving import serving_app
from web.api.app import create_app

TOKEN = "a-token-for-made-up-requests"
STEPS = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


class Houses:
    """A fresh household for each scenario, so that every run meets the same; one server serves the newest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._brain = LocalBrain(ZONE)
        self._numbers = count()
        self.calls: list[str] = []
        self.renew()

    def renew(self) -> None:
        home = self._folder / str(next(self._numbers))
        home.mkdir()
        self.house = build(open_store(home / "alfred.db"), home, self._brain)
        furnish(self.house)
        self.app = create_app(self.house.services)

    def end(self) -> None:
        assert self.house.store.actions.verify().broken_at is None
        self.house.store.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def furnish(house: House) -> None:
    """Put in what ids can be found of, so that requests reach beyond a 404."""
    for rule in starter_rules():
        house.store.rules.put(rule)
    for id in ("1", "a/b", "x%2F?ü"):
        message = house.deliver(id=id)
        house.services.actions.propose(Proposal(Kind.ARCHIVE, message))
        house.services.actions.propose(Proposal(Kind.REPLY, message, {"text": "Gladly."}))


def the_schema() -> Any:
    """Return every operation that ends; streams, hooks, and what works on in the background have their own tests."""
    schema = schemathesis.openapi.from_dict(the_document())
    for path in ("/api/events", "/api/conversations/{id}/messages", "/api/sources/{id}/backfill"):
        schema = schema.exclude(path=path)
    return schema.exclude(path_regex="^/hooks/")


def machine(houses: Houses, base_url: str) -> type[APIStateMachine]:

    class MadeUp(the_schema().as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            houses.end()
            houses.renew()

        def before_call(self, case: Case) -> None:
            houses.house.services.devices.admit("made-up", TOKEN)
            houses.calls.append(f"{case.method} {case.path}")

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": base_url, "headers": {"Authorization": f"Bearer {TOKEN}"}, "timeout": 20}

        def validate_response(self, response: Any, case: Case, **_: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    return MadeUp


def steady(examples: int, **more: Any) -> hypothesis.settings:
    """The same requests on every run."""
    return hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def run_stories(folder: Path, cases: int) -> int:
    """Make up requests that go on with what earlier ones gave; return how many were sent."""
    houses = Houses(folder)
    with serving_app(houses) as base_url:
        machine(houses, base_url).run(settings=steady(cases // STEPS, stateful_step_count=STEPS))
    houses.end()
    return len(houses.calls)


def run_each(folder: Path, cases: int, of_reads: int) -> int:
    """Make up right and wrong requests for every operation by itself; return how many were sent.

    What only reads is asked `of_reads` times, and leaves the household to the next.
    """
    houses = Houses(folder)
    with serving_app(houses) as base_url:
        for found in the_schema().get_all_operations():
            operation = found.ok()
            is_read = operation.method == "get"
            for mode in GenerationMode:
                try_one(houses, operation, mode, base_url, of_reads if is_read else cases)
            if not is_read:
                houses.end()
                houses.renew()
    houses.end()
    return len(houses.calls)


def try_one(houses: Houses, operation: Any, mode: GenerationMode, base_url: str, cases: int) -> None:
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @steady(cases)
    def send(case: Case) -> None:
        houses.house.services.devices.admit("made-up", TOKEN)
        houses.calls.append(f"{case.method} {case.path}")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        case.call_and_validate(base_url=base_url, headers=headers, checks=CHECKS, timeout=20)

    with contextlib.suppress(Unsatisfiable):  # an operation without input cannot be asked wrongly
        send()


def test_made_up_stories_break_nothing(tmp_path: Path) -> None:
    assert run_stories(tmp_path, 120) >= 80


@pytest.mark.timeout(600)
def test_every_operation_stands_made_up_requests(tmp_path: Path) -> None:
    assert run_each(tmp_path, 2, of_reads=1) >= 350


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_thousands_of_made_up_stories_break_nothing(tmp_path: Path) -> None:
    assert run_stories(tmp_path, 6_000) >= 5_000


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_operation_stands_many_made_up_requests(tmp_path: Path) -> None:
    assert run_each(tmp_path, 50, of_reads=50) >= 4_000
