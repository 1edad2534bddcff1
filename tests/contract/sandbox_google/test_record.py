"""What was really done, and the server as a process of its own."""

from __future__ import annotations

import json
import mailbox as maildirs
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from googleapiclient.discovery import Resource

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import OWNER, Json
from tests.contract.sandbox_google.mails import encoded, mail


def test_reading_is_no_mutation(google: GoogleServer, users: Resource) -> None:
    users.messages().list(userId="me").execute()
    assert len(google.record) == 0


def test_a_mutation_tells_who_did_what_to_what(google: GoogleServer, users: Resource, mailbox: Mailbox) -> None:
    id = mailbox.deliver(mail().as_bytes())
    users.messages().modify(userId="me", id=id, body={"removeLabelIds": ["INBOX"]}).execute()
    (done,) = google.record
    assert (done.sequence, done.method, done.account, done.resource) == (1, "gmail.users.messages.modify", OWNER, id)
    assert done.arguments == {"id": id, "removeLabelIds": ["INBOX"]}
    assert done.state == {"id": id, "threadId": id, "labelIds": ["UNREAD"]}


def test_a_sent_draft_is_recorded_with_its_people_and_without_its_text(google: GoogleServer, users: Resource) -> None:
    message = mail("Yes", "Our secret\n", to="ann@example.org", Cc="bob@example.org")
    draft = users.drafts().create(userId="me", body={"message": {"raw": encoded(message)}}).execute()
    users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    created, sent = google.record
    assert created.arguments["message"]["raw"]["size"] == len(encoded(message))  # type: ignore[index]
    assert (sent.resource, sent.state["labelIds"]) == (draft["id"], ["SENT"])
    assert sent.state["headers"]["Cc"] == "bob@example.org"  # type: ignore[index]
    assert "secret" not in str(list(google.record))


def test_the_record_is_asked_by_method_account_and_place(google: GoogleServer, users: Resource) -> None:
    for _ in range(2):
        users.labels().create(userId="me", body={"name": f"L{len(google.record)}"}).execute()
    users.labels().delete(userId="me", id="Label_1").execute()
    assert [one.sequence for one in google.record.mutations(method="labels.create")] == [1, 2]
    assert [one.sequence for one in google.record.mutations(since=2)] == [3]
    assert google.record.mutations(account="second@example.com") == ()
    with urllib.request.urlopen(f"{google.base_url}/_sandbox/record?method=labels.delete") as answer:
        assert [one["resource"] for one in json.loads(answer.read())["mutations"]] == ["Label_1"]


@contextmanager
def process(*arguments: str) -> Iterator[Json]:
    """`python -m sandbox google …`, and what its first line tells."""
    command = [sys.executable, "-m", "sandbox", "google", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield json.loads(running.stdout.readline())
        finally:
            running.send_signal(signal.SIGINT)


def call(told: Json, account: str, path: str, body: Json | None = None) -> Json:
    client = told["client_config"]["installed"]
    form = {name: client[name] for name in ("client_id", "client_secret")}
    form |= {"grant_type": "refresh_token", "refresh_token": told["refresh_tokens"][account]}
    with urllib.request.urlopen(client["token_uri"], urllib.parse.urlencode(form).encode()) as answer:
        headers = {"authorization": f"Bearer {json.loads(answer.read())['access_token']}"}
    content = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{told['base_url']}/gmail/v1/users/me/{path}", content, headers)
    with urllib.request.urlopen(request) as answer:
        found: Json = json.loads(answer.read())
    return found


def test_any_folder_of_mails_is_served(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.eml").write_bytes(mail("First", Date="Mon, 02 Mar 2026 12:00:00 +0000").as_bytes())
    (tmp_path / "deep" / "b").write_bytes(b"Date: never\nSubject: Second\n\nx")
    (tmp_path / ".hidden").write_bytes(b"not a mail")
    with process("--maildir", str(tmp_path), "--account", "ann@example.org") as told:
        assert told["accounts"] == {"ann@example.org": 2}
        first = call(told, "ann@example.org", "messages?q=subject:first")["messages"][0]["id"]
        shown = call(told, "ann@example.org", f"messages/{first}?format=minimal")
        assert (shown["internalDate"], shown["labelIds"]) == ("1772452800000", ["INBOX", "UNREAD"])


def test_a_maildirs_flags_become_labels(tmp_path: Path) -> None:
    box = maildirs.Maildir(tmp_path / "box")
    seen = maildirs.MaildirMessage(mail("Seen"))
    seen.set_subdir("cur")
    seen.set_flags("FS")
    box.add(seen)
    box.add(maildirs.MaildirMessage(mail("New")))
    with process("--maildir", str(tmp_path / "box")) as told:
        assert told["accounts"] == {"owner@example.com": 2}
        shown = call(told, "owner@example.com", "messages?q=is:read+is:starred")
        assert shown["resultSizeEstimate"] == 1


def test_the_record_file_outlives_the_client_and_the_server(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    with process("--record", str(file), "--quota", "off") as told:
        call(told, "owner@example.com", "labels", {"name": "Read"})
        (line,) = file.read_text().splitlines()
    assert json.loads(line)["state"]["name"] == "Read"


def test_a_household_moves_in() -> None:
    with process("--household", "monday", "--seed", "3") as told:
        (account,) = (address for address, count in told["accounts"].items() if count >= 47)
        assert call(told, account, "profile")["messagesTotal"] == told["accounts"][account]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "google", "--maildir", str(tmp_path / "none")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert f"{tmp_path / 'none'} is no folder of mails" in ended.stderr


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"no headers at all",
        b"Subject: =?utf-8?B?////?= =?no-such-charset?Q?x?=\nFrom: =?utf-8?q?=\n\nx",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=martian\n\n<p>\xff\n",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!! not base64",
        b"Content-Type: \xff/\xfe; name*=x''%ff\nDate: yesterday\nTo: <<>>,,;\n\n\x00",
        b"Content-Type: text/plain; charset=utf-7; name=\xe9\xff\nX-Odd: \xe9\nSubject: =?utf-7?Q?+2AA-?=\n\n+2AA-",
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(1000)),
    ],
    ids=lambda raw: raw[:40].decode("latin-1"),
)
def test_no_mail_is_too_broken_to_be_served(users: Resource, mailbox: Mailbox, raw: bytes) -> None:
    id = mailbox.deliver(raw)
    for form in ("minimal", "metadata", "full", "raw"):
        assert users.messages().get(userId="me", id=id, format=form).execute()["id"] == id
    users.messages().list(userId="me", q="has:attachment from:a filename:b c").execute()
