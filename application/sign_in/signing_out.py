"""Letting nobody in any more who was let in before: what a copy remembers of that may have been revoked since."""

from __future__ import annotations

from application.kept import forget_all
from application.ports.store import Store
from application.sign_in.devices import DEVICE, PAIRING, RECOVERY, SUBSCRIBED, Devices
from application.sign_in.passkeys import PASSKEY, Passkeys

OPENING = (DEVICE, PAIRING, RECOVERY, PASSKEY, SUBSCRIBED)


def sign_all_out(store: Store) -> int:
    """Forget every device, code and passkey, and where notices are pushed to; return how many devices."""
    devices = len(store.preferences.names(DEVICE))
    for kept in OPENING:
        forget_all(store.preferences, kept)
    return devices


def sign_others_out(devices: Devices, passkeys: Passkeys, id: str = "") -> int:
    """Leave the device of that `id` and the terminal alone signed in, without code or passkey; return how many went.

    What others asked for before, and is not done yet, comes too late.
    """
    with devices.opening():
        passkeys.remove_all()
        return devices.revoke_others(id)
