"""What addresses are made of, hosts, paths and the places of parameters in them; and who calls."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

SUBNET = 64
PARAMETER = re.compile(r"{(\w+)(:int)?}")


def is_of_api(path: str) -> bool:
    """Whether a path belongs to the API, which needs a session, and not to the app's files."""
    return path == "/metrics" or path == "/api" or path.startswith("/api/")


def host_of(netloc: str) -> str:
    """Return the host of `host:port` in lower case, IPv6 addresses in brackets."""
    if netloc.startswith("["):
        return netloc.partition("]")[0].lower() + "]"
    return netloc.partition(":")[0].lower()


def caller_of(request: HTTPConnection) -> str:
    """Return who calls, by the address of whom a configured proxy names, or else of who holds the connection.

    All of an IPv6 subnet count as one: whoever has one address there has as many as he likes (RFC 4291, 2.5.4).
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or IPv6Network((address, SUBNET), strict=False))
