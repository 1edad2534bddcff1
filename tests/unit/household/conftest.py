"""The Monday household."""

from __future__ import annotations

import pytest

from sandbox.household import Household
from tests.unit.household.scene import the_household


@pytest.fixture(scope="module")
def monday() -> Household:
    return the_household()
