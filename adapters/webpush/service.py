"""Sends notifications to the push services that browsers name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.connecting.trust import trusting
from adapters.webpush import keys
from application.ports.push import Delivered, Delivery, PushService, Subscription
from application.ports.secrets import Vault
from domain.errors import Refused

if TYPE_CHECKING:
    import requests

TIMEOUT_SECONDS = 10.0
LARGEST_PAYLOAD = 3000
# The push services of Chrome, Firefox, Safari and Edge, as their makers name them.
KNOWN_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
)
# A host as every reader of addresses understands it: some end it at a backslash, others do not.
_PLAIN_ENDPOINT = re.compile(r"https://[a-z0-9.-]+(?::443)?/[!-\[\]-~]*", re.IGNORECASE)


class WebPush(PushService):
    """Signs with the household's key. `subject` is a real address of the owner's (mailto: or https:), as Apple demands.

    `hosts` are the push services allowed, with their subdomains; `plain_hosts` may be reached over http, for tests.
    """

    def __init__(
        self,
        vault: Vault,
        subject: str,
        hosts: Sequence[str] = KNOWN_HOSTS,
        plain_hosts: Sequence[str] = (),
        ca_file: str = "",
    ) -> None:
        self._vault = vault
        self._subject = subject
        self._hosts = tuple(hosts)
        self._plain_hosts = frozenset(plain_hosts)
        self._ca_file = ca_file

    @property
    def public_key(self) -> str:
        return keys.public_key(self._vault)

    def check(self, subscription: Subscription) -> None:
        scheme, host = _address_of(subscription.endpoint)
        if scheme == "http" and host in self._plain_hosts:
            return
        is_known = any(host == known or host.endswith("." + known) for known in self._hosts)
        if not is_known or _PLAIN_ENDPOINT.fullmatch(subscription.endpoint) is None:
            raise Refused(f"{host or 'this endpoint'} is no push service that Alfred knows", code="unknown_push_host")

    def send(self, subscription: Subscription, payload: bytes, *, urgent: bool, topic: str, ttl: int) -> Delivered:
        if len(payload) > LARGEST_PAYLOAD:
            return Delivered(Delivery.LATER, reason=f"a payload of {len(payload)} bytes is over {LARGEST_PAYLOAD}")
        try:
            self.check(subscription)
            return self._sent(subscription, payload, _headers(topic, urgent=urgent), ttl)
        except Refused as error:
            return Delivered(Delivery.GONE, reason=str(error))

    def _sent(self, subscription: Subscription, payload: bytes, headers: dict[str, str], ttl: int) -> Delivered:
        import requests
        from pywebpush import WebPushException, webpush

        try:
            webpush(
                {"endpoint": subscription.endpoint, "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth}},
                payload,
                vapid_private_key=_signer(keys.private_key(self._vault)),
                vapid_claims={"sub": self._subject},  # pywebpush writes into it, so each call has its own
                ttl=ttl,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                requests_session=session(self._ca_file),
            )
        except WebPushException as error:
            return _refusal(error.response)
        except (requests.RequestException, ValueError) as error:
            return Delivered(Delivery.LATER, reason=type(error).__name__)
        return Delivered(Delivery.DONE)


def _address_of(endpoint: str) -> tuple[str, str]:
    """Return the scheme and the host of an address, both empty where it is none."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return "", ""
    return parts.scheme, (parts.hostname or "").lower()


def _headers(topic: str, *, urgent: bool) -> dict[str, str]:
    """Return urgency and topic (RFC 8030); a topic has at most 32 letters of the base64url alphabet."""
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in topic if letter.isascii())[:32]
    return {"Urgency": "high" if urgent else "normal", **({"Topic": plain} if plain else {})}


def session(ca_file: str = "") -> requests.Session:
    """Return a session that asks no proxy, follows no redirect, and trusts `ca_file` besides."""
    import requests

    class Direct(requests.Session):
        """Follows no redirect: where to is another's word."""

        def get_redirect_target(self, resp: requests.Response) -> str | None:
            return None

    direct = Direct()
    direct.trust_env = False
    trusting(direct, ca_file)
    return direct


def _signer(pem: str) -> object:
    from py_vapid import Vapid

    return Vapid.from_pem(pem.encode())


def _refusal(response: requests.Response | None) -> Delivered:
    if response is None:
        return Delivered(Delivery.LATER, reason="no answer")
    if response.status_code in (404, 410):
        return Delivered(Delivery.GONE, reason=f"the push service said {response.status_code}")
    return Delivered(Delivery.LATER, reason=f"the push service said {response.status_code}")
