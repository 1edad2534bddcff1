"""What time it is at the providers: a clock that runs fast is noticed by nobody at home."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from daemon.clock import SYSTEM_CLOCK
from daemon.doctor.findings import Finding, warning
from daemon.settings import Settings

PATIENCE = 5.0
SLACK_SECONDS = 60


def check_against(settings: Settings, providers: Collection[str]) -> list[Finding]:
    """Hold this machine's clock against the first of the `providers` that tells the time."""
    for address in _addresses(settings, providers):
        theirs = _time_at(settings, address)
        if theirs is not None:
            return _compared(SYSTEM_CLOCK.now(), theirs, address)
    return []


def _addresses(settings: Settings, providers: Collection[str]) -> list[str]:
    known = {
        "google": settings.google.api_endpoint,
        "microsoft": settings.microsoft.graph_endpoint,
        "azure_devops": settings.azure_devops.url,
        "anthropic": settings.anthropic.base_url,
    }
    return [address for name, address in known.items() if address and name in providers]


def _time_at(settings: Settings, address: str) -> datetime | None:
    """Return what the answer to a bare request is dated (RFC 9110, 6.6.1); None where none comes in time."""
    import ssl

    import httpx

    authority = settings.tls.ca_file
    verify = True if authority is None else ssl.create_default_context(cafile=authority)
    try:
        dated = httpx.head(address, timeout=PATIENCE, follow_redirects=False, verify=verify).headers["date"]
        told = parsedate_to_datetime(dated)
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError):
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def _compared(ours: datetime, theirs: datetime, address: str) -> list[Finding]:
    off = (ours - theirs).total_seconds()
    if abs(off) <= SLACK_SECONDS:
        return []
    said = f"this machine's clock is {_length(abs(off))} {'ahead of' if off > 0 else 'behind'} that of {address}"
    return warning("clock", said, "set the clock, and have it set by the network")


def _length(seconds: float) -> str:
    """Say a span in the largest unit of which it has two."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
