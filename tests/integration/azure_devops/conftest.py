from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.azure_devops.setting import Setting, monday


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    with monday(tmp_path) as made:
        yield made
