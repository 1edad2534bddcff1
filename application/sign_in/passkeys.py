"""Signing in with a passkey instead of a code."""

from __future__ import annotations

import secrets
from dataclasses import replace

from application.announcing import Announcing
from application.kept import Kept
from application.ports.clock import Clock
from application.ports.passkeys import Passkey, PasskeyCeremony
from application.ports.store import Store
from application.sign_in.attempts import Attempts, NotSignedIn
from application.sign_in.devices import MOST_NAME, Device, Devices
from application.sign_in.let_in import let_in_notice
from domain.codec import Json
from domain.errors import Invalid, NotFound

PASSKEY = "passkey/"


class Passkeys:
    """Registers passkeys from signed-in devices, and signs in devices that hold one. Challenges are used once."""

    def __init__(
        self, store: Store, devices: Devices, ceremony: PasskeyCeremony, clock: Clock, announcing: Announcing
    ) -> None:
        self._passkeys = Kept(store.preferences, PASSKEY, Passkey)
        self._announcing = announcing
        self._devices = devices
        self._ceremony = ceremony
        self._clock = clock
        self._challenges: Attempts[bytes] = Attempts(clock)

    def all(self) -> tuple[Passkey, ...]:
        return self._passkeys.all()

    def begin_registration(self, site: str, owner: str) -> tuple[str, dict[str, Json]]:
        """Return an attempt's id and the options for `navigator.credentials.create()`."""
        attempt, challenge = self._new_challenge()
        return attempt, self._ceremony.registration(site, owner, challenge, self._of(site))

    def register(self, attempt: str, answer: dict[str, Json], site: str, origin: str, name: str) -> Passkey:
        """Keep the new passkey; raise `Invalid` for an answer that does not hold."""
        challenge = self._challenges.take(attempt)
        passkey = self._ceremony.registered(answer, site, origin, challenge, name[:MOST_NAME], self._clock.now())
        self._keep(passkey)
        self._announcing.announce(let_in_notice(f"The passkey “{passkey.name}” was added", passkey.id))
        return passkey

    def begin_sign_in(self, site: str) -> tuple[str, dict[str, Json]]:
        """Return an attempt's id and the options for `navigator.credentials.get()`."""
        attempt, challenge = self._new_challenge()
        return attempt, self._ceremony.authentication(site, challenge, self._of(site))

    def sign_in(self, attempt: str, answer: dict[str, Json], origin: str, device: str) -> tuple[Device, str]:
        """Sign a device in; return it and its token. Raise `NotSignedIn`."""
        challenge = self._challenges.take(attempt)
        passkey = next((each for each in self.all() if each.id == answer.get("id")), None)
        if passkey is None:
            raise NotSignedIn("this passkey is not known here", code="unknown_passkey")
        try:
            count = self._ceremony.authenticated(answer, passkey, origin, challenge)
        except Invalid as error:
            raise NotSignedIn(str(error), code="bad_passkey") from error
        with self._devices.opening():
            if all(each.id != passkey.id for each in self.all()):
                raise NotSignedIn("this passkey was removed", code="unknown_passkey")
            self._keep(replace(passkey, sign_count=count))
            return self._devices.add(device, ends=True)

    def remove(self, id: str) -> None:
        """Raise `NotFound`."""
        if not any(each.id == id for each in self.all()):
            raise NotFound("there is no such passkey")
        self._passkeys.delete(id)

    def remove_all(self) -> None:
        self._passkeys.clear()

    def _of(self, site: str) -> list[Passkey]:
        return [each for each in self.all() if each.site == site]

    def _keep(self, passkey: Passkey) -> None:
        self._passkeys.put(passkey.id, passkey)

    def _new_challenge(self) -> tuple[str, bytes]:
        challenge = secrets.token_bytes(32)
        return self._challenges.begin(challenge), challenge
