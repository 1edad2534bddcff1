"""The `q` parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from googleapiclient.discovery import Resource

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.mails import mail, with_attachment

MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def names(mailbox: Mailbox) -> dict[str, str]:
    """Message ids by a name for each."""
    work = mailbox.create_label("Work Stuff").id
    lunch = mail("Lunch on Friday", "Shall we meet at the harbour?\n", "Ann Lee <ann@example.org>")
    offer = with_attachment(subject="Our offer", sender="Bob <sales@shop.example>", body="Harbour view included\n")
    html = mail("Weekly news", sender="news@letters.example", to="list@letters.example", Message_ID="<n1@letters>")
    html.set_content("<style>p{}</style><p>Sunny&nbsp;beaches</p>", subtype="html")
    now = datetime.now(UTC)
    mails = {
        "lunch": (lunch, ("INBOX", "UNREAD"), MARCH),
        "offer": (offer, ("INBOX", "STARRED", work), MARCH + timedelta(days=1)),
        "news": (html, ("INBOX", "CATEGORY_PROMOTIONS"), now - timedelta(days=2)),
        "sent": (mail("Thanks", sender="morgan@example.com", to="ann@example.org"), ("SENT",), now),
        "spam": (mail("Win a lunch", "harbour harbour\n"), ("SPAM",), now),
        "binned": (mail("Old lunch"), ("TRASH",), now),
    }
    return {mailbox.deliver(one.as_bytes(), labels, at): name for name, (one, labels, at) in mails.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "lunch offer news sent"),
        ("from:ann@example.org", "lunch"),
        ("from:lee", "lunch"),
        ("from:shop.example", "offer"),
        ("from:an", ""),
        ("to:ann@example.org", "sent"),
        ("subject:lunch", "lunch"),
        ('subject:"lunch on friday"', "lunch"),
        ('subject:"friday lunch"', ""),
        ("subject:(friday lunch)", "lunch"),
        ("harbour", "lunch offer"),
        ('"harbour view"', "offer"),
        ("sunny beaches", "news"),
        ("harbour -view", "lunch"),
        ("-from:ann in:inbox", "offer news"),
        ("from:ann OR from:sales", "lunch offer"),
        ("{from:ann from:sales}", "lunch offer"),
        ("(subject:offer OR subject:news) -in:sent", "offer news"),
        ("is:unread", "lunch"),
        ("is:read in:inbox", "offer news"),
        ("is:starred", "offer"),
        ("in:sent", "sent"),
        ("in:spam", "spam"),
        ("in:trash", "binned"),
        ("in:anywhere lunch", "lunch spam binned"),
        ("label:work-stuff", "offer"),
        ('label:"work stuff"', "offer"),
        ("label:INBOX", "lunch offer news"),
        ("category:promotions", "news"),
        ("has:attachment", "offer"),
        ("filename:pdf", "offer"),
        ("filename:offer.pdf", "offer"),
        ("filename:docx", ""),
        ("before:2026/03/03", "lunch"),
        ("after:2026/03/03 before:2026/03/04", "offer"),
        (f"after:{int(MARCH.timestamp()) + 1} before:2026/04/01", "offer"),
        ("newer_than:7d", "news sent"),
        ("older_than:7d", "lunch offer"),
        ("newer_than:1d", "sent"),
        ("rfc822msgid:n1@letters", "news"),
        ("rfc822msgid:<n1@letters>", "news"),
        ("larger:1m", ""),
        ("list:unknown", ""),
        ("nosuchword", ""),
        ("-", "lunch offer news sent"),
    ],
)
def test_a_query_finds(users: Resource, names: dict[str, str], query: str, expected: str) -> None:
    found = users.messages().list(userId="me", q=query).execute().get("messages", [])
    assert {names[one["id"]] for one in found} == set(expected.split())


@pytest.mark.parametrize("query", ["(", ")", "{", "a) b", '"', "OR", "from:", "-(", "x OR", "after:yesterday", ":"])
def test_a_broken_query_is_answered_all_the_same(users: Resource, names: dict[str, str], query: str) -> None:
    assert "resultSizeEstimate" in users.messages().list(userId="me", q=query).execute()


def test_a_lagging_index_hides_new_mail_from_search_alone(
    google: GoogleServer, users: Resource, mailbox: Mailbox
) -> None:
    google.misbehave("search_lag", operations=2)
    id = mailbox.deliver(mail("Fresh").as_bytes())
    sizes = [users.messages().list(userId="me", q="subject:fresh").execute()["resultSizeEstimate"] for _ in range(3)]
    assert sizes == [0, 0, 1]
    assert users.messages().list(userId="me").execute()["messages"][0]["id"] == id


def test_a_lagging_index_catches_up_in_time(google: GoogleServer, users: Resource, mailbox: Mailbox) -> None:
    google.misbehave("search_lag", seconds=600, count=1)
    mailbox.deliver(mail("Fresh").as_bytes())
    search = users.messages().list(userId="me", q="subject:fresh")
    assert search.execute()["resultSizeEstimate"] == 0
    ahead = mailbox.clock() + 601
    mailbox.clock = lambda: ahead
    assert search.execute()["resultSizeEstimate"] == 1
