"""Work items that rules have entered: what a mail says of them, and where they belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from application.acting.drafting import Proposal
from domain.messages import Message
from domain.titles import heading_of
from domain.work import WorkItem


def for_mail(proposal: Proposal, message: Message, known: Iterable[WorkItem]) -> Proposal:
    """Return a proposal of a work item with what its rule left open.

    The title is the mail's subject, and so not the owner's words; the project is the one that most of his work is in.
    """
    arguments = dict(proposal.arguments or {})
    if not arguments.get("title"):
        arguments["title"] = heading_of(message)
    account, project = proposal.account, arguments.get("project")
    if not project:
        account, arguments["project"] = _usual_place(known, proposal.account)
    return replace(proposal, account=account, arguments=arguments, tainted=True)


def _usual_place(known: Iterable[WorkItem], account: str) -> tuple[str, str]:
    """Return account and project of most of the owner's work items; no project where he has none."""
    places = Counter((item.account, item.project) for item in known if item.is_mine and account in ("", item.account))
    return places.most_common(1)[0][0] if places else (account, "")
