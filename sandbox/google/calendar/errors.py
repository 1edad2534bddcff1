"""The calendar's refusals (https://developers.google.com/workspace/calendar/api/guides/errors)."""

from __future__ import annotations

from sandbox.google.errors import Refusal


def invalid(message: str, location: str = "", reason: str = "invalid", domain: str = "global") -> Refusal:
    where = {"locationType": "parameter", "location": location} if location else {}
    return Refusal(400, message, reason, domain, where=where)


def required(message: str) -> Refusal:
    return Refusal(400, message, "required")


def empty_range() -> Refusal:
    return invalid("The specified time range is empty.", "timeMax", "timeRangeEmpty", "calendar")


def range_too_long() -> Refusal:
    return invalid("The requested time range is too long.", "timeMax", "timeRangeTooLong", "calendar")


def not_found() -> Refusal:
    return Refusal(404, "Not Found", "notFound")


def access_needed(role: str) -> Refusal:
    return Refusal(403, f"You need to have {role} access to this calendar.", "requiredAccessLevel", "calendar")


def duplicate() -> Refusal:
    return Refusal(409, "The requested identifier already exists.", "duplicate")


def deleted() -> Refusal:
    return Refusal(410, "Resource has been deleted", "deleted", status="FAILED_PRECONDITION")


def full_sync_required() -> Refusal:
    where = {"locationType": "parameter", "location": "syncToken"}
    message = "Sync token is no longer valid, a full sync is required."
    return Refusal(410, message, "fullSyncRequired", "calendar", where=where, status="FAILED_PRECONDITION")


def condition_not_met() -> Refusal:
    where = {"locationType": "header", "location": "If-Match"}
    return Refusal(412, "Precondition Failed", "conditionNotMet", where=where, status="FAILED_PRECONDITION")


def not_the_organizer() -> Refusal:
    message = "Shared properties can only be changed by the organizer of the event."
    return Refusal(403, message, "forbiddenForNonOrganizer", "calendar")
