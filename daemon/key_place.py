"""What the owner should know where his master key lies in a file, for want of a key store."""

from __future__ import annotations

from pathlib import Path

KEY_FILE_SAID = "the master key lies in a key file of mode 0600, which is used where no key store answers"
KEY_FILE_ADVICE = (
    "whoever can read this folder, or a copy of the disk, can open the vault: encrypt the disk. Safer is a key store "
    "(GNOME Keyring, KWallet, the Mac's own); docs/operations.md says how the key gets there"
)


def key_file_notice(home: Path) -> str:
    """Return what to say while the household at `home` is set up or started; nothing where a key store has the key."""
    from adapters.keyring import KeyPlace, open_vault

    return f"{KEY_FILE_SAID}; {KEY_FILE_ADVICE}" if open_vault(home).place is KeyPlace.FILE else ""
