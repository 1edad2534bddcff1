"""The iCalendar UID of what Outlook calls by a global object id of its own ([MS-OXOCAL] 2.2.1.27, [MS-OXCICAL])."""

from __future__ import annotations

import re

# A header, the day of one occurrence, when it was made, eight bytes of nothing, a length, and what it is called.
_GLOBAL_ID = re.compile(r"(?i)(040000008200E00074C5B7101A82E008)([0-9A-F]{8})([0-9A-F]{40})((?:[0-9A-F]{2})+)")
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"


def uid_of(told: str) -> str:
    """Return the UID that all of a series have, in everybody's calendar, from Graph's `iCalUId`.

    Outlook's own id names the day of an occurrence, which is left out; one made elsewhere is packed into it. What is
    no such id is a UID already.
    """
    found = _GLOBAL_ID.fullmatch(told)
    if found is None:
        return told
    header, _, rest, data = found.groups()
    name = bytes.fromhex(data)
    if name.startswith(_FOREIGN):
        return name.removeprefix(_FOREIGN).rstrip(b"\x00").decode(errors="replace")
    return f"{header}00000000{rest}{data}".upper()
