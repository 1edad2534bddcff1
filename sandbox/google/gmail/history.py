"""users.history.list: the changes of a mailbox since a cursor.

Source: https://developers.google.com/workspace/gmail/api/guides/sync.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sandbox.google.call import Call, Outcome
from sandbox.google.discovery import JsonObject
from sandbox.google.errors import invalid, not_found
from sandbox.google.gmail.mailbox import Change, HistoryRecord, Mailbox, Mailboxes
from sandbox.misbehaviour import Faults, Kind

_LARGEST_PAGE = 500
_FIELDS = {
    Change.MESSAGE_ADDED: "messagesAdded",
    Change.MESSAGE_DELETED: "messagesDeleted",
    Change.LABEL_ADDED: "labelsAdded",
    Change.LABEL_REMOVED: "labelsRemoved",
}


class History:
    """users.history.list."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults) -> None:
        self._mailboxes = mailboxes
        self._faults = faults

    def list(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        found = _wanted(mailbox, call)
        if self._faults.struck(call.method.id, call.account, (Kind.EMPTY_PAGE,)):
            again = call.text("pageToken") or call.text("startHistoryId")
            return Outcome({"nextPageToken": again, "historyId": str(mailbox.history_id)})
        size = min(call.number("maxResults", 100), _LARGEST_PAGE) or _LARGEST_PAGE
        records = list(islice(found, size))
        more = next(found, None) is not None
        shown: JsonObject = {"history": [_shown(record) for record in records]} if records else {}
        token = {"nextPageToken": str(records[-1].id)} if more else {}
        return Outcome({**shown, **token, "historyId": str(mailbox.history_id)})


def _wanted(mailbox: Mailbox, call: Call) -> Iterator[HistoryRecord]:
    if not call.text("startHistoryId"):
        raise invalid("Missing required parameter: startHistoryId")
    token = call.text("pageToken")
    if token and not token.isdigit():
        raise invalid("Invalid pageToken")
    records = mailbox.history_after(call.number("startHistoryId", 0))
    if records is None:
        raise not_found()
    kinds = {kind.lower() for kind in call.texts("historyTypes")} or {kind.lower() for kind in Change}
    label = call.text("labelId")
    seen = int(token) if token else 0
    return (
        record
        for record in records
        if record.id > seen
        and record.change.lower() in kinds
        and (not label or label in record.labels or label in record.changed_labels)
    )


def _shown(record: HistoryRecord) -> JsonObject:
    brief: JsonObject = {"id": record.message_id, "threadId": record.thread_id}
    message = {**brief, **({"labelIds": list(record.labels)} if record.labels else {})}
    change: JsonObject = {"message": message}
    if record.changed_labels:
        change["labelIds"] = list(record.changed_labels)
    return {"id": str(record.id), "messages": [brief], _FIELDS[record.change]: [change]}
