"""The books over the API: uploads, questions, corrections, budgets, exports; what is wrong is said with its place."""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

import pytest

from tests.integration.api.client import Client
from web.api.operations import LARGEST_BODY
from web.api.statements import LARGEST_UPLOAD

API = "/api/finance"
TABLE = """Date,Description,Amount,Currency,Balance
2026-10-02,GRAB*RIDE 8821 KUALA LUMPUR,-12.40,MYR,987.60
2026-10-02,GRAB*RIDE 8821 KUALA LUMPUR,-12.40,MYR,975.20
2026-10-09,RESTORAN SERI,-80.00,MYR,895.20
2026-10-11,"=HYPERLINK(""http://evil.example"")",-5.20,MYR,890.00
2026-10-25,SALARY ACME,3000.00,MYR,3890.00
2026-11-03,RESTORAN SERI,-20.00,MYR,3870.00
"""


def sent(text: str = TABLE, filename: str = "account.csv", **more: str) -> dict[str, str]:
    return {"filename": filename, "content": base64.b64encode(text.encode()).decode(), **more}


@pytest.fixture
def filled(client: Client) -> Client:
    client.post(f"{API}/statements", sent())
    return client


def test_an_upload_is_booked_once(client: Client) -> None:
    first = client.post(f"{API}/statements", sent())["items"]
    again = client.post(f"{API}/statements", sent())["items"]
    assert [each["state"] for each in first] == ["counted"]
    assert [each["id"] for each in again] == [each["id"] for each in first]
    assert len(client.get(f"{API}/transactions")["items"]) == 6


def test_a_statement_is_shown_and_taken_out_with_its_lines(filled: Client) -> None:
    (record,) = filled.get(f"{API}/statements")["items"]
    assert filled.get(f"{API}/statements/{record['id']}")["transactions"] == 6
    filled.delete(f"{API}/statements/{record['id']}")
    assert filled.get(f"{API}/transactions")["items"] == []
    assert filled.refused("DELETE", f"{API}/statements/{record['id']}") == (404, "not_found")


def test_what_was_set_aside_is_mended_line_by_line(client: Client) -> None:
    (aside,) = client.post(f"{API}/statements", sent(TABLE.replace("-80.00", "-80.30")))["items"]
    assert (aside["state"], len(aside["draft"]["transactions"])) == ("set_aside", 6)
    (listed,) = client.get(f"{API}/statements")["items"]
    assert (listed["draft"], listed["lines"]) == (None, [])
    form = typed(client.get(f"{API}/statements/{aside['id']}")["draft"])
    place = f"{API}/statements/{aside['id']}"
    checked = client.post(f"{place}/check", form)
    assert (checked["gap"], checked["adds_up"]) == ("-0.30", False)
    assert [each["where"] for each in checked["flaws"]] == ["lines[2].balance"]
    assert client.refused("PUT", place, form) == (422, "invalid")
    form["lines"][2]["amount"] = "80,00-"
    assert client.post(f"{place}/check", form) == {"gap": "0.00", "adds_up": True, "flaws": []}
    mended = client.put(place, form)
    assert (mended["state"], mended["reader"], mended["proof"]) == ("counted", "owner", "balances")
    assert len(client.get(f"{API}/transactions")["items"]) == 6
    assert client.refused("PUT", place, form) == (409, "not_set_aside")
    assert client.refused("POST", f"{API}/statements/none/check", form) == (404, "not_found")


def typed(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft as the owner's form holds it."""
    lines = [
        {name: each[name] for name in ("date", "description", "amount", "balance")} for each in draft["transactions"]
    ]
    head = {name: draft[name] for name in ("bank", "account", "currency", "start", "end", "opening", "closing", "kind")}
    return {**head, "lines": lines}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (sent("Dear Sir, the weather is fine."), "not_a_statement"),
        ({"filename": "a.csv", "content": "no base64!"}, "invalid"),
        (sent(filename="x" * 256), "invalid"),
        (sent(password="p" * 201), "invalid"),
        ({"filename": "a.csv"}, "invalid"),
    ],
)
def test_what_cannot_be_read_is_refused(client: Client, body: dict[str, str], code: str) -> None:
    assert client.refused("POST", f"{API}/statements", body) == (422, code)
    assert client.get(f"{API}/statements")["items"] == []


def test_a_file_may_be_as_large_as_one_that_comes_by_mail(client: Client) -> None:
    assert client.refused("POST", f"{API}/statements", sent("no table\n" * 400_000)) == (422, "not_a_statement")
    assert client.refused("POST", f"{API}/statements", content=b" " * (LARGEST_UPLOAD + 1)) == (413, "too_large")
    assert client.refused("PUT", f"{API}/keywords", content=b" " * (LARGEST_BODY + 1)) == (413, "too_large")


def test_what_was_spent_is_summed_exactly(filled: Client) -> None:
    summary = filled.get(f"{API}/summary", month="2026-10")
    assert summary["spent"]["totals"] == [{"amount": "110.00", "currency": "MYR"}]
    by_category = {each["name"]: each["amount"]["amount"] for each in summary["spent"]["by_category"]}
    assert by_category == {"dining": "80.00", "transport": "24.80", "other": "5.20"}
    assert [(each["month"], each["came_in"]["amount"]) for each in summary["cash_flow"]] == [("2026-10", "3000.00")]
    food = filled.get(f"{API}/summary", month="2026-10", category="food")
    assert food["spent"]["totals"] == [{"amount": "80.00", "currency": "MYR"}]


def test_transactions_are_searched_and_paged(filled: Client) -> None:
    first = filled.get(f"{API}/transactions", q="seri", limit=1)
    second = filled.get(f"{API}/transactions", q="seri", limit=1, cursor=first["next_cursor"])
    assert [each["date"] for each in (*first["items"], *second["items"])] == ["2026-11-03", "2026-10-09"]
    assert second["next_cursor"] is None


def test_a_correction_counts_for_the_merchant_and_is_taken_back(filled: Client) -> None:
    one, two = filled.get(f"{API}/transactions", q="grab")["items"]
    filled.put(f"{API}/transactions/{one['id']}", {"category": "travel"})
    assert [each["category"] for each in filled.get(f"{API}/transactions", q="grab")["items"]] == ["travel", "travel"]
    (said,) = filled.get(f"{API}/corrections")["items"]
    assert (said["transaction_id"], said["merchant"], said["category"]) == (one["id"], "grab", "travel")
    filled.delete(f"{API}/corrections/{one['id']}")
    after = filled.get(f"{API}/transactions", q="grab")["items"]
    assert [(each["category"], each["judge"]) for each in after] == [("transport", "keywords")] * 2
    assert filled.refused("DELETE", f"{API}/corrections/{two['id']}") == (404, "not_found")


def test_own_keywords_come_before_the_shipped_ones(filled: Client) -> None:
    filled.put(f"{API}/keywords", {"items": [{"words": "restoran seri", "category": "gifts"}]})
    assert {each["category"] for each in filled.get(f"{API}/transactions", q="seri")["items"]} == {"gifts"}
    filled.put(f"{API}/keywords", {"items": []})
    assert {each["category"] for each in filled.get(f"{API}/transactions", q="seri")["items"]} == {"dining"}
    refused = filled.refused("PUT", f"{API}/keywords", {"items": [{"words": " ", "category": "gifts"}]})
    assert refused == (422, "invalid")


def test_budgets_are_kept_and_say_how_far_they_are_used(filled: Client) -> None:
    made = filled.post(f"{API}/budgets", {"category": "Eating Out", "limit": "90.00", "currency": "MYR"})
    assert made["category"] == "eating out"
    october = filled.get(f"{API}/budgets/eating%20out", month="2026-10")
    assert (october["spent"]["amount"], october["level"]) == ("80.00", "warning")
    more = filled.put(f"{API}/budgets/eating%20out", {"limit": "200.00", "currency": "MYR"})
    assert (more["category"], more["limit"]["amount"]) == ("eating out", "200.00")
    assert filled.refused("PUT", f"{API}/budgets/zeppelins", {"limit": "5", "currency": "MYR"}) == (422, "invalid")
    filled.delete(f"{API}/budgets/eating%20out")
    assert filled.get(f"{API}/budgets")["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"category": "zeppelins", "limit": "5", "currency": "MYR"},
        {"category": "food", "limit": "0", "currency": "MYR"},
        {"category": "food", "limit": "-5", "currency": "MYR"},
        {"category": "food", "limit": "NaN", "currency": "MYR"},
        {"category": "food", "limit": "5", "currency": "RM"},
    ],
)
def test_a_budget_that_means_nothing_is_refused(client: Client, body: dict[str, str]) -> None:
    assert client.refused("POST", f"{API}/budgets", body) == (422, "invalid")


def test_a_table_for_a_spreadsheet_holds_no_formula(filled: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(filled.call("GET", f"{API}/export", format="csv").text)))
    assert len(rows) == 6
    assert [each["description"] for each in rows if "HYPERLINK" in each["description"]] == [
        '\'=HYPERLINK("http://evil.example")'
    ]


@pytest.mark.parametrize("format", ["ledger", "beancount"])
def test_entries_for_other_programs_balance(filled: Client, format: str) -> None:
    text = filled.call("GET", f"{API}/export", format=format, month="2026-10").text
    assert "-12.40 MYR" in text
    assert "12.40 MYR" in text.replace("-12.40 MYR", "")
    assert "Expenses:Dining" in text


def test_questions_that_make_no_sense_name_the_place(client: Client) -> None:
    for path, query in (
        ("summary", {"month": "2026-13"}),
        ("summary", {"category": "zeppelins"}),
        ("summary", {"since": "2026-02-01", "until": "2026-01-01"}),
        ("export", {"format": "xls"}),
        ("transactions", {"limit": 0}),
        ("budgets", {"month": "May"}),
    ):
        assert client.refused("GET", f"{API}/{path}", **query) == (422, "invalid"), path


def test_senders_are_kept_and_those_of_the_settings_stay(client: Client) -> None:
    client.post(f"{API}/senders", {"sender": "Statements@Other-Bank.example"})
    assert client.get(f"{API}/senders")["items"] == ["bank.example", "statements@other-bank.example"]
    client.delete(f"{API}/senders/statements@other-bank.example")
    assert client.get(f"{API}/senders")["items"] == ["bank.example"]
    assert client.refused("POST", f"{API}/senders", {"sender": "my bank"}) == (422, "invalid")


def test_a_password_is_tried_and_the_past_asked_for(client: Client) -> None:
    assert client.post(f"{API}/statements/unlock", {"password": "12345"})["items"] == []
    assert client.refused("POST", f"{API}/statements/unlock", {"password": ""}) == (422, "invalid")
    assert client.get(f"{API}/filling")["running"] is False
    assert client.post(f"{API}/filling")["error"] == ""
