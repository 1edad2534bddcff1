"""Who may speak to Alfred: devices signed in by a one-time code, each revocable."""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from application.announcing import Announcing
from application.kept import Kept, forget_all
from application.ports.clock import Clock
from application.ports.store import Store
from application.sign_in.attempts import Door, Doors, NotSignedIn
from application.sign_in.let_in import let_in_notice
from domain.errors import NotFound
from domain.pauses import still_rests

CODE_LIVES = timedelta(minutes=10)
SESSION_LIVES = timedelta(days=7)
FORGOTTEN = SESSION_LIVES * 2
SEEN_AT_MOST_EVERY = timedelta(minutes=10)
CODE_LENGTH, RECOVERY_LENGTH, RECOVERY_GROUP = 8, 16, 4
"""Letters of a code: 40 bits of one for pairing, 80 of one for recovery, which is shown in groups."""
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
RECOVERY_CODES = 8
UNNAMED = "a device"
MOST_NAME = 80  # letters
PHONES = ("iPhone", "iPad", "Android")
"""Names of devices that are carried about, as their browsers tell them."""
TERMINAL = "terminal"
"""The id of the machine's own terminal, whose token never leaves it."""
DEVICE = "device/"
PAIRING = "pairing/"
RECOVERY = "recovery/"
SUBSCRIBED = "push/"
"""Before the id of a device: where it is told of what happens."""


@dataclass(frozen=True, slots=True)
class Device:
    """A signed-in device. A session `ends` seven days after it was last seen; the token of a program does not.

    One that is for `figures_only` may read what `/metrics` says, and nothing else.
    """

    id: str
    name: str
    token_hash: str
    created_at: datetime
    seen_at: datetime
    ends: bool = True
    figures_only: bool = False

    @property
    def is_phone(self) -> bool:
        return self.name in PHONES


class Devices:
    """Pairs, recognises and revokes devices. Tokens are kept as hashes; codes are used once.

    The owner is told on every device of whoever may come in anew: of a thief's work he hears while it is done.
    """

    def __init__(self, store: Store, clock: Clock, announcing: Announcing) -> None:
        self._store = store
        self._kept = Kept(store.preferences, DEVICE, Device)
        self._clock = clock
        self._announcing = announcing
        self._changing = threading.RLock()
        self._doors = Doors(clock, "too many wrong codes")
        self._known: dict[str, Device] | None = None

    def new_code(self) -> str:
        """Return a one-time code of eight letters and digits, good for ten minutes."""
        self._forget_old_codes()
        code = _random_code(CODE_LENGTH)
        ends = self._clock.now() + CODE_LIVES
        self._store.preferences.put(PAIRING + _hashed(code), ends.isoformat())
        return code

    def pair(self, code: str, name: str, caller: str = "") -> tuple[Device, str]:
        """Use up a code; return the device and its token. Raise `NotSignedIn`, or `TryLater` when tried too often.

        Only pairing codes wait where their caller was wrong too often. A recovery code of 80 bits is out of any
        guesser's reach, and is what the owner has left when a stranger calls from where he does. Nor is there one
        wait for all callers: of 40 bits, ten minutes of a thousand guesses a second find one in two million.
        """
        hashed = _hashed(code.strip().upper().replace("-", ""))
        door = self._doors.of(caller)
        with self._changing:
            key = RECOVERY + hashed
            if self._store.preferences.get(key) is None:
                door.check()
                key = PAIRING + hashed
                self._check_good(key, door)
            self._store.preferences.delete(key)
            door.succeeded()
            return self.add(name, ends=True)

    def _check_good(self, key: str, door: Door) -> None:
        ends = self._store.preferences.get(key)
        if not isinstance(ends, str) or not still_rests(datetime.fromisoformat(ends), self._clock.now(), CODE_LIVES):
            door.failed()
            raise NotSignedIn(
                "this code is not known or no longer good; make a new one with `alfred pair`", code="bad_code"
            )

    def new_recovery_codes(self) -> tuple[str, ...]:
        """Return codes that sign in once each whenever no device is at hand; earlier ones no longer count."""
        self._forget(RECOVERY)
        codes = tuple(_random_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES))
        for code in codes:
            self._store.preferences.put(RECOVERY + _hashed(code), self._clock.now().isoformat())
        self._announcing.announce(let_in_notice("New recovery codes were made", str(uuid.uuid4())))
        return tuple("-".join(_grouped(code)) for code in codes)

    def add(self, name: str, *, ends: bool, figures_only: bool = False) -> tuple[Device, str]:
        """Sign in a device without a code, on the owner's own word; return it and its token."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        device = Device(str(uuid.uuid4()), _named(name), _hashed(token), now, now, ends, figures_only)
        self._keep(device)
        self._announcing.announce(let_in_notice(f"“{device.name}” was signed in", device.id))
        return device, token

    def admit(self, name: str, token: str) -> None:
        """Let the holder of `token` in under a fixed id; a repeat changes nothing."""
        now = self._clock.now()
        self._keep(Device(name, name, _hashed(token), now, now, ends=False))

    def at_a_glance(self, token: str) -> Device | None:
        """Return the device of a token where nothing has to be read or written for it; else `recognise` must look."""
        device = (self._known or {}).get(_hashed(token))
        if device is None or not _is_fresh(device, self._clock.now()):
            return None
        return device

    def recognise(self, token: str) -> Device:
        """Return the device of a token and note that it was seen; raise `NotSignedIn`."""
        with self._changing:
            device = self._by_token().get(_hashed(token))
            if device is None:
                raise NotSignedIn("sign in first")
            return self._seen(device)

    def _seen(self, device: Device) -> Device:
        now = self._clock.now()
        if device.ends and now - device.seen_at > SESSION_LIVES:
            self.revoke(device.id)
            raise NotSignedIn("this session ended after seven quiet days; sign in again", code="session_ended")
        if not _is_fresh(device, now):
            device = replace(device, seen_at=now)
            self._keep(device)
        return device

    def stands(self, device: Device) -> bool:
        """Whether a device is still signed in."""
        known = self._known
        return device.token_hash in (self._by_token() if known is None else known)

    @contextmanager
    def opening(self, id: str | None = None) -> Iterator[None]:
        """Let somebody in, or make what lets in, while nobody is signed out.

        Where the device of that `id` does so, it must stand, or `NotSignedIn` is raised: what it asked for before it
        was signed out comes too late.
        """
        with self._changing:
            if id is not None and all(each.id != id for each in self.all()):
                raise NotSignedIn("sign in first")
            yield

    def all(self) -> tuple[Device, ...]:
        return tuple(self._by_token().values())

    def rename(self, id: str, name: str) -> Device:
        """Raise `NotFound`."""
        with self._changing:
            device = replace(self._get(id), name=_named(name))
            self._keep(device)
        return device

    def revoke(self, id: str) -> None:
        """Sign a device out; raise `NotFound`."""
        with self._changing:
            self._get(id)
            self._kept.delete(id)
            self._known = None

    def revoke_others(self, id: str) -> int:
        """Sign out every device and program but that one and the terminal, and void all codes; return how many."""
        with self._changing:
            others = [each for each in self.all() if each.id not in (id, TERMINAL)]
            for device in others:
                self.revoke(device.id)
            self._forget(PAIRING)
            self._forget(RECOVERY)
        return len(others)

    def forget_ended(self, keep: Collection[str] = ()) -> int:
        """Forget sessions that ended a week ago, but for the devices in `keep`, and codes; return how many sessions."""
        self._forget_old_codes()
        before = self._clock.now() - FORGOTTEN
        with self._changing:
            ended = [each for each in self.all() if each.ends and each.seen_at < before and each.id not in keep]
            for device in ended:
                self.revoke(device.id)
        return len(ended)

    def _get(self, id: str) -> Device:
        device = next((each for each in self.all() if each.id == id), None)
        if device is None:
            raise NotFound("there is no such device")
        return device

    def _keep(self, device: Device) -> None:
        with self._changing:
            self._kept.put(device.id, device)
            self._known = None

    def _by_token(self) -> dict[str, Device]:
        """Return the devices by their token's hash, read again after each change."""
        with self._changing:
            if self._known is None:
                self._known = {device.token_hash: device for device in self._kept.all()}
            return self._known

    def _forget(self, kept: str) -> None:
        forget_all(self._store.preferences, kept)

    def _forget_old_codes(self) -> None:
        now = self._clock.now()
        for name in self._store.preferences.names(PAIRING):
            if datetime.fromisoformat(str(self._store.preferences.get(name))) < now:
                self._store.preferences.delete(name)


def _is_fresh(device: Device, now: datetime) -> bool:
    """Whether it was seen just now; not in days to come, as a clock that was set back since would have it."""
    return timedelta(0) <= now - device.seen_at <= SEEN_AT_MOST_EVERY


def _random_code(length: int) -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def _grouped(code: str) -> Iterator[str]:
    return (code[start : start + RECOVERY_GROUP] for start in range(0, len(code), RECOVERY_GROUP))


def _named(said: str) -> str:
    """Return what a device is called, whatever it says of itself."""
    return said.strip()[:MOST_NAME] or UNNAMED


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
