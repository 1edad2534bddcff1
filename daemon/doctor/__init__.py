"""Checks everything checkable, says what to do about each, and mends what can be mended safely."""

from daemon.doctor.examining import examine
from daemon.doctor.findings import Finding

__all__ = ["Finding", "examine"]
