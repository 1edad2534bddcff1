"""The Monday household: it is the scene that everything is measured on, so it must be what it says."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from sandbox.household import Household, Mail
from tests.unit.household.scene import parsed, text_of

CATEGORIES = {"urgent", "personal", "work", "newsletter", "transactional", "spam"}


def attachment_of(mail: Mail) -> tuple[str, bytes]:
    part = next(parsed(mail).iter_attachments())
    return part.get_content_type(), part.get_payload(decode=True)


def test_47_mails_came_over_the_weekend(monday: Household) -> None:
    assert len(monday.arrivals) == 47
    assert all("INBOX" in mail.labels for mail in monday.arrivals)


def test_everything_arrived_within_64_hours_before_now(monday: Household) -> None:
    ages = [monday.now - mail.received for mail in monday.arrivals]
    assert max(ages) <= timedelta(hours=64)
    assert min(ages) > timedelta(0)
    assert {mail.received.tzinfo for mail in monday.mails} == {UTC}


def test_what_was_there_before_is_no_arrival_and_not_in_the_inbox(monday: Household) -> None:
    before = [mail for mail in monday.mails if not mail.arrival]
    assert before
    assert [mail for mail in before if mail.answer or "INBOX" in mail.labels] == []


def test_34_may_be_archived_and_all_of_those_are_newsletters(monday: Household) -> None:
    archived = [mail for mail in monday.arrivals if mail.answer and mail.answer.proposal == "archive"]
    assert Counter(mail.answer.category for mail in archived if mail.answer) == {"newsletter": 34}


def test_the_client_escalation_and_the_review_stand_first(monday: Household) -> None:
    ranked = sorted((m.answer.rank, m.key) for m in monday.arrivals if m.answer and m.answer.rank)
    assert ranked[:2] == [(1, "escalation"), (2, "review")]
    assert [rank for rank, _ in ranked] == list(range(1, len(ranked) + 1))


def test_the_escalation_reads_as_the_scene_says(monday: Household) -> None:
    mail = monday.mail("escalation")
    assert "since Friday" in text_of(mail)
    assert "by 10:00 on Monday" in text_of(mail)
    assert mail.answer is not None
    assert mail.answer.action == "Tell Acme by 10:00 when the export will be fixed"
    assert mail.answer.due == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("flag", "keys"),
    [
        ("escalation", ["escalation"]),
        ("review", ["review"]),
        ("phishing", ["phishing"]),
        ("hostile", ["hostile"]),
        ("security", ["security"]),
        ("code", ["code"]),
        ("invitation", ["invitation"]),
    ],
)
def test_there_is_exactly_one_of_each_special_case(monday: Household, flag: str, keys: list[str]) -> None:
    assert [mail.key for mail in monday.arrivals if mail.answer and flag in mail.answer.flags] == keys


def test_answers_are_consistent(monday: Household) -> None:
    for mail in monday.arrivals:
        answer = mail.answer
        assert answer is not None
        assert answer.category in CATEGORIES
        assert answer.priorities, mail.key
        assert answer.priorities <= set(range(1, 6)), mail.key
        assert answer.summary_words, mail.key
        assert (answer.due is None) or (answer.action is not None), mail.key
        assert (answer.due is None) or (answer.due >= monday.now.date()), mail.key
        assert not (answer.proposal == "archive" and ("protected" in answer.flags or "IMPORTANT" in mail.labels))


def test_prefilter_is_right_about_promotions_and_social_mail_but_not_about_linkedin(monday: Household) -> None:
    for mail in monday.arrivals:
        labelled = bool({"CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL"} & set(mail.labels))
        let_through = "linkedin.com" in str(parsed(mail)["From"])
        assert mail.answer is not None
        assert ("prefilter" in mail.answer.flags) == (labelled and not let_through), mail.key


def test_the_phishing_mail_fails_authentication_and_looks_like_the_bank(monday: Household) -> None:
    phishing, bank = parsed(monday.mail("phishing")), parsed(monday.mail("statement"))
    assert "dmarc=fail" in phishing["Authentication-Results"]
    assert "dmarc=pass" in bank["Authentication-Results"]
    fake, real = phishing["From"].addresses[0], bank["From"].addresses[0]
    assert (fake.display_name, fake.domain != real.domain) == (real.display_name, True)


def test_bulk_mail_can_be_unsubscribed_from(monday: Household) -> None:
    bulk = [parsed(mail) for mail in monday.arrivals if mail.answer and mail.answer.category == "newsletter"]
    assert [message["Subject"] for message in bulk if not (message["List-Id"] and message["List-Unsubscribe"])] == []
    one_click = [message for message in bulk if message["List-Unsubscribe-Post"]]
    assert 0 < len(one_click) < len(bulk)


def test_attachments_are_what_they_say(monday: Household) -> None:
    kind, pdf = attachment_of(monday.mail("invoice"))
    assert (kind, pdf[:8], pdf.rstrip()[-5:]) == ("application/pdf", b"%PDF-1.4", b"%%EOF")
    assert zipfile.ZipFile(BytesIO(attachment_of(monday.mail("escalation"))[1])).namelist() == ["export-run.log"]
    word = zipfile.ZipFile(BytesIO(attachment_of(monday.mail("birthday"))[1]))
    assert "Tante Gerda" in word.read("word/document.xml").decode()
    image = next(part for part in parsed(monday.mail("photo")).walk() if part.get_content_type() == "image/png")
    assert image.get_payload(decode=True)[:8] == b"\x89PNG\r\n\x1a\n"
    assert str(image["Content-ID"]).strip("<>") in text_of(monday.mail("photo"), "html")


def test_the_pdf_opens_in_a_real_reader(monday: Household) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument(attachment_of(monday.mail("invoice"))[1])
    words = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "FACTURA 2026-" in words


def test_the_invitation_carries_the_hour_of_the_owners_zone(monday: Household) -> None:
    mail = parsed(monday.mail("invitation"))
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    start = datetime(2026, 11, 25, 14, 0, tzinfo=ZoneInfo(monday.owner.zone)).astimezone(UTC)
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in calendar.get_content()


def test_one_mail_lies_about_its_charset(monday: Household) -> None:
    raw = monday.mail("order").raw
    assert b'charset="US-ASCII"' in raw
    assert "Größe".encode("iso-8859-1") in raw


def test_the_mails_are_written_in_many_ways(monday: Household) -> None:
    parts = [part for mail in monday.mails for part in parsed(mail).walk() if part.get_content_maintype() == "text"]
    assert {"quoted-printable", "base64", "8bit"} <= {str(part["Content-Transfer-Encoding"]) for part in parts}
    assert {"utf-8", "iso-8859-1", "gb18030"} <= {str(part.get_content_charset()) for part in parts}
