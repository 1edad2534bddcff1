"""Passkeys through py_webauthn, imported when used."""

from adapters.webauthn.ceremony import WebAuthn

__all__ = ["WebAuthn"]
