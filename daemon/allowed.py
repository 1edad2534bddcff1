"""What a setting may be: each check turns a value down, saying what is needed, or puts it in order."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from datetime import date, time
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from domain.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
WIDEST = {4: 8, 6: 16}
"""How long the prefix of a network of proxies is at least, by the version of IP; 10.0.0.0/8 is private as a whole."""
HOST = re.compile(r"[\w.-]+(?:%[\w.-]+)?|[0-9a-f:.]*:[0-9a-f:.]*(?:%[\w.-]+)?", re.IGNORECASE)


def within(least: float, most: float = math.inf) -> Callable[[float], float]:
    """Return the check of a number's bounds."""

    def checked(value: float) -> float:
        if not least <= value <= most:
            raise Invalid("it should be " + (f"at least {least}" if most == math.inf else f"from {least} to {most}"))
        return value

    return checked


def file(value: Path) -> Path:
    if not value.is_file():
        raise Invalid("it should be the path of a file")
    return value


def zone(value: str) -> str:
    if value and value not in available_timezones():
        raise Invalid("an IANA time zone such as Europe/Berlin is needed")
    return value


def one_mail_address(value: str) -> str:
    if value and not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", value.strip()):
        raise Invalid("exactly one mail address is needed, or nothing")
    return value.strip()


def hours(value: str) -> str:
    try:
        start, end = (time.fromisoformat(each.strip()) for each in value.split("-"))
    except ValueError:
        raise Invalid("two times of the day such as 09:00-18:00 are needed") from None
    return f"{start:%H:%M}-{end:%H:%M}"


def time_of_day(value: str) -> str:
    try:
        return value and time.fromisoformat(value.strip()).strftime("%H:%M")
    except ValueError:
        raise Invalid("a time of the day such as 07:30 is needed, or nothing") from None


def days(value: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(each.strip().lower() for each in value)
    if not named or not set(named) <= set(DAYS):
        raise Invalid(f"some of {', '.join(DAYS)} are needed")
    return named


def day(value: str) -> str:
    try:
        return value and date.fromisoformat(value).isoformat()
    except ValueError:
        raise Invalid("a day such as 2027-03-31 is needed") from None


def public_key(value: str) -> str:
    try:
        length = len(base64.b64decode(value, validate=True))
    except ValueError:
        length = -1
    if value and length != 32:
        raise Invalid("an Ed25519 key is needed, 32 bytes in base64, or nothing")
    return value


def host(value: str) -> str:
    """The name or the number of a host; nothing stands for all of this machine's, as sockets have it."""
    kept = value.strip()
    if kept and not HOST.fullmatch(kept):
        raise Invalid("the name or the number of a host is needed, such as 127.0.0.1")
    return kept


def proxies(value: tuple[str, ...]) -> tuple[str, ...]:
    """Where proxies are, by number; not nearly everywhere, or anybody could say from where he calls."""
    try:
        return tuple(place for each in value for place in _places(each.strip()))
    except ValueError:
        needed = "addresses or networks of proxies are needed, such as 127.0.0.1 or 10.0.0.0/24"
        raise Invalid(f"{needed}, none wider than /{WIDEST[4]}, or /{WIDEST[6]} of IPv6") from None


def _places(value: str) -> tuple[str, ...]:
    if value.lower() == "localhost":
        return LOOPBACK[1:]
    network = ip_network(value, strict=False)
    if network.prefixlen < WIDEST[network.version]:
        raise ValueError(value)
    return (str(network) if "/" in value else value,)


def address(value: str) -> str:
    """An address of the web, or nothing."""
    kept = _kept(value)
    if kept and not _host_of(kept):
        raise Invalid("an address is needed, such as https://api.example.org, or nothing")
    return kept


def safe_address(value: str) -> str:
    """An address that nobody on the way can read, or nothing."""
    kept = _kept(value)
    if kept and not (_host_of(kept) and kept.startswith("https:")) and _host_of(kept) not in LOOPBACK:
        raise Invalid("an https address is needed, or nothing")
    return kept


def own_address(value: str) -> str:
    """The address of a host alone, or nothing."""
    kept = _kept(value).rstrip("/")
    if kept and not (_host_of(kept) and re.fullmatch(r"https?://[^/?#@]+", kept)):
        raise Invalid("an address such as https://alfred.your-domain.org is needed, without a path, or nothing")
    return kept


def address_or_host(value: str) -> str:
    """An address of the web, a host, a port or both as `OLLAMA_HOST` may name them, or nothing."""
    kept = _kept(value)
    whole = f"localhost{kept}" if kept.startswith(":") else kept
    if kept and not _host_of(whole if "://" in whole else f"http://{whole}"):
        raise Invalid("an address is needed, such as http://127.0.0.1:11434, or nothing")
    return kept


def subject(value: str) -> str:
    """Who answers for what is pushed (RFC 8292, 2.1), or nobody."""
    kept = _kept(value)
    if kept and not _host_of(kept) and not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", kept):
        raise Invalid("a mailto: or https: address is needed, or nothing")
    return kept


def _kept(value: str) -> str:
    """Return an address without the blanks around it and with its scheme in small letters (RFC 3986, 3.1)."""
    return re.sub(r"\A(?:https?|mailto):", lambda scheme: scheme[0].lower(), value.strip(), flags=re.IGNORECASE)


def _host_of(value: str) -> str:
    """Return the host of an http or https address; nothing where it is none."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and port != 0 and HOST.fullmatch(host)
    return host if usable and not re.search(r"\s", value) else ""
