from pathlib import Path

import pytest

from tests.unit.chat.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def house_of_two(tmp_path: Path) -> House:
    return House(tmp_path, accounts=("gmail", "office"))
