"""What requests are built with: made once, whoever asks, and no request carries over to the next."""

from adapters.google import transport

ENDPOINT = "http://localhost:1"


def test_a_part_of_the_library_is_made_once() -> None:
    messages = transport.users(ENDPOINT).messages()
    assert transport.users(ENDPOINT).messages() is messages
    assert transport.calendar(ENDPOINT).events() is transport.calendar(ENDPOINT).events()


def test_requests_of_the_same_part_know_nothing_of_each_other() -> None:
    messages = transport.users(ENDPOINT).messages()
    first, second = (messages.get(userId="me", id=id) for id in ("1a", "2b"))
    assert ("1a" in first.uri, "1a" in second.uri) == (True, False)
    assert (
        transport.users("http://localhost:2").messages().get(userId="me", id="1a").uri.startswith("http://localhost:2/")
    )
