"""Names as they are said, and the things that are meant."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.similarity import LocalEmbedder
from application.chat.resolve import normalised, resolve
from application.ports.model import Embedder
from domain.errors import Invalid, NotFound, TryLater

TASKS = {"1": "Call the plumber", "2": "Tax return 2025", "3": "Tax return 2026", "4": "Buy milk"}
NAMES = st.dictionaries(
    st.text("abcdé ", min_size=1, max_size=3), st.text("abcdé XY", min_size=1, max_size=12), max_size=6
)


class AtAngle(Embedder):
    """Puts every name at the likeness to what was said that a test gives."""

    name, local = "test:angle", True

    def __init__(self, *likenesses: float) -> None:
        self._likenesses = likenesses

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [(1.0, 0.0), *((each, (1 - each * each) ** 0.5) for each in self._likenesses)]


class Away(Embedder):
    name, local = "test:away", False

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        raise TryLater("the embedder is away")


@pytest.mark.parametrize("said", ["Call the plumber", "call  THE plumber!", "plumber"])
def test_equal_or_part_of_one_name_is_taken(said: str) -> None:
    assert resolve(said, TASKS, "task", LocalEmbedder()) == "1"


def test_what_is_part_of_several_names_is_asked_back() -> None:
    with pytest.raises(Invalid, match=r"Tax return 2025.*Tax return 2026"):
        resolve("tax return", TASKS, "task", LocalEmbedder())


@pytest.mark.parametrize("likeness", [0.76, 0.9, 1.0])
def test_from_three_quarters_on_it_is_taken(likeness: float) -> None:
    assert resolve("x", {"1": "one", "2": "two"}, "task", AtAngle(0.4, likeness)) == "2"


@pytest.mark.parametrize("likeness", [0.51, 0.6, 0.74])
def test_between_the_thresholds_three_are_offered(likeness: float) -> None:
    names = {str(place): f"name {place}" for place in range(5)}
    with pytest.raises(Invalid) as caught:
        resolve("x", names, "task", AtAngle(*[likeness] * 5))
    assert str(caught.value).count("“") == 3


@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.49])
def test_below_a_half_there_is_no_such_thing(likeness: float) -> None:
    with pytest.raises(NotFound):
        resolve("x", {"1": "one"}, "task", AtAngle(likeness))


def test_two_sure_ones_are_asked_back() -> None:
    with pytest.raises(Invalid):
        resolve("x", {"1": "one", "2": "two"}, "task", AtAngle(0.9, 0.9))


def test_without_vectors_the_spelling_decides() -> None:
    assert resolve("call teh plumbr", TASKS, "task", Away()) == "1"
    assert resolve("call teh plumbr", TASKS, "task") == "1"


@given(names=NAMES, said=st.text("abcdé XY", max_size=12))
def test_only_what_exists_is_ever_meant(names: dict[str, str], said: str) -> None:
    with suppress(Invalid, NotFound):
        assert resolve(said, names, "thing", LocalEmbedder()) in names


@given(names=NAMES, data=st.data())
def test_a_name_that_is_unique_is_found_by_itself_in_any_case(names: dict[str, str], data: st.DataObject) -> None:
    plain = [normalised(name) for name in names.values()]
    unique = [id for id, name in names.items() if normalised(name) and plain.count(normalised(name)) == 1]
    for id in unique:
        assert resolve(f" {names[id].upper()}! ", names, "thing", LocalEmbedder()) == id
