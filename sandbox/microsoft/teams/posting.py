"""Writing into a channel or a chat."""

from __future__ import annotations

from sandbox.microsoft.call import Call, JsonObject, Outcome, object_of, objects_of, text_of
from sandbox.microsoft.errors import invalid
from sandbox.microsoft.teams.views import shown
from sandbox.microsoft.teams.workplace import Conversation, Workplace


def post(workplace: Workplace, where: Conversation, call: Call, parent: str | None = None) -> Outcome:
    """Write what the caller says, or refuse what says nothing."""
    body = object_of(call.body, "body")
    content = text_of(body, "content")
    if not content:
        raise invalid("Missing body content.", "BadRequest")
    for mention in objects_of(call.body, "mentions"):
        if f'<at id="{mention.get("id")}">' not in content:
            raise invalid("Neither Body nor adaptive card content contains marker for mention.", "BadRequest")
    given = {name: value for name, value in call.body.items() if name != "body"}
    kind = text_of(body, "contentType", "text")
    written = workplace.post(where, call.account, content, kind, parent, properties=given)
    state: JsonObject = {"where": where.name or where.id, "replyToId": parent, "text": written.text}
    return Outcome(shown(where, written), 201, written.id, state)
