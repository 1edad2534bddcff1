"""What Graph tells as an event's `iCalUId`: Outlook's global object id, which names the day of an occurrence.

See [MS-OXOCAL] 2.2.1.27 and [MS-OXCICAL] 2.1.3.1.1.20.26.
"""

from __future__ import annotations

import hashlib
from datetime import date

_GLOBAL = bytes.fromhex("040000008200E00074C5B7101A82E008")
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"


def ical_uid(uid: str, key: str, day: date | None) -> str:
    """Name an event: `uid` is what somebody else's calendar calls it, `key` Outlook's own id of it or of its series.

    A single event under a foreign id is called by that; an occurrence, planned for `day`, has it packed with the day.
    """
    if uid and day is None:
        return uid
    data = _FOREIGN + uid.encode() + b"\x00" if uid else hashlib.sha256(key.encode()).digest()[:16]
    named = day.year.to_bytes(2, "big") + bytes([day.month, day.day]) if day else bytes(4)
    return (_GLOBAL + named + bytes(16) + len(data).to_bytes(4, "little") + data).hex().upper()
