"""Layouts in languages that no profile speaks: their words, their dates, and what is set aside instead of waved off."""

from __future__ import annotations

import pytest

from adapters.pdf.examination import understand
from adapters.pdf.general import Verdict
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT
from domain.finance.dates import Order, dates_in

LANGUAGES = {
    "Finnish": ("Tiliote", "Alkusaldo", "Loppusaldo", "Pvm Selite Määrä Saldo", "{day}.1.2024"),
    "Czech": ("Výpis z účtu", "Počáteční zůstatek", "Konečný zůstatek", "Datum Částka Zůstatek", "{day}. ledna 2024"),
    "Polish": ("Rachunek", "Saldo początkowe", "Saldo końcowe", "Data Opis Kwota Saldo", "{day} stycznia 2024"),
    "Hungarian": ("Számlakivonat", "Nyitó egyenleg", "Záró egyenleg", "Dátum Összeg Egyenleg", "2024. január {day}."),
    "Romanian": ("Extras de cont", "Sold inițial", "Sold final", "Data Detalii Suma Sold", "{day} ianuarie 2024"),
    "Greek": ("Λογαριασμός", "Αρχικό υπόλοιπο", "Τελικό υπόλοιπο", "Ημερομηνία Ποσό Υπόλοιπο", "{day} Ιανουαρίου 2024"),
    "Korean": ("계좌 거래내역", "전월이월잔액", "기말잔액", "거래일자 적요 금액 잔액", "2024년 1월 {day}일"),
    "Thai": ("รายการเดินบัญชี", "ยอดยกมา", "ยอดยกไป", "วันที่ รายการ จำนวนเงิน คงเหลือ", "{day} ม.ค. 2567"),
    "Thai in numbers": ("รายการเดินบัญชี", "ยอดยกมา", "ยอดยกไป", "วันที่ รายการ จำนวนเงิน", "{day:02d}/01/2567"),
    "Vietnamese": ("Tài khoản", "Số dư đầu kỳ", "Số dư cuối kỳ", "Ngày Diễn giải Số tiền", "{day} tháng 1 năm 2024"),
    "Japanese": ("口座取引明細", "前期繰越残高", "次期繰越残高", "日付 摘要 金額 残高", "2024年1月{day}日"),
    "Chinese": ("账户对账单", "上期余额", "本期余额", "日期 摘要 金额 余额", "202401{day:02d}"),
}  # fmt: skip


def understood(*lines: str) -> Verdict:
    return understand([Line(line, 0) for line in lines], NO_HINT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_is_read_by_the_words_and_dates_of_its_language(language: str) -> None:
    title, opening, closing, heading, day = LANGUAGES[language]
    moved = ["-20.00", "150.00", "-30.00"]
    rows = [f"{day.format(day=at)} Lorem {amount}" for at, amount in zip((5, 14, 23), moved, strict=True)]
    verdict = understood(f"{title} EUR", heading, f"{opening} 100.00", *rows, f"{closing} 200.00")
    (statement,) = verdict.statements
    assert [str(each.amount) for each in statement.transactions] == moved
    assert [str(each.date) for each in statement.transactions] == ["2024-01-05", "2024-01-14", "2024-01-23"]


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("5 stycznia 2024", "2024-01-05"),
        ("1月5日", "2024-01-05"),
        ("5 กันยายน 2567", "2024-09-05"),
        ("20240105 Shop", "2024-01-05"),
        ("5 Μαΐου 2024", "2024-05-05"),
        ("31. prosince 2024", "2024-12-31"),
    ],
)
def test_dates_of_many_calendars_come_back_as_days(printed: str, day: str) -> None:
    (found,) = dates_in(printed)
    assert str(found.in_year(found.year or 2024, Order.DAY_FIRST)) == day


@pytest.mark.parametrize("text", ["TRF 20240118", "order 20241301 Shop", "13月5日", "20240118.55"])
def test_numbers_that_only_look_like_one_are_no_date(text: str) -> None:
    assert dates_in(text) == ()


def test_a_banks_table_in_words_that_nobody_knows_is_no_other_document() -> None:
    rows = [f"0{day}.01.2024 Lorem -{day}.00" for day in range(1, 6)]
    verdict = understood("Ipsum Bank DE12 2004 1111 0000 0000 00, EUR", "Dolor 100.00", *rows, "Amet 85.00")
    assert (verdict.statements, verdict.is_likely, verdict.rows) == ((), True, 5)
