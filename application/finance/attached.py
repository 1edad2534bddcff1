"""Which parts of a bank's mail may be a statement, and which of them are beyond reading."""

from __future__ import annotations

from pathlib import PurePath

from domain.messages import Attachment

LARGEST = 25 * 1024 * 1024
ENDINGS = frozenset({".pdf", ".csv", ".ofx", ".qfx", ".xml", ".sta", ".mt940", ".940"})
MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "application/x-pdf",
        "text/csv",
        "application/csv",
        "application/x-ofx",
        "application/vnd.intu.qfx",
        "application/xml",
        "text/xml",
    }
)
UNREADABLE = frozenset({".zip", ".7z", ".rar", ".xls", ".xlsx", ".ods", ".doc", ".docx", ".htm", ".html", ".p7m"})
"""What banks send statements in besides, and what is not opened."""


def may_be_statement(attachment: Attachment) -> bool:
    """Whether it may be one by its name or its type; a nameless file of no type may be anything."""
    ending = _ending(attachment)
    if ending in ENDINGS or ending in UNREADABLE or attachment.media_type.lower() in MEDIA_TYPES:
        return True
    return not ending and attachment.media_type.lower() == "application/octet-stream"


def obstacle(attachment: Attachment) -> str:
    """Say why it is not even fetched; nothing where it is."""
    if attachment.size > LARGEST:
        return f"it is larger than {LARGEST // 1024 // 1024} MB"
    if _ending(attachment) in UNREADABLE and attachment.media_type.lower() not in MEDIA_TYPES:
        return f"files that end in {_ending(attachment)} are not opened"
    return ""


def _ending(attachment: Attachment) -> str:
    return PurePath(attachment.name.strip()).suffix.lower()
