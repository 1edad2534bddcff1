"""Understanding the common questions without a model."""

from __future__ import annotations

from adapters.local.matching.matcher import LocalMatcher

__all__ = ["LocalMatcher"]
