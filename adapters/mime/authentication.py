"""What the receiving server found out about the sender (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters.mime.headers import Head
from domain.messages import Authentication

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*+\)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*(\w+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"(?:header\.d|header\.i|smtp\.mailfrom|header\.from)\s*=\s*(\S+)", re.IGNORECASE)
_BY = re.compile(rb"\bby\s+([\w.-]+)")
_BAD = frozenset({"fail", "softfail", "hardfail", "permerror"})
_MAX_LENGTH = 10_000

# Each provider removes foreign fields under its own name and puts its own on top; Exchange Online writes no name.
_SERVERS: Mapping[str, tuple[str, ...]] = {
    "google": ("mx.google.com", "google.com"),
    "microsoft": ("outlook.com", "office365.com"),
}


def read_authentication(head: Head, provider: str, sender_domain: str) -> Authentication:
    """Judge by the topmost field. A failure always counts; a pass only where the receiving server wrote it."""
    fields = head.all(b"authentication-results")
    if not fields:
        return Authentication.UNKNOWN
    text = _bare(fields[0][:_MAX_LENGTH].decode("ascii", "replace"))
    server, *results = text.split(";")
    if "=" in server:
        server, results = "", [server, *results]
    verdict = _verdict([match for result in results if (match := _RESULT.match(result))], sender_domain)
    if verdict is Authentication.PASSED and not _is_trusted(server, provider, head):
        return Authentication.UNKNOWN
    return verdict


def _bare(text: str) -> str:
    """Drop comments and quoted strings, in which a sender's own words could pose as results."""
    text = _QUOTED.sub("", text)
    for _ in range(5):
        text, count = _COMMENT.subn("", text)
        if not count:
            break
    return text


def _verdict(results: list[re.Match[str]], sender_domain: str) -> Authentication:
    found = {method: [each for each in results if each[1].lower() == method] for method in ("spf", "dkim", "dmarc")}
    dmarc = {each[2].lower() for each in found["dmarc"]}
    if dmarc & {"fail", "permerror"}:
        return Authentication.FAILED
    if "pass" in dmarc:
        return Authentication.PASSED
    spf = {each[2].lower() for each in found["spf"]}
    dkim = {each[2].lower() for each in found["dkim"]}
    if (spf & _BAD and "pass" not in dkim) or (dkim & _BAD and "pass" not in spf):
        return Authentication.FAILED
    aligned = any(
        _is_aligned(each, sender_domain) for each in found["spf"] + found["dkim"] if each[2].lower() == "pass"
    )
    return Authentication.PASSED if "pass" in spf and "pass" in dkim and aligned else Authentication.UNKNOWN


def _is_aligned(result: re.Match[str], sender_domain: str) -> bool:
    """Relaxed alignment (RFC 7489 section 3.1): one domain is the other or lies below it."""
    for value in _PROPERTY.findall(result[3]):
        domain = value.rpartition("@")[2].lower().strip(".")
        if "." in domain and (_is_within(domain, sender_domain) or _is_within(sender_domain, domain)):
            return True
    return False


def _is_within(host: str, domain: str) -> bool:
    return bool(domain) and (host == domain or host.endswith("." + domain))


def _is_trusted(server: str, provider: str, head: Head) -> bool:
    """The provider's own server, or the host that says it received the mail last."""
    name = (server.split() or [""])[0].lower()
    if provider in _SERVERS:
        return any(_is_within(name, known) for known in _SERVERS[provider]) or (provider == "microsoft" and not name)
    received = head.all(b"received")
    by = _BY.search(received[0][:2_000]) if received else None
    return by is not None and bool(name) and by[1].decode("ascii").lower() == name
