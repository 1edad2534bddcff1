"""What `alfred approve --all KIND` takes where nobody looks on."""

from __future__ import annotations

from typing import Any

import pytest

from daemon.cli.approving import looked_at
from daemon.cli.client import Api
from domain.errors import Invalid


class ACard(Api):
    """An API that has one card."""

    def __init__(self, card: dict[str, Any]) -> None:
        self._card = card

    def call(self, *_: object, **__: object) -> Any:
        return self._card


@pytest.mark.parametrize(("must_be_read", "taken"), [(False, 1), (True, 0)])
def test_what_must_be_read_is_left_out_and_said_while_the_rest_goes_on(
    must_be_read: bool, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    card = {
        "id": "1",
        "title": "Archive [x]",
        "status": "proposed",
        "reaches_others": False,
        "must_be_read": must_be_read,
    }
    assert len(list(looked_at(ACard(card), [card], by_kind=True, as_json=False))) == taken
    assert ("Archive [x]: name this one by its id" in capsys.readouterr().err) is must_be_read


def test_what_reaches_others_is_refused_as_a_whole() -> None:
    card = {"id": "1", "title": "Send", "status": "proposed", "reaches_others": True, "must_be_read": True}
    with pytest.raises(Invalid, match="Send: name this one by its id"):
        list(looked_at(ACard(card), [card], by_kind=True, as_json=False))
