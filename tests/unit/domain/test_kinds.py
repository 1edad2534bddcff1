"""What somebody else may notice is told apart from what stays in the owner's own house."""

import pytest

from domain.codec import Json, encode, of_text, type_hints
from domain.kinds import FACTS, Kind, facts, may_reach_others, read_payload

AT_HOME = {
    Kind.ARCHIVE,
    Kind.DELETE,
    Kind.LABEL,
    Kind.SNOOZE,
    Kind.DRAFT,
    Kind.CREATE_TASK,
    Kind.COMPLETE_TASK,
    Kind.CREATE_FOLLOW_UP,
    Kind.NOTIFY,
    Kind.REMEMBER,
    Kind.SET_BUDGET,
}


@pytest.mark.parametrize("kind", FACTS)
def test_whatever_leaves_the_house_may_reach_others(kind: Kind) -> None:
    assert may_reach_others(kind) is (kind not in AT_HOME)


@pytest.mark.parametrize(
    ("kind", "name", "written", "meant"),
    [
        (Kind.LINK_WORK_ITEM, "work_item", "42", 42),
        (Kind.UPDATE_WORK_ITEM, "priority", "2", 2),
        (Kind.UPDATE_WORK_ITEM, "priority", "", None),
        (Kind.UPDATE_WORK_ITEM, "title", "", ""),
        (Kind.CREATE_TASK, "due", "", None),
        (Kind.CREATE_EVENT, "online", "True", True),
        (Kind.CREATE_EVENT, "attendees", "a@b.example, c@d.example", ["a@b.example", "c@d.example"]),
        (Kind.CREATE_EVENT, "recurrence", '["RRULE:FREQ=WEEKLY;BYDAY=MO,TU"]', ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU"]),
        (Kind.SEND, "text", "42", "42"),
    ],
)
def test_what_is_written_as_text_has_the_type_of_what_it_changes(
    kind: Kind, name: str, written: str, meant: Json
) -> None:
    whole: dict[str, Json] = {"title": "Stand-up", "start": "2026-11-23T09:00Z", "end": "2026-11-23T10:00Z"}
    hints = type_hints(facts(kind).payload)
    payload = read_payload(
        kind, {key: whole[key] for key in whole if key in hints} | {name: of_text(hints[name], written)}
    )
    assert encode(getattr(payload, name)) == meant
