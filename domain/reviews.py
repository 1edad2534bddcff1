"""Reading pull requests: what is worth a second look, which work items are meant, what comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.messages import Authentication, Message
from domain.work import PullRequest, RunState, WorkItem

LARGE = 50
"""Files from which a pull request is long to read."""


class ReviewRisk(StrEnum):
    """What is worth a second look before a pull request is approved."""

    LARGE = "large"
    NO_TESTS = "no tests"
    PIPELINE_RED = "pipeline red"
    NO_WORK_ITEM = "no work item"
    CONFLICTS = "conflicts"
    RELEASE_BRANCH = "release branch"
    GIVES_ORDERS = "tries to give orders"


_TEST = re.compile(r"(^|[/_.-])(tests?|specs?|__tests__)([/_.-]|$)", re.IGNORECASE)
_NOT_CODE = re.compile(
    r"(^|/)[^.]*$|\.(md|txt|rst|lock|json|ya?ml|toml|ini|cfg|csv|xml|html?|css|png|jpe?g|gif|svg|pdf)$", re.IGNORECASE
)
_RELEASE = re.compile(r"^(release|hotfix|prod|production)(/|$)", re.IGNORECASE)


def is_test(path: str) -> bool:
    """Whether a file holds tests, as its name or folder says."""
    return bool(_TEST.search(path)) or bool(re.search(r"Tests?\.\w+$", path))


def is_code(path: str) -> bool:
    """Whether a file holds code that a test could try: neither prose, nor settings, nor pictures."""
    return not _NOT_CODE.search(path)


def risks_of(pull: PullRequest, *, gives_orders: bool = False) -> tuple[ReviewRisk, ...]:
    """Return what is worth a second look."""
    found = {
        ReviewRisk.LARGE: pull.file_count >= LARGE,
        ReviewRisk.NO_TESTS: pull.test_count == 0 and any(is_code(each.path) for each in pull.files),
        ReviewRisk.PIPELINE_RED: pull.run is RunState.FAILED,
        ReviewRisk.NO_WORK_ITEM: not pull.work_items and not meant_work_items(pull),
        ReviewRisk.CONFLICTS: pull.has_conflicts,
        ReviewRisk.RELEASE_BRANCH: bool(_RELEASE.match(pull.target)),
        ReviewRisk.GIVES_ORDERS: gives_orders,
    }
    return tuple(risk for risk, holds in found.items() if holds)


_MARKED = re.compile(r"(?<![\w&#/!])(?:AB)?#(\d{1,9})(?!\w)", re.IGNORECASE)
_IN_BRANCH = re.compile(r"(?:^|/)(?:AB#|#)?(\d{1,9})(?=$|[-_/])", re.IGNORECASE)
_WITH_A_NAME = re.compile(r"(?:^|[/_-])AB[#-]?(\d{1,9})(?=$|[-_/])", re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)\d{2}")


def meant_work_items(pull: PullRequest) -> tuple[int, ...]:
    """Return the work items that the branch, the title, the text or the commits name and that are not linked yet.

    A pull request's own number, or that of another after “!”, is none. Source of the marks:
    https://learn.microsoft.com/azure/devops/repos/git/pull-requests#link-work-items.
    """
    texts = (pull.title, pull.description, *pull.messages)
    named = [*in_branch(pull.branch), *(number for text in texts for number in in_text(text))]
    known = {*pull.work_items, pull.number}
    return tuple(dict.fromkeys(number for number in named if number not in known))


def in_branch(branch: str) -> tuple[int, ...]:
    """Return the numbers that a branch's name gives: `feature/1234-x`, `bugfix/AB#1234`, `users/me/1234`, `#1234`."""
    found = [*_IN_BRANCH.findall(branch), *_WITH_A_NAME.findall(branch)]
    plain = [int(each) for each in dict.fromkeys(found) if not _is_part_of_a_date(each, branch)]
    return tuple(number for number in plain if number > 0)


def in_text(text: str) -> tuple[int, ...]:
    """Return the numbers marked as work items in prose: `#1234`, `AB#1234`."""
    return tuple(dict.fromkeys(int(each) for each in _MARKED.findall(text) if int(each) > 0))


def _is_part_of_a_date(number: str, branch: str) -> bool:
    """Whether it is the year of a date such as release/2026-11-23."""
    return bool(_DATE.fullmatch(number)) and bool(re.search(rf"{number}[-_./]\d{{1,2}}(?!\d)", branch))


def in_order(pulls: Iterable[PullRequest]) -> list[PullRequest]:
    """Sort as they should be read: those that can be approved first, then the short before the long, then by age."""
    return sorted(pulls, key=lambda pull: (not pull.can_be_approved, pull.file_count >= LARGE, pull.created_at))


def asks_for_review(pull: PullRequest, message: Message) -> bool:
    """Whether a mail asks for this very review: its author, or the provider, names its number or its branch.

    From anybody else it is a matter of its own, which must not vanish behind a pull request.
    """
    if message.sender.address not in (pull.author.address, *pull.told_by) or not message.sender.address:
        return False
    words = f"{message.subject}\n{message.text}"
    number = rf"(?:pull[ -]?request|merge request|\bPR|!)[ /#!]*{pull.number}(?!\d)"
    return ("/" in pull.branch and pull.branch in words) or bool(re.search(number, words, re.IGNORECASE))


def provably_asks_for_review(pull: PullRequest, message: Message) -> bool:
    """Whether it asks for this review and is proven to come from whom it names: a From: alone moves no rule to vote.

    Who writes in a chat has signed in there; of a mail the receiving server must say so (RFC 8601).
    """
    proven = message.mail is None or message.mail.authentication is Authentication.PASSED
    return proven and asks_for_review(pull, message)


@dataclass(frozen=True, slots=True)
class PullSummary:
    """What a pull request comes to in a sentence or two, as of `commit`; `by` is `local` or a model's name.

    `gives_orders`: its text tries to tell whoever reads it what to do.
    """

    commit: str
    text: str
    by: str
    gives_orders: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A pull request with all that a reader wants beside it.

    `linked` and `meant` are work items: those that it has, and those that exist and are only named. `message_ids` are
    mails that ask for this review.
    """

    pull: PullRequest
    waits: bool
    waiting_since: datetime
    summary: str
    summary_by: str
    risks: tuple[ReviewRisk, ...]
    linked: tuple[WorkItem, ...] = ()
    meant: tuple[WorkItem, ...] = ()
    message_ids: tuple[str, ...] = ()
