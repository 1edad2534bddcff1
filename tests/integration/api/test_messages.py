"""Messages over HTTP: lists, one message, its attachments, and the owner's word on it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from application.owing.reminders import Reminders
from application.ports.action_log import ActionQuery
from domain.actions import Status
from domain.kinds import Kind
from domain.rules import starter_rules
from domain.tasks import Snooze
from tests.integration.api.client import Client
from tests.integration.api.house import House

NEWSLETTER = {
    "subject": "Weekly digest",
    "sender": "Acme News <news@acme.example>",
    "headers": "List-Id: <news.acme.example>\r\nList-Unsubscribe: <mailto:off@acme.example>\r\nPrecedence: bulk\r\n",
    "text": "Our newsletter: ten percent off everything. Unsubscribe here.",
}


BODY = {"body_text", "body_html", "quoted_text", "signature", "defects", "removed", "channel", "link"}


def subjects(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["subject"] for each in page["items"]]


def one(id: str) -> str:
    return f"/api/messages/{quote(id, safe='')}"


def test_messages_come_newest_first_in_pages(house: House, client: Client) -> None:
    for number in range(5):
        house.clock.advance(timedelta(minutes=1))
        house.deliver(subject=f"No. {number}")
    first = client.get("/api/messages", limit=2)
    second = client.get("/api/messages", limit=2, cursor=first["next_cursor"])
    third = client.get("/api/messages", limit=2, cursor=second["next_cursor"])
    assert [subjects(page) for page in (first, second, third)] == [["No. 4", "No. 3"], ["No. 2", "No. 1"], ["No. 0"]]
    assert third["next_cursor"] is None


def test_what_is_snoozed_is_out_of_the_inbox_and_can_be_looked_at(house: House, client: Client) -> None:
    house.deliver(subject="The hall")
    house.store.tasks.put_snooze(Snooze(house.deliver(subject="Later"), house.clock.now() + timedelta(hours=2)))
    lists = ({"label": "inbox"}, {"label": "inbox", "snoozed": True}, {})
    shown = [subjects(client.get("/api/messages", **wanted)) for wanted in lists]
    house.clock.advance(timedelta(hours=2))
    Reminders(house.store, house.clock).wake()
    shown.append(subjects(client.get("/api/messages", label="inbox")))
    assert shown == [["The hall"], ["Later"], ["Later", "The hall"], ["Later", "The hall"]]


def test_a_list_shows_what_arrived_since_it_was_last_read(house: House, client: Client) -> None:
    house.deliver(subject="First")
    assert subjects(client.get("/api/messages")) == ["First"]
    house.clock.advance(timedelta(minutes=1))
    house.deliver(subject="Second")
    assert subjects(client.get("/api/messages")) == ["Second", "First"]


def test_a_row_of_a_list_says_what_the_message_itself_says(house: House, client: Client) -> None:
    house.deliver(**NEWSLETTER)
    (row,) = client.get("/api/messages")["items"]
    whole = client.get(one(row["id"]))
    assert row == {name: whole[name] for name in row}
    assert set(whole) - set(row) == BODY


def test_what_was_read_before_needs_not_be_sent_again(house: House, client: Client) -> None:
    id = house.deliver(subject="First")
    etag = (
        client.call("GET", "/api/messages").headers.get("etag") or client.call("GET", "/api/messages").headers["etag"]
    )
    again = client.call("GET", "/api/messages", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    client.put(f"{one(id)}/classification", {"priority": 1})
    changed = client.call("GET", "/api/messages", headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["items"][0]["classification"]["priority"]) == (200, 1)


def test_words_filters_and_time_narrow_the_list(house: House, client: Client) -> None:
    house.deliver(subject="Dinner on Friday", text="Shall we meet at the harbour?")
    house.clock.advance(timedelta(hours=1))
    later = house.clock.now()
    house.deliver(**NEWSLETTER)
    assert subjects(client.get("/api/messages", q="harbour")) == ["Dinner on Friday"]
    assert subjects(client.get("/api/messages", q='"weekly digest" -harbour')) == ["Weekly digest"]
    assert subjects(client.get("/api/messages", category="newsletter")) == ["Weekly digest"]
    assert subjects(client.get("/api/messages", source="home/mail", since=later.isoformat())) == ["Weekly digest"]
    assert subjects(client.get("/api/messages", source="elsewhere/mail")) == []
    assert subjects(client.get("/api/messages", label="starred")) == []


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"limit": 0}, "limit"),
        ({"max_priority": 9}, "max_priority"),
        ({"limit": "many"}, "limit"),
        ({"category": "nonsense"}, "category"),
        ({"since": "yesterday"}, "since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"colour": "red"}, "colour"),
        ({"max_priority": "99999999999999999999"}, "max_priority"),
    ],
)
def test_a_query_that_says_nothing_known_is_refused_by_name(client: Client, query: dict[str, str], where: str) -> None:
    answer = client.call("GET", "/api/messages", **query)
    assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (422, "invalid", where)


def test_html_is_shown_without_scripts_and_without_calling_out(house: House, client: Client) -> None:
    html = (
        '<p onclick="x()">Hi</p><script>alert(1)</script><img src="https://spy.example/p.gif">'
        '<a href="javascript:x()">y</a>'
    )
    body = client.get(one(house.deliver(html=html)))["body_html"]
    assert "Hi" in body
    assert [bad for bad in ("<script", "onclick", "javascript:", "alert(1)") if bad in body] == []
    assert 'src="https://spy.example' not in body


@pytest.mark.parametrize("id", ["a/b", "a%2Fb", "x/thread", "ü?#&", "a:b=c+d", "a b", "%00"])
def test_any_id_finds_its_message(house: House, client: Client, id: str) -> None:
    known = house.deliver(id=id, subject="Odd")
    assert client.get(one(known))["id"] == known
    assert subjects(client.get(f"{one(known)}/thread")) == ["Odd"]


def test_an_id_is_found_where_a_proxy_decoded_its_slash(house: House, client: Client) -> None:
    house.deliver(id="a/b", subject="Odd")
    assert client.get("/api/messages/home:a/b")["subject"] == "Odd"
    assert subjects(client.get("/api/messages/home:a/b/thread")) == ["Odd"]


def test_a_message_that_is_not_there_is_a_problem(client: Client) -> None:
    assert client.refused("GET", "/api/messages/home:none") == (404, "not_found")


def test_an_attachment_is_a_download_and_never_a_page(house: House, client: Client) -> None:
    parts = (
        b'From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nsee this\r\n"
        b"--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AE%22.html\r\n\r\n"
        b"<script>1</script>\r\n--b--\r\n"
    )
    house.mailbox.deliver(parts, provider_id="att")
    house.services.rounds.poll(house.mailbox)
    answer = client.call("GET", f"{one('home:att')}/attachments/0")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "%E2%80%AE" not in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.content.strip() == b"<script>1</script>"
    assert client.refused("GET", f"{one('home:att')}/attachments/7") == (404, "not_found")
    assert client.refused("GET", f"{one('home:att')}/attachments/first") == (422, "invalid")


def test_a_correction_stands_and_teaches(house: House, client: Client) -> None:
    id = house.deliver(**NEWSLETTER)
    made = client.put(f"{one(id)}/classification", {"category": "work", "priority": 2})
    assert (made["category"], made["priority"], made["brain"]) == ("work", 2, "owner")
    house.clock.advance(timedelta(minutes=1))
    assert client.get(one(house.deliver(**NEWSLETTER)))["classification"]["category"] == "work"


@pytest.mark.parametrize(
    ("word", "stands"),
    [
        ({"category": "work"}, Status.SUPERSEDED),
        ({"category": "spam"}, Status.PROPOSED),
        ({"priority": 5}, Status.PROPOSED),
    ],
)
def test_a_correction_withdraws_what_no_rule_would_propose_any_more(
    house: House, client: Client, word: dict[str, object], stands: Status
) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)
    id = house.deliver(**NEWSLETTER)
    (archive,) = house.store.actions.list(ActionQuery(target=id)).items
    client.put(f"{one(id)}/classification", word)
    after = house.store.actions.get(archive.id)
    said = "you sorted the message otherwise" if stands is Status.SUPERSEDED else None
    assert (archive.kind, after.status, after.error) == (Kind.ARCHIVE, stands, said)


def test_what_a_mistaken_correction_withdrew_is_proposed_again_once_it_is_taken_back(
    house: House, client: Client
) -> None:
    for rule in starter_rules():
        house.store.rules.put(rule)
    id = house.deliver(**NEWSLETTER)
    (archive,) = house.store.actions.list(ActionQuery(target=id)).items
    client.put(f"{one(id)}/classification", {"category": "work"})
    client.delete(f"{one(id)}/classification")
    (again,) = house.store.actions.list(ActionQuery(target=id)).items
    said = "you took back how you had sorted the message"
    assert (again.id, again.status, again.changed_since) == (archive.id, Status.PROPOSED, said)
    client.put(f"{one(id)}/classification", {"category": "work"})
    house.store.messages.relabel({id: frozenset()})
    client.delete(f"{one(id)}/classification")
    assert house.store.actions.get(archive.id).status is Status.SUPERSEDED


def test_a_correction_is_taken_back(house: House, client: Client) -> None:
    id = house.deliver(**NEWSLETTER)
    client.put(f"{one(id)}/classification", {"category": "work"})
    back = client.delete(f"{one(id)}/classification")
    assert (back["category"], back["brain"]) != ("work", "owner")


@pytest.mark.parametrize(
    "form", [{}, {"priority": 0}, {"priority": 6}, {"category": "x"}, {"priority": True}, {"x": 1}]
)
def test_a_correction_that_says_nothing_is_refused(house: House, client: Client, form: dict[str, object]) -> None:
    id = house.deliver()
    assert client.refused("PUT", f"{one(id)}/classification", form) == (422, "invalid")


def test_corrections_are_listed_once_a_message_until_they_are_taken_back(house: House, client: Client) -> None:
    id = house.deliver(subject="The invoice")
    for priority in (3, 2):
        client.put(f"{one(id)}/classification", {"category": "work", "priority": priority})
    (row,) = client.get("/api/corrections")["items"]
    assert (row["message_id"], row["subject"], row["category"], row["priority"]) == (id, "The invoice", "work", 2)
    client.delete(f"{one(id)}/classification")
    assert client.get("/api/corrections")["items"] == []
