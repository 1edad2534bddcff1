"""Households of other seeds and words: as well-formed as the first, and with the same right answers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sandbox import household
from sandbox.household import Household
from tests.unit.household.scene import MONDAY, parsed, text_of, the_household

VARIATIONS = [(1, False), (2, False), (0, True), (3, True), (4, True)]


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
