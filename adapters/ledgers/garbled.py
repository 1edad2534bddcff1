"""The one error of this folder."""

from __future__ import annotations


class Garbled(Exception):
    """The file is in a known format and breaks it; the message says where and how."""


class Nameless(Exception):
    """A table names no currency, and nothing else does."""
