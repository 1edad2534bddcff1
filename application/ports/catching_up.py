"""What a source has to fetch after days away, when the provider no longer tells what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from application.ports.mail import Known

PAGE = 20
STRANGERS = 100
_LOOKED_UP_AT_ONCE = 500


def missed(pages: Iterable[list[str]], known: Known) -> list[str]:
    """Return the ids that are not known, oldest first, from a listing in pages of `PAGE`, newest first.

    The listing is followed to the first page that is known whole. Where known ones were met, a hundred unknown in a
    row are older than what was ever taken in: they are left alone, and the listing ends there too.
    """
    return _strangers(_to_one_known_whole(pages, known))


def missed_of_all(ids: Sequence[str], known: Known) -> list[str]:
    """Return the ids that are not known, oldest first, of all that there are, newest first.

    What was rescued from junk meanwhile may be older than much that is known, so nothing but a hundred unknown in a
    row ends the search.
    """
    pages = (list(ids[at : at + _LOOKED_UP_AT_ONCE]) for at in range(0, len(ids), _LOOKED_UP_AT_ONCE))
    return _strangers((page, known(page)) for page in pages)


def _to_one_known_whole(pages: Iterable[list[str]], known: Known) -> Iterator[tuple[list[str], set[str]]]:
    for ids in pages:
        held = known(ids)
        yield ids, held
        if ids and held >= set(ids):
            return


def _strangers(pages: Iterable[tuple[list[str], set[str]]]) -> list[str]:
    """Return the unknown of pages that come with the known among them; see `missed` for where it ends."""
    found: list[str] = []
    strangers: list[str] = []
    has_met_known = False
    for ids, held in pages:
        for id in ids:
            if id in held:
                has_met_known = True
                found += strangers
                strangers = []
            else:
                strangers.append(id)
                if has_met_known and len(strangers) >= STRANGERS:
                    return found[::-1]
    return [*found, *strangers][::-1]
