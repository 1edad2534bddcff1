"""The Monday household: it is the scene that everything is measured on, so it must be what it says."""

from __future__ import annotations

import email
import email.policy
import re
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sandbox import household
from sandbox.household import Household, Mail
from sandbox.households import script
from sandbox.households.moments import Moments, written
from sandbox.households.staging import Stage

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
CATEGORIES = {"urgent", "personal", "work", "newsletter", "transactional", "spam"}
VARIATIONS = [(1, False), (2, False), (0, True), (3, True), (4, True)]


def parsed(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: Mail, subtype: str = "plain") -> str:
    part = parsed(mail).get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def attachment_of(mail: Mail) -> tuple[str, bytes]:
    part = next(parsed(mail).iter_attachments())
    return part.get_content_type(), part.get_payload(decode=True)


@cache
def the_household(seed: int = 0, reworded: bool = False) -> Household:
    return household.load(seed=seed, now=MONDAY, reworded=reworded)


@pytest.fixture(scope="module")
def monday() -> Household:
    return the_household()


@pytest.fixture(scope="module")
def large() -> list[Mail]:
    return list(household.iter_mails(size=600, now=MONDAY))


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


@pytest.mark.parametrize(("seed", "reworded"), [(0, False), *VARIATIONS])
def test_every_mail_parses_without_defects(seed: int, reworded: bool) -> None:
    for mail in the_household(seed, reworded).mails:
        message = parsed(mail)
        assert [(mail.key, part.get_content_type(), part.defects) for part in message.walk() if part.defects] == []
        assert [mail.key for name in ("From", "To", "Date", "Subject", "Message-ID") if not message[name]] == []


def test_lines_end_in_crlf_and_headers_are_ascii(monday: Household) -> None:
    for mail in monday.mails:
        assert mail.raw.count(b"\n") == mail.raw.count(b"\r\n"), mail.key
        assert mail.raw.partition(b"\r\n\r\n")[0].isascii(), mail.key


def test_no_place_is_left_unfilled(monday: Household) -> None:
    for mail in monday.mails:
        assert re.findall(r"\{[a-z_]+[^}\s]*\}", f"{parsed(mail)['Subject']}\n{text_of(mail)}") == [], mail.key


@pytest.mark.parametrize("seed", [0, 5])
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    assert household.load(seed=seed, now=MONDAY) == household.load(seed=seed, now=MONDAY)


def test_ids_stay_when_the_clock_moves_on(monday: Household) -> None:
    later = household.load(now=MONDAY + timedelta(hours=5))
    assert {mail.key: mail.id for mail in later.mails} == {mail.key: mail.id for mail in monday.mails}


@pytest.mark.parametrize(("seed", "reworded"), [(0, False), *VARIATIONS])
def test_no_two_ids_are_the_same(seed: int, reworded: bool) -> None:
    played = the_household(seed, reworded)
    for ids in ([mail.id for mail in played.mails], [str(parsed(mail)["Message-ID"]) for mail in played.mails]):
        assert len(set(ids)) == len(played.mails)
    assert [mail.id for mail in played.mails if not re.fullmatch("[0-9a-f]{16}", mail.id)] == []


@pytest.mark.parametrize(("seed", "reworded"), VARIATIONS)
def test_a_variation_changes_no_right_answer(monday: Household, seed: int, reworded: bool) -> None:
    varied = the_household(seed, reworded)
    assert len(varied.arrivals) == 47
    for mail in varied.arrivals:
        before, after = monday.mail(mail.key).answer, mail.answer
        assert before is not None
        assert after is not None
        for name in ("category", "priorities", "follow_up", "proposal", "flags", "rank", "due"):
            assert getattr(after, name) == getattr(before, name), (mail.key, name)


@pytest.mark.parametrize(("seed", "reworded"), VARIATIONS)
def test_a_variation_renames_every_sender(monday: Household, seed: int, reworded: bool) -> None:
    for mail in the_household(seed, reworded).arrivals:
        before, after = (parsed(one)["From"].addresses[0] for one in (monday.mail(mail.key), mail))
        assert after.display_name != before.display_name, mail.key
        assert after.addr_spec != before.addr_spec, mail.key


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_rewording_changes_every_subject(monday: Household, seed: int) -> None:
    for mail in the_household(seed, True).arrivals:
        assert parsed(mail)["Subject"] != parsed(monday.mail(mail.key))["Subject"], mail.key


@pytest.mark.parametrize("seed", [1, 2])
def test_a_variation_still_fits_the_weekend(seed: int) -> None:
    ages = [MONDAY - mail.received for mail in the_household(seed).arrivals]
    assert timedelta(0) < min(ages)
    assert max(ages) <= timedelta(hours=64)


def test_the_order_of_arrival_varies_with_the_seed(monday: Household) -> None:
    assert [m.key for m in the_household(1).arrivals] != [m.key for m in monday.arrivals]


@pytest.mark.parametrize(("seed", "reworded"), [(0, False), *VARIATIONS])
def test_threads_hang_together(seed: int, reworded: bool) -> None:
    played = the_household(seed, reworded)
    thread = [played.mail(key) for key in ("export-first", "export-reply", "escalation")]
    assert {mail.thread_id for mail in thread} == {thread[0].id}
    assert sorted(thread, key=lambda mail: mail.received) == thread
    references = str(parsed(thread[2])["References"]).split()
    assert references == [str(parsed(mail)["Message-ID"]) for mail in thread[:2]]
    assert str(parsed(thread[2])["Subject"]) == f"Re: {parsed(thread[0])['Subject']}"


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


@pytest.mark.parametrize(
    ("now", "zone", "deadline"),
    [
        (datetime(2026, 3, 27, 20, 0, tzinfo=UTC), "Europe/Berlin", "2026-03-28T10:00:00+01:00"),
        (datetime(2026, 3, 28, 20, 0, tzinfo=UTC), "Europe/Berlin", "2026-03-29T10:00:00+02:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25T10:00:00+01:00"),
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), "Asia/Kuala_Lumpur", "2027-01-01T10:00:00+08:00"),
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), "Asia/Kuala_Lumpur", "2026-11-24T10:00:00+08:00"),
    ],
)
def test_the_deadline_is_the_next_ten_oclock(now: datetime, zone: str, deadline: str) -> None:
    assert Moments(now, ZoneInfo(zone)).deadline.isoformat() == deadline


@pytest.mark.parametrize(
    ("now", "words", "day"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "tomorrow", "2026-03-30"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "outage", "2026-03-26"),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), "today", "2026-10-26"),
        (datetime(2026, 2, 27, 12, 0, tzinfo=UTC), "today+2", "2026-03-01"),
        (datetime(2028, 2, 28, 12, 0, tzinfo=UTC), "tomorrow", "2028-02-29"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "yesterday-30", "2026-12-01"),
    ],
)
def test_days_are_counted_in_the_owners_zone(now: datetime, words: str, day: str) -> None:
    moments = Moments(now, ZoneInfo("Europe/Berlin"))
    assert moments.find(words, now).date().isoformat() == day


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Sunday, 1 March 2026"),
        ("de", "Sonntag, 1. März 2026"),
        ("fr", "dimanche 1 mars 2026"),
        ("es", "domingo, 1 de marzo de 2026"),
        ("ms", "Ahad, 1 Mac 2026"),
        ("zh", "2026年3月1日（星期日）"),
    ],
)
def test_dates_are_written_in_the_mails_language(language: str, expected: str) -> None:
    assert written(datetime(2026, 3, 1, tzinfo=UTC), "long", language) == expected


@pytest.mark.parametrize("month_end", [datetime(2026, m, 28, 23, 59, tzinfo=UTC) for m in (1, 2, 3, 7, 10, 12)])
def test_the_scene_can_be_played_on_any_day(month_end: datetime) -> None:
    for day in range(4):
        played = household.load(now=month_end + timedelta(days=day), zone="Europe/Berlin")
        said = text_of(played.mail("escalation"))
        due = played.mail("escalation").answer
        assert due is not None
        assert due.due is not None
        assert f"on {written(datetime.combine(due.due, datetime.min.time()), 'weekday', 'en')} when" in said


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        household.load(now=datetime(2026, 11, 23))  # noqa: DTZ001


def test_an_unknown_household_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no household 'sunday'; known are monday"):
        household.load("sunday")


def test_an_unknown_place_names_the_mail() -> None:
    scene = script.read("monday")
    stage = Stage(scene, 0, MONDAY, "Europe/Berlin", reworded=False)
    mail = next(one for one in scene.mails if one.key == "review")
    with pytest.raises(ValueError, match=r"mail 'review': \{nobody\} stands for nothing"):
        stage.fill("Dear {nobody},", mail)


def test_an_unknown_key_names_file_and_mail(tmp_path: Path) -> None:
    (tmp_path / "quiet").mkdir()
    (tmp_path / "quiet.toml").write_text("[owner]\n[cast]\n[[accounts]]\n", "utf-8")
    (tmp_path / "quiet" / "mail.toml").write_text('[[mail]]\nkey = "one"\ncolour = "red"\n', "utf-8")
    with pytest.raises(ValueError, match=r"mail.toml: mail 'one': .*colour"):
        script.read("quiet", tmp_path)


def test_an_hour_stays_an_hour_when_the_clocks_change() -> None:
    eve = household.load(now=datetime(2026, 10, 23, 6, 30, tzinfo=UTC), zone="Europe/Berlin")
    part = next(one for one in parsed(eve.mail("invitation")).walk() if one.get_content_type() == "text/calendar")
    assert "DTSTART:20261025T130000Z" in part.get_content()


def test_older_mail_of_a_network_that_is_let_through_is_not_made_up(large: list[Mail]) -> None:
    older = [mail for mail in large if not mail.arrival and mail.answer]
    social = [mail.answer for mail in older if mail.answer and "CATEGORY_SOCIAL" in mail.labels]
    assert social
    assert [answer for answer in social if "prefilter" not in answer.flags] == []


def test_a_large_household_begins_with_the_scene_and_goes_back_in_time(monday: Household, large: list[Mail]) -> None:
    assert len(large) == 600
    assert large[: len(monday.mails)] == list(monday.mails)[::-1]
    assert sorted(large, key=lambda mail: mail.received, reverse=True) == large
    assert len({mail.id for mail in large}) == 600


def test_a_large_household_is_the_same_for_the_same_seed_and_a_larger_one_only_adds() -> None:
    small, large = (list(household.iter_mails(size=size, seed=2, now=MONDAY)) for size in (150, 200))
    assert large[:150] == small


def test_a_large_household_has_twins_attachments_and_threads(large: list[Mail]) -> None:
    mails = [mail for mail in large if mail.key.startswith("older-")]
    kinds = Counter(part.get_content_type() for mail in mails for part in parsed(mail).walk())
    threads = Counter(mail.thread_id for mail in mails)
    assert kinds["text/html"] == kinds["text/plain"] == len(mails)
    assert kinds["application/pdf"] > 20
    assert max(threads.values()) == 5
    assert 25_000 < sum(len(mail.raw) for mail in mails) / len(mails) < 60_000


def test_loading_with_a_size_counts_the_scene_in() -> None:
    large = household.load(size=90, now=MONDAY)
    assert len(large.mails) == 90
    assert len(large.arrivals) == 47
    assert sorted(large.mails, key=lambda mail: mail.received) == list(large.mails)
