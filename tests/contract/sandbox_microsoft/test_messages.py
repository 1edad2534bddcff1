"""Messages as Graph serves them: lists, one, queries, changes, moves and ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.sandbox_microsoft.asking import IMMUTABLE, OWNER, Graph, code_of, mail
from tests.contract.sandbox_microsoft.checking import fits, like

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def subjects(graph: Graph, path: str) -> list[str]:
    return [item["subject"] for item in graph.values(path)]


def test_a_message_looks_as_the_vendor_documents_it(graph: Graph, mailbox: Mailbox) -> None:
    mailbox.deliver(mail(), received=NOON)
    item = graph.read("/me/messages")["value"][0]
    fits(item, "message")
    assert (item["subject"], item["isRead"], item["receivedDateTime"]) == ("Lunch", False, "2026-03-02T12:00:00Z")
    assert item["from"] == {"emailAddress": {"name": "Ann", "address": "ann@else.example"}}
    like(graph.read(f"/me/messages/{item['id']}"), "message-get.02.response")


def test_the_newest_come_first_in_pages_that_lead_on(graph: Graph, mailbox: Mailbox) -> None:
    for number in range(25):
        mailbox.deliver(mail(f"Mail {number}"), received=NOON + timedelta(minutes=number))
    pages = list(graph.pages("/me/messages?$top=10&$select=subject"))
    assert [len(page["value"]) for page in pages] == [10, 10, 5]
    assert [item["subject"] for page in pages for item in page["value"]] == [f"Mail {n}" for n in range(24, -1, -1)]
    assert set(pages[0]["value"][0]) == {"@odata.etag", "id", "subject"}


def test_filters_and_orders_are_understood(graph: Graph, mailbox: Mailbox) -> None:
    for number, sender in enumerate(("a@x.example", "b@x.example", "a@x.example")):
        mailbox.deliver(mail(f"Mail {number}", sender), received=NOON + timedelta(days=number))
    assert subjects(graph, "/me/messages?$filter=from/emailAddress/address eq 'a@x.example'") == ["Mail 2", "Mail 0"]
    since = "$filter=receivedDateTime ge 2026-03-03T00:00:00Z&$orderby=receivedDateTime"
    assert subjects(graph, f"/me/messages?{since}") == ["Mail 1", "Mail 2"]
    both = "$filter=contains(subject,'mail') and not (isRead eq true) and receivedDateTime lt 2026-03-03T00:00:00Z"
    assert subjects(graph, f"/me/messages?{both}") == ["Mail 0"]


def test_a_message_is_found_by_its_internet_message_id(graph: Graph, mailbox: Mailbox) -> None:
    mailbox.deliver(mail("One"))
    key = mailbox.deliver(mail("Two", sender="b@x.example"))
    wanted = mailbox.messages[key].message_id
    assert subjects(graph, f"/me/messages?$filter=internetMessageId eq '{wanted}'") == ["Two"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$select=nonsense", "RequestBroker--ParseUri"),
        ("$filter=subject is 'x'", "RequestBroker--ParseUri"),
        ("$top=5000", "RequestBroker--ParseUri"),
        ("$filter=isRead eq false&$orderby=receivedDateTime", "InefficientFilter"),
        ('$search="lunch"&$filter=isRead eq false', "SearchWithFilter"),
        ('$search="lunch"&$orderby=receivedDateTime', "SearchWithOrderBy"),
    ],
)
def test_what_graph_does_not_understand_is_refused(graph: Graph, query: str, code: str) -> None:
    assert code_of(graph.get(f"/me/messages?{query}")) == (400, code)


def test_search_understands_fields_phrases_and_dates(graph: Graph, mailbox: Mailbox) -> None:
    mailbox.deliver(mail("Export is broken", "Rosalind <r@acme.example>", "No rows since Friday"), received=NOON)
    mailbox.deliver(mail("Export guide", "Docs <d@x.example>", "All about rows"), received=NOON - timedelta(days=9))
    assert subjects(graph, '/me/messages?$search="export rows"') == ["Export is broken", "Export guide"]
    assert subjects(graph, '/me/messages?$search="from:rosalind export"') == ["Export is broken"]
    assert subjects(graph, '/me/messages?$search="subject:guide OR subject:nothing"') == ["Export guide"]
    assert subjects(graph, '/me/messages?$search="export received>=2026-03-01"') == ["Export is broken"]


def test_the_index_may_lag_behind_what_came_in(microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox) -> None:
    microsoft.misbehave("search_lag", operations=1)
    mailbox.deliver(mail())
    assert subjects(graph, '/me/messages?$search="lunch"') == []
    assert subjects(graph, "/me/messages") == ["Lunch"]
    assert subjects(graph, '/me/messages?$search="lunch"') == ["Lunch"]


def test_an_id_changes_when_the_message_moves_and_an_immutable_one_does_not(graph: Graph, mailbox: Mailbox) -> None:
    mailbox.deliver(mail())
    plain, fixed = graph.values("/me/messages")[0]["id"], graph.values("/me/messages", **IMMUTABLE)[0]["id"]
    moved = graph.told("POST", f"/me/messages/{plain}/move", 201, {"destinationId": "archive"})
    like(moved, "message-move.02.response")
    assert moved["id"] != plain
    assert code_of(graph.get(f"/me/messages/{plain}")) == (404, "ErrorItemNotFound")
    assert graph.read(f"/me/messages/{fixed}", **IMMUTABLE)["id"] == fixed


def test_deleting_goes_by_way_of_deleted_items(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail())
    graph.told("DELETE", f"/me/messages/{key}", 204)
    assert subjects(graph, "/me/mailFolders/deleteditems/messages") == ["Lunch"]
    graph.told("DELETE", f"/me/messages/{key}", 204)
    assert subjects(graph, "/me/messages") == []


def test_a_change_with_an_old_tag_is_refused(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail())
    tag = graph.read(f"/me/messages/{key}")["@odata.etag"]
    graph.told("PATCH", f"/me/messages/{key}", 200, {"isRead": True}, **{"If-Match": tag})
    stale = graph.patch(f"/me/messages/{key}", json={"categories": ["Red category"]}, headers={"If-Match": tag})
    assert code_of(stale) == (412, "ErrorIrresolvableConflict")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"isred": True}, "RequestBodyRead"),
        ({"isRead": "yes"}, "RequestBodyRead"),
        ({"flag": {"status": "flagged"}}, "RequestBodyRead"),
        ({"subject": "Another"}, "ErrorInvalidPropertySet"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    graph: Graph, mailbox: Mailbox, body: dict[str, object], code: str
) -> None:
    key = mailbox.deliver(mail())
    assert code_of(graph.patch(f"/me/messages/{key}", json=body)) == (400, code)


def test_the_bytes_come_as_they_were(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail(X_Odd="yes"))
    assert graph.get(f"/me/messages/{key}/$value").content == mail(X_Odd="yes")
    headers = graph.read(f"/me/messages/{key}?$select=internetMessageHeaders")["internetMessageHeaders"]
    assert {"name": "X-Odd", "value": "yes"} in headers


def test_folders_have_well_known_names_and_counts(graph: Graph, mailbox: Mailbox) -> None:
    mailbox.deliver(mail())
    inbox = graph.read("/me/mailFolders('Inbox')")
    fits(inbox, "mailfolder")
    assert (inbox["displayName"], inbox["unreadItemCount"]) == ("Inbox", 1)
    made = graph.told("POST", "/me/mailFolders", 201, {"displayName": "Receipts"})
    assert code_of(graph.post("/me/mailFolders", json={"displayName": "receipts"})) == (409, "ErrorFolderExists")
    key = graph.values("/me/messages", **IMMUTABLE)[0]["id"]
    graph.told("POST", f"/me/messages/{key}/move", 201, {"destinationId": made["id"]})
    assert subjects(graph, f"/me/mailFolders/{made['id']}/messages") == ["Lunch"]
    assert graph.delete("/me/mailFolders/inbox").status_code == 403


def test_ones_own_id_means_me_and_others_are_denied(graph: Graph) -> None:
    me = graph.read("/me")
    assert me["mail"] == OWNER
    assert graph.read(f"/users/{me['id']}/messages")["value"] == []
    assert code_of(graph.get("/users/somebody@else.example/messages")) == (403, "ErrorAccessDenied")
