"""Everything that is kept, in files that other programs read: JSON Lines, mbox, CSV."""

from daemon.export.formats import FORMATS, export_to

__all__ = ["FORMATS", "export_to"]
