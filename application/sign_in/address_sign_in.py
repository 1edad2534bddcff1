"""Signing in as the owner of the one address that is allowed, on the word of an identity provider."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from application.ports.clock import Clock
from application.ports.identity import Identity, IdentityProvider, Journey
from application.sign_in.attempts import Attempts, Doors, NotSignedIn
from application.sign_in.devices import Device, Devices
from domain.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser brought back from the consent page."""

    state: str
    code: str
    error: str = ""

    def __repr__(self) -> str:
        return f"Return(error={self.error!r})"


class AddressSignIn:
    """Lets in whoever proves to hold `allowed`; without such an address this way in does not exist.

    An attempt belongs to the browser that holds its key, and is used once. Nothing said outside names the address.
    """

    def __init__(self, allowed: str, provider: Callable[[], IdentityProvider], devices: Devices, clock: Clock) -> None:
        self._allowed = allowed.strip().casefold()
        self._provider = provider
        self._devices = devices
        self._clock = clock
        self._attempts: Attempts[Journey] = Attempts(clock)
        self._doors = Doors(clock, "too many failed sign-ins")

    @property
    def is_on(self) -> bool:
        return bool(self._allowed)

    def begin(self, redirect_uri: str, caller: str = "") -> tuple[str, str]:
        """Return an attempt's key for the browser to keep, and the consent page's address."""
        self._check_open(caller)
        journey = Journey(redirect_uri, *(secrets.token_urlsafe(32) for _ in range(3)))
        return self._attempts.begin(journey), self._provider().consent_page(journey)

    def finish(self, key: str, brought: Return, device: str, caller: str = "") -> tuple[Device, str]:
        """Sign a device in; return it and its token. Raise `NotSignedIn`."""
        self._check_open(caller)
        try:
            self._check_allowed(self._vouched_for(self._attempts.take(key), brought))
        except NotSignedIn:
            self._doors.of(caller).failed()
            raise
        self._doors.of(caller).succeeded()
        return self._devices.add(device, ends=True)

    def _check_open(self, caller: str) -> None:
        if not self.is_on:
            raise NotFound("there is no such way to sign in here")
        self._doors.of(caller).check()

    def _vouched_for(self, journey: Journey, brought: Return) -> Identity:
        if not hmac.compare_digest(brought.state.encode(), journey.state.encode()):
            raise NotSignedIn("this answer belongs to another sign-in; begin again", code="wrong_state")
        if brought.error or not brought.code:
            raise NotSignedIn("the sign-in was not consented to", code="consent_refused")
        try:
            identity = self._provider().identity(journey, brought.code)
        except Invalid as error:
            raise NotSignedIn(str(error), code="bad_identity") from error
        if not hmac.compare_digest(identity.nonce.encode(), journey.nonce.encode()):
            raise NotSignedIn("this identity was told in another sign-in; begin again", code="wrong_nonce")
        return identity

    def _check_allowed(self, identity: Identity) -> None:
        if identity.ends_at <= self._clock.now():
            raise NotSignedIn("this identity is no longer good; begin again", code="identity_expired")
        if not identity.is_verified or identity.address.casefold() != self._allowed:
            raise NotSignedIn("this is not the account that may sign in here", code="wrong_account")
