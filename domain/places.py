"""Whether one must travel from one event to the next, as far as their places tell."""

from __future__ import annotations

import re

from domain.calendar import Event

_ONLINE = re.compile(
    r"https?:|\b(online|teams|zoom|meet|webex|skype|hangouts?|video|virtual|remote|call|phone|tb[ad])\b", re.IGNORECASE
)
_ROOM = re.compile(r"\b(room|boardroom|floor|level|desk|office|hall|raum|saal|salle|sala|bilik)\b", re.IGNORECASE)
_GENERIC = frozenset(["the", "and", "street", "road", "avenue", "lane", "jalan", "lorong"])


def is_far_apart(one: Event, other: Event) -> bool:
    """Whether both are held at real places, and not under one roof.

    What can be joined from anywhere has no place. Rooms are taken to be in one house, and so are the places of one
    calendar's meetings that are merely named; everything else is told apart by the words before the first comma.
    """
    places = [_place(one), _place(other)]
    if not all(places) or all(map(_ROOM.search, places)) or _are_meetings_of_one_house(one, other):
        return False
    names = [_words(place.partition(",")[0]) for place in places]
    return not (names[0] & _words(places[1]) or names[1] & _words(places[0]))


def _place(event: Event) -> str:
    return "" if event.join_url or _ONLINE.search(event.location) else event.location.strip()


def _are_meetings_of_one_house(one: Event, other: Event) -> bool:
    are_meetings = bool(one.others and other.others)
    return are_meetings and one.source == other.source and "," not in one.location + other.location


def _words(place: str) -> frozenset[str]:
    """Return the words that tell a place from others; a short or usual one tells nothing."""
    return frozenset(re.findall(r"\w{3,}", place.casefold())) - _GENERIC
