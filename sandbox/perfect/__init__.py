"""The mind behind the make-believe model servers: a script, a household's answer key, and plain rules."""

from sandbox.perfect.asked import Asked, Offer, Said
from sandbox.perfect.mind import PERFECT, Mind
from sandbox.perfect.reply import Call, Reply

__all__ = ["PERFECT", "Asked", "Call", "Mind", "Offer", "Reply", "Said"]
