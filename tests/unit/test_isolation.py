"""What the tests are kept from: the outside world and the owner's own data."""

import os
import socket

import pytest


def test_a_test_cannot_leave_the_machine() -> None:
    with socket.socket() as door, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        door.connect(("192.0.2.1", 443))  # RFC 5737: an address that belongs to nobody


def test_a_test_can_reach_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_the_owners_folder_is_out_of_reach() -> None:
    assert not os.environ["ALFRED_HOME"].startswith(os.path.expanduser("~/.alfred"))
