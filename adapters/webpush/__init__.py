"""Web Push (RFC 8030, 8291, 8292) through pywebpush."""

from adapters.webpush.service import KNOWN_HOSTS, WebPush

__all__ = ["KNOWN_HOSTS", "WebPush"]
