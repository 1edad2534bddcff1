"""Any folder of mails as a mailbox: RFC 822 files in a tree, or a Maildir."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sandbox.google.gmail.mailbox import Mailbox
from sandbox.google.gmail.messages import date_of

_SEEN = "S"
_FLAGGED = "F"
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def fill(mailbox: Mailbox, folder: Path) -> int:
    """Deliver every file below a folder, oldest name first, and say how many there were."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of mails.")
    count = 0
    for path in _files(folder):
        mailbox.deliver(path.read_bytes(), _labels(path), _received(path))
        count += 1
    return count


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.parent.name != "tmp":
            yield path


def _labels(path: Path) -> tuple[str, ...]:
    """A Maildir's flags as labels (https://cr.yp.to/proto/maildir.html); other files are unread."""
    flags = path.name.partition(":2,")[2] if path.parent.name in ("cur", "new") else ""
    unread = () if _SEEN in flags else ("UNREAD",)
    return ("INBOX", *unread, *(("STARRED",) if _FLAGGED in flags else ()))


def _received(path: Path) -> datetime:
    """The Date header's time where it is one that can be, else the file's."""
    moment = date_of(path.read_bytes()[:65_536])
    if moment and _EARLIEST <= moment <= datetime.now(UTC):
        return moment
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
