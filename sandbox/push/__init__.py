"""A make-believe push service, as Mozilla's: a browser listens on a web socket, and what is posted reaches it."""

from sandbox.push.server import PushServer

__all__ = ["PushServer"]
