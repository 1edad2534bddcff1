"""A household whose mail a model judges."""

from __future__ import annotations

import pytest

from tests.unit.model_brain.asked import World


@pytest.fixture
def world() -> World:
    return World()
