"""Who released a version: an Ed25519 signature (RFC 8032) over its name, version and hash."""

from __future__ import annotations

import base64

from domain.errors import CannotBe

NAME = "alfred-butler"


def statement(version: str, sha256: str) -> bytes:
    """Return what a release is signed by: one line, `alfred-butler VERSION SHA256`."""
    return f"{NAME} {version} {sha256.lower()}\n".encode()


def check_signature(public_key: str, version: str, sha256: str, signature: str) -> None:
    """Raise `CannotBe` unless `signature` is that of the holder of `public_key`; both are in base64."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not signature:
        raise CannotBe(
            f"release {version} is not signed, and update.public_key asks for that; nothing was installed",
            code="bad_release",
        )
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature), statement(version, sha256))
    except (InvalidSignature, ValueError):
        raise CannotBe(
            f"release {version} is not signed by the key in update.public_key; nothing was installed. Ask whoever "
            "releases Alfred why before you take the key out",
            code="bad_release",
        ) from None
