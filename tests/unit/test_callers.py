"""Who calls: one door for each who can be told apart, however many addresses he has."""

import pytest
from starlette.requests import HTTPConnection

from web.api.addresses import caller_of


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::b", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_subnet_of_ipv6_is_one_caller(address: str, caller: str) -> None:
    assert caller_of(HTTPConnection({"type": "http", "client": (address, 1)})) == caller


def test_a_caller_without_an_address_is_one_too() -> None:
    assert caller_of(HTTPConnection({"type": "http", "client": None})) == ""
