"""What it means that no connection to a provider came about: nobody answers, or his certificate will not do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.errors import TryLater

# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
NOT_YET_VALID, EXPIRED = 9, 10
UNKNOWN_SIGNERS = frozenset({18, 19, 20, 21})
OTHER_NAMES = frozenset({62, 64})
_WORDS = {NOT_YET_VALID: "is not valid yet", EXPIRED: "has expired"}
_DEEPEST = 20


def out_of_reach(who: str, error: BaseException) -> TryLater:
    """Return our error for a connection to `who` that failed before anything was sent over it."""
    refused = next((each for each in _causes(error) if isinstance(each, ssl.SSLCertVerificationError)), None)
    if refused is None:
        return TryLater(f"{who} is out of reach ({type(error).__name__})", code="unreachable")
    said = _certificate_said(who, refused.verify_code, datetime.now(UTC))
    return TryLater(said or f"the certificate of {who} does not hold: {refused.verify_message}", code="certificate")


def _certificate_said(who: str, code: int, now: datetime) -> str:
    """Return what is wrong with a certificate, and what to do; nothing for a rare trouble."""
    if code in _WORDS:
        return (
            f"the certificate of {who} {_WORDS[code]}, as this machine's clock has it ({now:%Y-%m-%d %H:%M} UTC): set "
            f"the clock if that is wrong; else {who} has to renew it, and it is tried again by itself"
        )
    if code in UNKNOWN_SIGNERS:
        return (
            f"the certificate of {who} is signed by nobody whom Alfred trusts: a proxy or a virus scanner may stand in "
            f"between. Have it leave {who} alone, or name its authority in tls.ca_file. Nothing was sent"
        )
    if code in OTHER_NAMES:
        return (
            f"the certificate shown for {who} is of another name: check the address in the settings, and whether "
            "somebody else's network stands in between; nothing was sent"
        )
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk through what led to `error`, however the library between has wrapped it."""
    waiting, seen = [error], list[BaseException]()
    while waiting and len(seen) < _DEEPEST:
        each = waiting.pop()
        if each in seen:
            continue
        seen.append(each)
        yield each
        wrapped = (getattr(each, name, None) for name in ("reason", "inner_exception"))
        inner = (each.__cause__, each.__context__, *wrapped, *each.args)
        waiting += [other for other in inner if isinstance(other, BaseException)]
