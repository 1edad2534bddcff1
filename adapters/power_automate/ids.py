"""Ids of mails that are the same by whatever way a mail comes: through a post, a search, or again after it was moved.

A connector's own id changes whenever a mail is moved, and differs from Graph's; the Internet Message-ID does neither.
"""

from __future__ import annotations

from domain.messages import id_by_message_id

_LONGEST = 500


def provider_id_of(internet_message_id: str, connector_id: str) -> str:
    """Return the id of a mail: by its Message-ID, or the connector's where it has no usable one; empty without both."""
    bare = internet_message_id.strip().strip("<>").strip()
    if bare and "@" in bare and len(bare) <= _LONGEST and bare.isprintable():
        return id_by_message_id(bare)
    return connector_id if len(connector_id) <= _LONGEST else ""


def reference_of(provider_id: str) -> str:
    """Return what a flow finds the mail by: `<Message-ID>`, or the connector's id."""
    bare, _, digest = provider_id.rpartition("~")
    return f"<{bare}>" if bare and digest and id_by_message_id(bare) == provider_id else provider_id
