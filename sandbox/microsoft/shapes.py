"""What a client may write: the properties and types of each body, from the resource pages of Graph v1.0."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.microsoft.call import JsonObject
from sandbox.microsoft.errors import unknown_property, wrong_type

_RECIPIENTS = "toRecipients:recipient* ccRecipients:recipient* bccRecipients:recipient* replyTo:recipient*"
_DRAWN = {
    "emailAddress": "name:String address:String",
    "recipient": "emailAddress:emailAddress",
    "itemBody": "contentType:String content:String",
    "dateTimeTimeZone": "dateTime:String timeZone:String",
    "followupFlag": "flagStatus:String completedDateTime:dateTimeTimeZone dueDateTime:dateTimeTimeZone "
    "startDateTime:dateTimeTimeZone",
    "internetMessageHeader": "name:String value:String",
    "attachment": "id:String name:String contentType:String contentBytes:String contentId:String "
    "contentLocation:String isInline:Boolean size:Int32 lastModifiedDateTime:String",
    "attachmentItem": "attachmentType:String name:String size:Int64 contentType:String contentId:String "
    "isInline:Boolean",
    "uploadSession": "attachmentItem:attachmentItem",
    "extendedProperty": "id:String value:String",
    "message": f"id:String subject:String body:itemBody {_RECIPIENTS} from:recipient sender:recipient "
    "importance:String isRead:Boolean isDraft:Boolean categories:String* flag:followupFlag internetMessageId:String "
    "hasAttachments:Boolean internetMessageHeaders:internetMessageHeader* attachments:attachment* "
    "isDeliveryReceiptRequested:Boolean isReadReceiptRequested:Boolean "
    "inferenceClassification:String conversationId:String receivedDateTime:String "
    "sentDateTime:String parentFolderId:String bodyPreview:String singleValueExtendedProperties:extendedProperty*",
    "send": "message:message saveToSentItems:Boolean",
    "reply": f"message:message comment:String {_RECIPIENTS}",
    "destination": "destinationId:String",
    "mailFolder": "displayName:String isHidden:Boolean",
    "outlookCategory": "displayName:String color:String",
    "nothing": "",
    "location": "displayName:String locationType:String uniqueId:String uniqueIdType:String locationUri:String "
    "locationEmailAddress:String address:physicalAddress coordinates:outlookGeoCoordinates",
    "physicalAddress": "street:String city:String state:String countryOrRegion:String postalCode:String",
    "outlookGeoCoordinates": "latitude:Double longitude:Double altitude:Double accuracy:Double altitudeAccuracy:Double",
    "responseStatus": "response:String time:String",
    "timeSlot": "start:dateTimeTimeZone end:dateTimeTimeZone",
    "attendee": "type:String status:responseStatus emailAddress:emailAddress proposedNewTime:timeSlot",
    "recurrencePattern": "type:String interval:Int32 month:Int32 dayOfMonth:Int32 daysOfWeek:String* "
    "firstDayOfWeek:String index:String",
    "recurrenceRange": "type:String startDate:String endDate:String numberOfOccurrences:Int32 "
    "recurrenceTimeZone:String",
    "patternedRecurrence": "pattern:recurrencePattern range:recurrenceRange",
    "event": "id:String subject:String body:itemBody start:dateTimeTimeZone end:dateTimeTimeZone location:location "
    "locations:location* attendees:attendee* isAllDay:Boolean isOnlineMeeting:Boolean onlineMeetingProvider:String "
    "isReminderOn:Boolean reminderMinutesBeforeStart:Int32 importance:String sensitivity:String showAs:String "
    "categories:String* responseRequested:Boolean allowNewTimeProposals:Boolean hideAttendees:Boolean "
    "recurrence:patternedRecurrence transactionId:String organizer:recipient iCalUId:String isDraft:Boolean "
    "originalStartTimeZone:String originalEndTimeZone:String singleValueExtendedProperties:extendedProperty*",
    "response": "comment:String sendResponse:Boolean proposedNewTime:timeSlot",
    "comment": "comment:String",
    "getSchedule": "schedules:String* startTime:dateTimeTimeZone endTime:dateTimeTimeZone "
    "availabilityViewInterval:Int32",
    "identity": "id:String displayName:String userIdentityType:String",
    "identitySet": "user:identity application:identity device:identity conversation:identity",
    "chatMessageMention": "id:Int32 mentionText:String mentioned:identitySet",
    "chatMessageAttachment": "id:String contentType:String contentUrl:String content:String name:String "
    "thumbnailUrl:String",
    "chatMessage": "subject:String body:itemBody importance:String mentions:chatMessageMention* summary:String "
    "attachments:chatMessageAttachment* locale:String",
    "subscription": "changeType:String notificationUrl:String lifecycleNotificationUrl:String resource:String "
    "expirationDateTime:String clientState:String latestSupportedTlsVersion:String includeResourceData:Boolean",
    "searchQuery": "queryString:String",
    "searchRequest": "entityTypes:String* query:searchQuery from:Int32 size:Int32 fields:String* "
    "enableTopResults:Boolean",
    "search": "requests:searchRequest*",
}  # fmt: skip
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "String": (str,), "Boolean": (bool,), "Int32": (int,), "Int64": (int,), "Double": (int, float),
}  # fmt: skip


def properties(shape: str) -> Mapping[str, str]:
    """The properties of a shape, each with its type; a type that ends in `*` is a collection."""
    return dict(one.split(":") for one in _DRAWN[shape].split())


def check(shape: str, body: JsonObject) -> None:
    """Refuse what Graph refuses: a property that the type does not have, and a value of another type."""
    known = properties(shape)
    for name, value in body.items():
        if name.startswith("@") or "@odata." in name:
            continue
        if name not in known:
            raise unknown_property(name, shape)
        _check_value(name, known[name], value)


def _check_value(name: str, kind: str, value: object) -> None:
    if value is None:
        return
    if kind.endswith("*"):
        if not isinstance(value, list):
            raise wrong_type(name, f"Collection({kind[:-1]})")
        for item in value:
            _check_value(name, kind[:-1], item)
    elif kind in _PYTHON:
        if not isinstance(value, _PYTHON[kind]) or (kind != "Boolean" and isinstance(value, bool)):
            raise wrong_type(name, f"Edm.{kind}")
    elif isinstance(value, dict):
        check(kind, value)
    else:
        raise wrong_type(name, f"microsoft.graph.{kind}")
