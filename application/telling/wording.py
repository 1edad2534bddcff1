"""How the butler words what he tells: a notice for a message, a proposal, a reminder, a sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from application.ports.store import ClassifiedMessage
from domain.actions import Action, Status
from domain.kinds import About, facts
from domain.messages import Message
from domain.notifications import Notice, NoticeKind
from domain.tasks import FollowUp

BEWARE = "Beware of this one"
_NOUNS = {
    About.MESSAGE: "messages",
    About.TASK: "tasks",
    About.EVENT: "events",
    About.PULL_REQUEST: "pull requests",
    About.WORK_ITEM: "work items",
    About.RUN: "runs",
}


def reminder_notice(ref: str, body: str, url: str, *, wanted: bool = True) -> Notice:
    """`wanted`: the owner named the moment."""
    return Notice(NoticeKind.REMINDER, "A word, if I may", body, url, f"notice-{ref}", 2, wanted=wanted)


def rule_notice(notify: Action, known: ClassifiedMessage | None) -> Notice:
    """Return the notice that a rule gives of a mail: whose it is and what about, under the rule's own words if any.

    What looks like deceit is told of as such.
    """
    said = notify.payload.text
    if known is None:
        return reminder_notice(notify.id, said or notify.title, "/", wanted=False)
    message, judged = known.message, known.classification
    body = f"{message.sender.name or message.sender.address}: {message.subject or message.snippet}"
    told = reminder_notice(notify.id, body, f"/messages/{message.id}", wanted=False)
    beware = BEWARE if judged is not None and judged.verdict.suspicion else ""
    return replace(told, title=beware or said or told.title)


def overdue_notice(owed: FollowUp) -> Notice:
    url = f"/messages/{owed.message_id}" if owed.message_id else "/"
    return Notice(NoticeKind.FOLLOW_UP, "Overdue", owed.about, url, f"notice-{owed.id}", 3)


def sign_in_notice(account: str) -> Notice:
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title="I need you for a moment",
        body=f"{account} wants you to sign in again; until then I am blind there.",
        url="/settings",
        tag=f"sign-in-{account}",
        priority=2,
    )


def proposal_notices(waiting: Sequence[Action], *, buttons: bool) -> list[Notice]:
    """Return one notice for one proposal, and one for all of a kind that came together."""
    by_kind: dict[str, list[Action]] = {}
    for action in waiting:
        by_kind.setdefault(action.kind.value, []).append(action)
    return [
        _one_notice(group[0], buttons=buttons) if len(group) == 1 else _group_notice(kind, group)
        for kind, group in by_kind.items()
    ]


def stuck_notice(stuck: Sequence[Action]) -> Notice:
    """Return one notice of all that was approved and is not done, or may not be."""
    first, only = stuck[0], len(stuck) == 1
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title=_stuck_title(stuck),
        body=f"{first.title}: {first.error or first.changed_since}" if only else _stuck_words(stuck),
        url=f"/approvals/{first.id}" if only else "/approvals",
        tag=f"stuck-{first.id}" if only else "stuck",
        priority=2,
    )


def _stuck_title(stuck: Sequence[Action]) -> str:
    if all(action.status is Status.UNCERTAIN for action in stuck):
        return "I do not know whether that was done"
    return "Something of mine did not work" if _is_own(stuck) else "That did not work"


def _is_own(stuck: Sequence[Action]) -> bool:
    """Whether all was Alfred's own to do, as by a standing order: the owner never saw it, so it is not called his."""
    return all(action.automatic for action in stuck)


def _stuck_words(stuck: Sequence[Action]) -> str:
    things = "things of mine" if _is_own(stuck) else "things that you count on"
    doubts = sum(action.status is Status.UNCERTAIN for action in stuck)
    if doubts == len(stuck):
        return f"{doubts} {things} may have been done, or not."
    return f"{len(stuck)} {things} are not done{f'; of {doubts} I do not know' if doubts else ''}."


def urgent_notice(message: Message, summary: str, priority: int) -> Notice:
    return Notice(
        kind=NoticeKind.URGENT_MAIL,
        title=f"{message.sender.name or message.sender.address} presses",
        body=summary or message.subject,
        url=f"/messages/{message.id}",
        tag=f"thread-{message.thread_id}",
        priority=priority,
        urgent=True,
    )


def _one_notice(action: Action, *, buttons: bool) -> Notice:
    can_approve = buttons and not action.must_be_read
    return Notice(
        kind=NoticeKind.PROPOSAL,
        title="May I?",
        body=action.title,
        url=f"/approvals/{action.id}",
        tag=f"action-{action.id}",
        action=action.id if can_approve else None,
        digest=action.digest if can_approve else None,
    )


def _group_notice(kind: str, group: Sequence[Action]) -> Notice:
    known = facts(group[0].kind)
    return Notice(
        kind=NoticeKind.PROPOSAL,
        title="May I?",
        body=f"{known.verb} {len(group)} {_NOUNS.get(known.about, 'things')}, if it pleases you.",
        url=f"/approvals?kind={kind}",
        tag=f"group-{kind}",
        priority=4,
    )
