"""A make-believe Microsoft 365: sign-in over https and Graph over plain http, both on loopback."""

from sandbox.microsoft.server import MicrosoftServer

__all__ = ["MicrosoftServer"]
