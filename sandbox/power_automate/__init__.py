"""A make-believe Power Automate: flows of the owner's that can be called, and flows that post to webhooks."""

from sandbox.power_automate.server import PowerAutomateServer

__all__ = ["PowerAutomateServer"]
