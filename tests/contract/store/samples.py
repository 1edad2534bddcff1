"""Small things to keep."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.action_events import ActionEvent, Approved, Origin, Proposed
from domain.kinds import Kind, Risk
from domain.messages import Address, Attachment, Authentication, Chat, Label, Mail, Message
from domain.triage import ActionItem, BrainName, Category, Classification, FollowUpHint, Verdict

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def mail(name: str = "1", **changes: Any) -> Message:
    """A mail `home:NAME` that arrived at noon, unless `changes` says otherwise."""
    fields: dict[str, Any] = {
        "id": f"home:{name}",
        "account": "home",
        "provider": "google",
        "source": "home/mail",
        "thread_id": f"thread-{name}",
        "sent_at": NOON - timedelta(seconds=3),
        "received_at": NOON,
        "sender": Address("Ann Smith", "ann@example.org"),
        "to": (Address("", "owner@example.com"),),
        "subject": f"Subject {name}",
        "body": Mail(f"Text of {name}."),
        "labels": frozenset({Label.INBOX, Label.UNREAD}),
    }
    return Message(**(fields | changes))


def full_mail() -> Message:
    """A mail in which nothing is left at its default."""
    ann, bob = Address("Ann", "ann@example.org"), Address("Bøb", "bob@example.org")
    body = Mail(
        text="What I say.\n\nIn two paragraphs.",
        quoted="> what you said",
        signature="-- \nAnn",
        html="<p>What I say.</p>",
        message_id="<1@example.org>",
        in_reply_to="<0@example.org>",
        references=("<0@example.org>", "<00@example.org>"),
        reply_to=(bob,),
        bcc=(ann, bob),
        list_id="list.example.org",
        list_unsubscribe="<mailto:off@example.org>",
        one_click_unsubscribe=True,
        auto_submitted=True,
        bulk=True,
        authentication=Authentication.FAILED,
        invitations=("BEGIN:VCALENDAR",),
        defects=("no end boundary",),
    )
    attachments = (Attachment(0, "plan.pdf", "application/pdf", 1234, True, "ref-0"), Attachment(1, "", "text/csv", 0))
    return mail("full", body=body, cc=(ann, bob), attachments=attachments, size=98765, sender=bob)


def chat(name: str = "chat") -> Message:
    body = Chat(
        "Lunch?", "<b>Lunch?</b>", "kitchen", (Address("Owner", "owner@example.com"),), "root", "https://chat.example/1"
    )
    return mail(name, source="home/teams", subject="", body=body)


def verdict(category: Category = Category.WORK, priority: int = 2, **changes: Any) -> Verdict:
    return Verdict(category, priority, 0.75, **changes)


def full_verdict() -> Verdict:
    return verdict(
        summary="Wants the plan.",
        action_items=(ActionItem("send the plan", NOON.date()), ActionItem("call")),
        follow_up=FollowUpHint(True, NOON.date()),
        suspicion="a look-alike domain",
        brain=BrainName.MODEL,
        model="small-model",
    )


def classified(name: str, category: Category = Category.WORK, priority: int = 2) -> Classification:
    return Classification(f"home:{name}", verdict(category, priority), NOON)


def proposed(target: str = "home:1", **changes: Any) -> Proposed:
    fields: dict[str, Any] = {
        "kind": Kind.ARCHIVE,
        "target": target,
        "account": "home",
        "arguments": {},
        "risk": Risk.APPROVAL,
        "title": "Archive it",
        "reason": "a newsletter",
        "origin": Origin.OWNER,
    }
    return Proposed(**(fields | changes))


def by_rule(target: str = "home:1", rule: str = "Newsletters", **changes: Any) -> Proposed:
    return proposed(target, origin=Origin.RULE, rule=rule, **changes)


def approved(digest: str, *, automatic: bool = False) -> list[ActionEvent]:
    return [Approved(digest, automatic=automatic)]
