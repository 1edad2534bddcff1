"""Times and lengths beyond reckoning are refused with their place, and break nothing."""

import pytest

from tests.integration.api.client import Client


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("free", {"minutes": 1156556934515763}),
        ("free", {"minutes": 0}),
        ("free", {"from": "9999-12-30T00:00:00Z"}),
        ("events", {"from": "9999-12-30T00:00:00Z"}),
    ],
)
def test_a_time_beyond_reckoning_is_refused(client: Client, path: str, query: dict[str, str | int]) -> None:
    assert client.refused("GET", f"/api/calendar/{path}", **query) == (422, "invalid")
