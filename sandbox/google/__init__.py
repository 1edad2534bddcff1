"""A make-believe Google: sign-in and Gmail over plain HTTP on loopback, for the vendor's own client."""

from sandbox.google.server import GoogleServer

__all__ = ["GoogleServer"]
