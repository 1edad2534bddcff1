"""What a work executor is asked to do in the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.action_events import Origin
from domain.actions import Action, Status
from domain.kinds import Kind, Nothing, Risk

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def an_action(
    kind: Kind, target: str = "", payload: object | None = None, *, attempts: int = 1, basis: str = "", id: str = "a1"
) -> Action:
    return Action(
        id=id,
        kind=kind,
        target=target,
        account="devops",
        source="",
        payload=Nothing() if payload is None else payload,
        digest="",
        status=Status.EXECUTING,
        risk=Risk.APPROVAL,
        title="",
        reason="",
        origin=Origin.OWNER,
        proposed_at=NOW,
        changed_at=NOW,
        attempts=attempts,
        basis=basis,
    )
