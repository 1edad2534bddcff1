"""Requests made up from the document: none breaks the API, and none is answered otherwise than promised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from adapters.local import LocalBrain
from adapters.sqlite import open_store
from application.actions import Proposal
from domain.kinds import Kind
from domain.rules import starter_rules
from tests.integration.api.client import the_document
from tests.integration.api.house import ZONE, House, build
from tests.integration.api.serving import serving

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


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = open_store(tmp_path / "alfred.db")
    house = build(store, tmp_path, LocalBrain(ZONE))
    furnish(house)
    yield house
    store.close()


def furnish(house: House) -> None:
    """Put in what ids can be found of, so that requests reach beyond a 404."""
    for rule in starter_rules():
        house.store.rules.put(rule)
    for id in ("1", "a/b", "x%2F?ü"):
        message = house.deliver(id=id)
        house.services.actions.propose(Proposal(Kind.ARCHIVE, message))
        house.services.actions.propose(Proposal(Kind.REPLY, message, {"text": "Gladly."}))


def machine(house: House, base_url: str, calls: list[str]) -> type[APIStateMachine]:
    """Return a state machine over every operation that ends; streams have tests of their own."""
    schema = schemathesis.openapi.from_dict(the_document())
    schema = schema.exclude(path="/api/events").exclude(path="/api/conversations/{id}/messages")

    class MadeUp(schema.as_state_machine()):  # type: ignore[misc]
        def before_call(self, case: Case) -> None:
            house.services.devices.admit("made-up", TOKEN)
            calls.append(f"{case.method} {case.path}")

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": base_url, "headers": {"Authorization": f"Bearer {TOKEN}"}, "timeout": 20}

        def validate_response(self, response: Any, case: Case, **_: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    return MadeUp


def run(house: House, cases: int) -> list[str]:
    calls: list[str] = []
    settings = hypothesis.settings(
        max_examples=cases // STEPS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with serving(house) as base_url:
        machine(house, base_url, calls).run(settings=settings)
    return calls


def test_three_hundred_made_up_requests_break_nothing(house: House) -> None:
    calls = run(house, 400)
    assert len(calls) >= 300
    assert house.store.actions.verify().broken_at is None


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_five_thousand_made_up_requests_break_nothing(house: House) -> None:
    calls = run(house, 6_000)
    assert len(calls) >= 5_000
    assert house.store.actions.verify().broken_at is None
