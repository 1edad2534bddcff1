"""What the owner must read whole before his yes, and what one yes may cover with its like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from domain.action_events import LogEntry
from domain.actions import Action, fold
from domain.kinds import Kind, Risk
from tests.contract.store.samples import NOON, proposed

TASK = {"title": "Water the ferns"}


def action(kind: Kind = Kind.ARCHIVE, **changes: object) -> Action:
    return fold([LogEntry(1, "a", NOON, "owner", proposed(kind=kind, **changes))])


def test_what_is_put_away_may_go_together_and_need_not_be_read() -> None:
    assert (action().must_be_read, action().may_go_together) == (False, True)


def test_what_is_harmless_but_says_something_of_its_own_has_its_own_card() -> None:
    task = action(Kind.CREATE_TASK, arguments=TASK, risk=Risk.AUTO)
    assert (task.must_be_read, task.may_go_together) == (False, False)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": Kind.UNSUBSCRIBE},
        {"tainted": True},
        {"warnings": ("odd",)},
        {"changed_since": "it was moved"},
        {"undoes": "b"},
    ],
)
def test_what_others_may_notice_or_is_odd_is_read_whole_and_by_itself(change: Mapping[str, object]) -> None:
    odd = replace(action(), **change)  # type: ignore[arg-type]
    assert (odd.must_be_read, odd.may_go_together) == (True, False)
