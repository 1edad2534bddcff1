"""The household's VAPID key: made at first use, kept in the vault."""

from __future__ import annotations

import base64

from application.ports.secrets import Vault

NAME = "webpush/vapid-key"


def private_key(vault: Vault) -> str:
    """Return the private key as PEM (P-256, RFC 8292), made where there is none."""
    known = vault.get(NAME)
    if known is None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        known = pem.decode()
        vault.put(NAME, known)
    return known


def public_key(vault: Vault) -> str:
    """Return the public key as the uncompressed point in base64url, as `PushManager.subscribe` takes it."""
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(private_key(vault).encode(), None)
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
