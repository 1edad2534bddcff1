"""Carries out approved actions on Outlook's calendar. Nothing is written to an event that is not as it was seen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from adapters.microsoft.api import Reply, Request
from adapters.microsoft.calendar.events import RESPONSES, address_in, body_of, event_path, is_standing, people_in
from adapters.microsoft.calendar.intent import (
    Intent,
    caveat_of,
    change,
    is_answered_since,
    is_done,
    put_back,
    read_intent,
    removal,
    reply,
)
from adapters.microsoft.calendar.source import item_request
from adapters.microsoft.scopes import CALENDAR_WRITE, missing
from adapters.microsoft.writing import WritingGraph
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.calendar import Response, refuse_with_newcomers
from domain.errors import CannotBe, NotFound, TryLater
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, NewEvent

_VERBS: Mapping[Response, str] = {
    Response.ACCEPTED: "accept",
    Response.TENTATIVE: "tentativelyAccept",
    Response.DECLINED: "decline",
}
_EXISTS, _CHANGED = "exists_already", "changed_meanwhile"
# So long may an answer go on not showing after Microsoft has taken it.
_SETTLES = timedelta(seconds=10)
_NEWEST = 500
Receipt = Mapping[str, str]


class OutlookCalendarExecutor(Executor):
    """The one holder of a calendar client that may write.

    Graph makes one event of all that name the same transaction, which is the action's id. A change or a removal is
    worked out first and written with If-Match: it goes through once, or not at all. An answer Graph takes and carries
    out later, and would carry out a second one just as well.
    """

    kinds = frozenset({Kind.CREATE_EVENT, Kind.UPDATE_EVENT, Kind.DELETE_EVENT, Kind.RESPOND_EVENT})
    shows_late = frozenset({Kind.RESPOND_EVENT})

    def __init__(self, account: str, api: WritingGraph) -> None:
        self._account = account
        self._api = api

    def ask_first(self, may_write: Callable[[], None]) -> None:
        self._api.ask_first(may_write)

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return missing((CALENDAR_WRITE,), self._api.granted())

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        if isinstance(action.payload, NewEvent):
            body_of(action.payload, action.id)
            return action.id
        return self._intent(action, self._seen(action)).written()

    def execute(self, action: Action, token: str | None) -> Receipt:
        if token is None:
            raise CannotBe("nothing was prepared", code="not_prepared")
        doers: Mapping[Kind, Callable[[Action, str], Receipt]] = {
            Kind.CREATE_EVENT: self._create,
            Kind.UPDATE_EVENT: self._change,
            Kind.DELETE_EVENT: self._delete,
            Kind.RESPOND_EVENT: self._respond,
        }
        return _plain(lambda: doers[action.kind](action, token))

    def look(self, action: Action, token: str | None) -> Look:
        if token is None:
            return Look(Outcome.NOT_YET)
        if action.kind is Kind.CREATE_EVENT:
            made = self._made(token)
            return Look(Outcome.HAPPENED, _created(made)) if made is not None else Look(Outcome.NOT_YET)
        if self._happened(action, token):
            return Look(Outcome.HAPPENED, _done(action, token))
        if action.kind in self.shows_late:
            _wait_for_answers(action.changed_at)
        return Look(Outcome.NOT_YET)

    def look_undone(self, action: Action, receipt: Receipt, tried_at: datetime) -> Look:
        done = read_intent(receipt["before"])
        if _is_said(self._find(self._target(action)), _answer_before(done), done):
            return Look(Outcome.HAPPENED)
        _wait_for_answers(tried_at)
        return Look(Outcome.NOT_YET)

    def discard(self, action: Action, token: str | None) -> None:
        """Nothing is left at Microsoft before it is done."""

    def caveat(self, action: Action, receipt: Receipt) -> str:
        return _caveat(action, receipt["before"]) if "before" in receipt else ""

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        undoers: Mapping[Kind, Callable[[Action, Receipt], Receipt]] = {
            Kind.CREATE_EVENT: self._uncreate,
            Kind.UPDATE_EVENT: self._unchange,
            Kind.DELETE_EVENT: self._undelete,
            Kind.RESPOND_EVENT: self._unanswer,
        }
        return _plain(lambda: undoers[action.kind](action, receipt))

    def _intent(self, action: Action, item: Reply) -> Intent:
        asked = action.payload
        if isinstance(asked, ChangeEvent):
            return change(item, asked)
        if isinstance(asked, InvitationAnswer):
            if item.get("isOrganizer"):
                raise CannotBe("it is your own event, so there is nothing to answer", code="not_invited")
            return reply(item)
        return removal(item)

    def _seen(self, action: Action) -> Reply:
        """Return the event; raise `CannotBe` where it is gone, or is not what the owner was shown."""
        item = self._find(self._target(action))
        if item is None:
            raise _gone()
        if action.basis and action.basis != item.get("@odata.etag"):
            raise _changed()
        return item

    def _happened(self, action: Action, token: str) -> bool:
        item = self._find(self._target(action))
        if action.kind is Kind.DELETE_EVENT:
            return item is None
        if isinstance(action.payload, InvitationAnswer):
            return _is_said(item, action.payload.response, read_intent(token))
        return item is not None and is_done(item, read_intent(token))

    def _create(self, action: Action, token: str) -> Receipt:
        assert isinstance(action.payload, NewEvent)
        return _created(self._post(body_of(action.payload, token), token))

    def _post(self, body: dict[str, Any], transaction: str) -> Reply:
        try:
            return self._api.write(Request("/me/events", "POST", needs=(CALENDAR_WRITE,), body=body))
        except CannotBe as error:
            made = self._made(transaction) if error.code == _EXISTS else None
            if made is None:
                raise
            return made

    def _change(self, action: Action, token: str) -> Receipt:
        intent = read_intent(token)
        if intent.wanted:
            self._patch(self._target(action), intent.wanted, intent.version)
        return {"before": token}

    def _delete(self, action: Action, token: str) -> Receipt:
        path = event_path(self._target(action))
        try:
            self._api.write(Request(path, "DELETE", needs=(CALENDAR_WRITE,), version=read_intent(token).version))
        except NotFound:
            if action.attempts <= 1:
                raise
        return _done(action, token)

    def _respond(self, action: Action, token: str) -> Receipt:
        asked = action.payload
        assert isinstance(asked, InvitationAnswer)
        self._answer(self._target(action), asked.response, asked.comment)
        return {"before": token}

    def _answer(self, id: str, response: Response, comment: str) -> None:
        if response not in _VERBS:
            raise CannotBe("Outlook cannot take an answer back; answer otherwise instead", code="not_undoable")
        body: dict[str, Any] = {"sendResponse": True, "comment": comment}
        self._api.write(Request(f"{event_path(id)}/{_VERBS[response]}", "POST", needs=(CALENDAR_WRITE,), body=body))

    def _uncreate(self, action: Action, receipt: Receipt) -> Receipt:
        item = self._find(receipt["event"])
        if item is not None:
            refuse_with_newcomers(action.payload.attendees, map(address_in, people_in(item)))
            self._api.write(Request(event_path(receipt["event"]), "DELETE", needs=(CALENDAR_WRITE,)))
        return {}

    def _unchange(self, action: Action, receipt: Receipt) -> Receipt:
        id = self._target(action)
        item = self._item(id)
        try:
            self._patch(id, put_back(item, read_intent(receipt["before"])), str(item["@odata.etag"]))
        except CannotBe as error:
            if error.code == _CHANGED:
                raise TryLater("the event was being changed just then") from error
            raise
        return {}

    def _undelete(self, action: Action, receipt: Receipt) -> Receipt:
        """Write the event anew, under another id: what Outlook has deleted, Graph does not bring back.

        Whoever was invited is invited again. A meeting of somebody else's is his to send again.
        """
        before = read_intent(receipt["before"]).before
        if before.get("organizer") == "another":
            raise CannotBe("it was somebody else's meeting; ask for the invitation again", code="not_undoable")
        transaction = str(uuid.uuid5(uuid.NAMESPACE_URL, f"undo:{action.id}"))
        return _created(self._post({**before, "transactionId": transaction}, transaction))

    def _unanswer(self, action: Action, receipt: Receipt) -> Receipt:
        """Answer once more as before, but not until what is to be taken back shows: else nobody could tell the two."""
        id, done = self._target(action), read_intent(receipt["before"])
        item, before = self._item(id), _answer_before(done)
        if not is_answered_since(item, done):
            raise _on_its_way()
        if _response(item) is not before:
            self._answer(id, before, "")
        return {}

    def _patch(self, id: str, body: dict[str, Any], version: str) -> None:
        self._api.write(Request(event_path(id), "PATCH", needs=(CALENDAR_WRITE,), body=body, version=version))

    def _made(self, transaction: str) -> Reply | None:
        """Return the event of a transaction, which is among those that were made last."""
        params = {"$select": "id,transactionId,webLink", "$orderby": "createdDateTime desc", "$top": "100"}
        newest = islice(self._api.listed(Request("/me/events", needs=(CALENDAR_WRITE,), params=params)), _NEWEST)
        return next((item for item in newest if item.get("transactionId") == transaction), None)

    def _find(self, id: str) -> Reply | None:
        try:
            item = self._item(id)
        except NotFound:
            return None
        return item if is_standing(item) else None

    def _item(self, id: str) -> Reply:
        return self._api.read(item_request(id))

    def _target(self, action: Action) -> str:
        return action.target.removeprefix(self._account + ":")


def _wait_for_answers(tried_at: datetime) -> None:
    """Raise `TryLater` while an answer that was given then is likely on its way."""
    if abs(datetime.now(UTC) - tried_at) < _SETTLES:
        raise _on_its_way()


def _on_its_way() -> TryLater:
    return TryLater("the answer may still be on its way", retry_after=_SETTLES.total_seconds())


def _is_said(item: Reply | None, response: Response, before: Intent) -> bool:
    """Whether `response` was given since; what is declined Outlook takes out of the calendar."""
    if item is None:
        return response is Response.DECLINED
    return _response(item) is response and is_answered_since(item, before)


def _answer_before(done: Intent) -> Response:
    return RESPONSES.get(str(done.before["response"]), Response.NEEDS_ACTION)


def _response(item: Reply) -> Response:
    said = str((item.get("responseStatus") or {}).get("response"))
    return RESPONSES.get(said, Response.NEEDS_ACTION)


def _caveat(action: Action, token: str) -> str:
    return caveat_of(read_intent(token)) if action.kind is Kind.DELETE_EVENT else ""


def _done(action: Action, token: str) -> Receipt:
    caveat = _caveat(action, token)
    return {"before": token} | ({"caveat": caveat} if caveat else {})


def _created(item: Reply) -> dict[str, str]:
    return {"event": str(item["id"]), "link": str(item.get("webLink") or "")}


def _plain(call: Callable[[], Receipt]) -> Receipt:
    """Return what was done; raise our error for an event that is gone or changed."""
    try:
        return call()
    except NotFound as error:
        raise _gone() from error
    except CannotBe as error:
        if error.code == _CHANGED:
            raise _changed() from error
        raise


def _gone() -> CannotBe:
    return CannotBe("the event no longer exists", code="gone")


def _changed() -> CannotBe:
    return CannotBe("the event was changed meanwhile; look at it again", code="changed")
