"""Drafts and sending: replies, forwards, files, and the moment in which Graph says 202 and is not done."""

from __future__ import annotations

import base64
import email
import email.policy

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.sandbox_microsoft.asking import COLLEAGUE, IMMUTABLE, OWNER, Graph, Json, code_of, mail
from tests.contract.sandbox_microsoft.checking import fits

TO_ANN = [{"emailAddress": {"address": "ann@else.example"}}]
LETTER: Json = {"subject": "Hello", "body": {"contentType": "text", "content": "Hi"}, "toRecipients": TO_ANN}


def test_a_draft_is_sent_under_its_immutable_id(graph: Graph, mailbox: Mailbox) -> None:
    draft = graph.told("POST", "/me/messages", 201, LETTER, **IMMUTABLE)
    assert (draft["isDraft"], mailbox.messages[draft["id"]].folder) == (True, "drafts")
    graph.told("POST", f"/me/messages/{draft['id']}/send", 202)
    sent = graph.read(f"/me/messages/{draft['id']}", **IMMUTABLE)
    assert (sent["isDraft"], sent["parentFolderId"]) == (False, mailbox.folders["sentitems"].id)
    assert sent["internetMessageId"] == draft["internetMessageId"]


def test_what_was_sent_looks_like_a_draft_for_a_moment(
    microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox
) -> None:
    microsoft.mailboxes.sending_seconds = 60.0
    draft = graph.told("POST", "/me/messages", 201, LETTER, **IMMUTABLE)["id"]
    graph.told("POST", f"/me/messages/{draft}/send", 202)
    assert graph.read(f"/me/messages/{draft}")["isDraft"] is True
    assert graph.values("/me/mailFolders/sentitems/messages") == []
    assert code_of(graph.post(f"/me/messages/{draft}/send")) == (404, "ErrorItemNotFound")
    now = mailbox.clock()
    microsoft.mailboxes.clock = lambda: now + 61
    assert graph.read(f"/me/messages/{draft}")["isDraft"] is False
    assert [one.subject for one in mailbox.sent()] == ["Hello"]


def test_a_message_can_be_sent_only_once(graph: Graph, mailbox: Mailbox) -> None:
    draft = graph.told("POST", "/me/messages", 201, LETTER, **IMMUTABLE)["id"]
    graph.told("POST", f"/me/messages/{draft}/send", 202)
    assert graph.post(f"/me/messages/{draft}/send").status_code == 400
    assert len(mailbox.sent()) == 1


def test_a_reply_goes_to_who_wrote_and_stays_in_the_conversation(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail(Reply_To="desk@else.example"))
    draft = graph.told("POST", f"/me/messages/{key}/createReply", 201, {"comment": "Gladly."}, **IMMUTABLE)
    fits(draft, "message")
    assert draft["subject"] == "RE: Lunch"
    assert draft["toRecipients"][0]["emailAddress"]["address"] == "desk@else.example"
    assert draft["conversationId"] == mailbox.messages[key].conversation
    graph.told("POST", f"/me/messages/{draft['id']}/send", 202)
    written = email.message_from_bytes(mailbox.sent()[0].mime(), policy=email.policy.default)
    assert written["In-Reply-To"] == mailbox.messages[key].message_id
    assert "Gladly." in mailbox.sent()[0].text


def test_a_reply_to_all_leaves_oneself_out(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail(Cc=f"bob@else.example, {OWNER}"))
    draft = graph.told("POST", f"/me/messages/{key}/createReplyAll", 201, {})
    people = [one["emailAddress"]["address"] for one in (*draft["toRecipients"], *draft["ccRecipients"])]
    assert people == ["ann@else.example", "bob@else.example"]


def test_a_forward_takes_the_files_along(graph: Graph, mailbox: Mailbox) -> None:
    draft = graph.told("POST", "/me/messages", 201, LETTER, **IMMUTABLE)["id"]
    file = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk="}
    graph.told("POST", f"/me/messages/{draft}/attachments", 201, file)
    graph.told("POST", f"/me/messages/{draft}/send", 202)
    body = {"toRecipients": [{"emailAddress": {"address": "bob@else.example"}}], "comment": "See below"}
    forward = graph.told("POST", f"/me/messages/{draft}/createForward", 201, body, **IMMUTABLE)
    assert (forward["subject"], forward["hasAttachments"]) == ("FW: Hello", True)
    files = graph.values(f"/me/messages/{forward['id']}/attachments")
    fits(files[0], "fileattachment")
    assert graph.get(f"/me/messages/{forward['id']}/attachments/{files[0]['id']}/$value").content == b"hi"


def test_an_attachment_must_say_what_it_is(graph: Graph) -> None:
    draft = graph.told("POST", "/me/messages", 201, LETTER)["id"]
    answer = graph.post(f"/me/messages/{draft}/attachments", json={"name": "a.txt", "contentBytes": "aGk="})
    assert code_of(answer) == (400, "RequestBodyRead")


def test_mime_can_be_sent_as_it_is(microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox) -> None:
    raw = mail("By MIME", OWNER).replace(f"To: {OWNER}".encode(), f"To: {COLLEAGUE}".encode())
    other = microsoft.mailbox(COLLEAGUE)
    answer = graph.post("/me/sendMail", content=base64.b64encode(raw), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 202
    assert mailbox.sent()[0].mime() == raw
    assert [one.subject for one in other.newest_first("inbox")] == ["By MIME"]


def test_a_letter_to_nobody_does_not_leave(graph: Graph, mailbox: Mailbox) -> None:
    draft = graph.told("POST", "/me/messages", 201, {"subject": "Nobody"})["id"]
    assert code_of(graph.post(f"/me/messages/{draft}/send")) == (400, "ErrorInvalidRecipients")
    assert mailbox.sent() == ()


def test_own_headers_must_begin_with_x(graph: Graph) -> None:
    fine = {**LETTER, "internetMessageHeaders": [{"name": "x-mark", "value": "1"}]}
    wrong = {**LETTER, "internetMessageHeaders": [{"name": "In-Reply-To", "value": "<a@b>"}]}
    assert graph.post("/me/messages", json=fine).status_code == 201
    assert code_of(graph.post("/me/messages", json=wrong)) == (400, "InvalidInternetMessageHeader")
