"""A make-believe Google: sign-in, Gmail and Calendar over plain HTTP on loopback, for the vendor's own client."""

from sandbox.google.server import GoogleServer

__all__ = ["GoogleServer"]
