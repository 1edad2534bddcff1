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


def card(**changes: object) -> dict[str, Any]:
    harmless = {"id": "1", "kind": "archive", "title": "Put [x] away", "status": "proposed", "must_be_read": False}
    return harmless | changes


@pytest.mark.parametrize(
    ("one", "taken"),
    [
        (card(), 1),
        (card(must_be_read=True), 0),
        (card(kind="create_event", must_be_read=True), 0),
    ],
)
def test_what_must_be_read_is_left_out_and_said_while_the_rest_goes_on(
    one: dict[str, Any], taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(list(looked_at(ACard(one), [one], by_kind=True, as_json=False))) == taken
    assert ("Put [x] away: name this one by its id" in capsys.readouterr().err) is (taken == 0)


def test_a_kind_that_reaches_others_is_refused_as_a_whole() -> None:
    letter = card(kind="send", title="Send", must_be_read=True)
    with pytest.raises(Invalid, match="Send: name this one by its id"):
        list(looked_at(ACard(letter), [letter], by_kind=True, as_json=False))
