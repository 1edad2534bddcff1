"""Caps that hold before anything is parsed, so that no mail can exhaust memory, time or the stack."""

from __future__ import annotations

MAX_MAIL = 64 * 1024 * 1024
"""Bytes of a mail that is looked at at all; Gmail takes in 50 MB at most, Exchange Online 150 MB by setting."""

MAX_HEAD = 2 * 1024 * 1024
"""Bytes of one header block."""

MAX_FIELDS = 2_000
"""Fields of one header block."""

MAX_FIELD = 512 * 1024
"""Bytes of one header field, folding included."""

MAX_PARTS = 1_000
MAX_DEPTH = 50

MAX_TEXT = 2_000_000
"""Characters kept of the text, and of the HTML."""

MAX_RECIPIENTS = 2_000
"""Addresses kept of one header field."""

MAX_SUBJECT = 2_000
MAX_REFERENCES = 200
MAX_INVITATIONS = 10
MAX_INVITATION = 256 * 1024
"""Characters kept of one calendar part."""
