"""What a source has to fetch after days away, when the provider no longer tells what changed."""

from __future__ import annotations

from collections.abc import Iterable

from application.ports.mail import Known

PAGE = 20
STRANGERS = 100


def missed(pages: Iterable[list[str]], known: Known) -> list[str]:
    """Return the ids that are not known, oldest first, from a listing in pages of `PAGE`, newest first.

    The listing is followed to the first page that is known whole. Where known ones were met, a hundred unknown in a
    row are older than what was ever taken in: they are left alone, and the listing ends there too.
    """
    found: list[str] = []
    strangers: list[str] = []
    has_met_known = False
    for ids in pages:
        held = known(ids)
        for id in ids:
            if id in held:
                has_met_known = True
                found += strangers
                strangers = []
            else:
                strangers.append(id)
        if ids and held >= set(ids):
            break
        if has_met_known and len(strangers) >= STRANGERS:
            return found[::-1]
    return [*found, *strangers][::-1]
