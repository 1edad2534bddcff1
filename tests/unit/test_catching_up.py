"""Where the listing back to known messages ends, and what of it is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from application.ports.catching_up import PAGE, STRANGERS, missed, missed_of_all


class Listing:
    """Pages of ids, newest first, that remember how many were asked for."""

    def __init__(self, ids: list[str]) -> None:
        self.asked = 0
        self._ids = ids

    def __iter__(self) -> Iterator[list[str]]:
        for at in range(0, len(self._ids), PAGE):
            self.asked += 1
            yield self._ids[at : at + PAGE]


def ids(name: str, number: int) -> list[str]:
    return [f"{name}{at}" for at in range(number)]


def test_what_is_missing_comes_oldest_first() -> None:
    assert missed([["c", "b"], ["a"]], lambda page: set()) == ["a", "b", "c"]


def test_the_listing_ends_at_a_page_that_is_known_whole() -> None:
    known = set(ids("known", 100))
    listing = Listing([*ids("new", 30), *ids("known", 100), *ids("old", 500)])
    assert missed(listing, lambda page: known & set(page)) == ids("new", 30)[::-1]
    assert listing.asked == 3


def test_what_was_never_taken_in_between_known_ones_is_fetched() -> None:
    assert missed([["new", "known"], ["filed", "known too"], ["known three"]], _known) == [
        "filed",
        "new",
    ]


def test_what_lies_far_behind_the_known_is_left_alone() -> None:
    listing = Listing([*ids("new", 150), "known", *ids("old", 5_000)])
    assert missed(listing, _known) == ids("new", 150)[::-1]
    assert listing.asked <= (150 + STRANGERS) // PAGE + 2


def test_where_nothing_is_known_everything_is_missing() -> None:
    assert missed(Listing(ids("new", 1_000)), _known) == ids("new", 1_000)[::-1]


def test_an_empty_listing_misses_nothing() -> None:
    assert missed([[]], _known) == []


def test_what_was_rescued_far_behind_the_known_is_found_where_everything_is_listed() -> None:
    everything = [*ids("new", 2), *ids("known", 700), "rescued", *ids("known too", 5)]
    assert missed_of_all(everything, _known) == ["rescued", "new1", "new0"]


def test_what_was_never_taken_in_is_left_alone_where_everything_is_listed() -> None:
    assert missed_of_all([*ids("new", 150), "known", *ids("old", 5_000)], _known) == ids("new", 150)[::-1]


def _known(page: list[str]) -> set[str]:
    return {id for id in page if id.startswith("known")}
