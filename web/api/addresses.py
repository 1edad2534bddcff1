"""What addresses are made of, hosts, paths and the places of parameters in them; and who calls."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

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
    """Return the address that calls: what a configured proxy says, or else whoever holds the connection."""
    return request.client.host if request.client else ""
