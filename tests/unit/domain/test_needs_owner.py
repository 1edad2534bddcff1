"""Which mail is a matter for the owner, by what it was judged to be."""

from __future__ import annotations

import pytest

from domain.briefing import needs_owner
from domain.messages import Label
from domain.triage import Category, Verdict
from tests.contract.local.mails import a_mail


@pytest.mark.parametrize(
    ("category", "priority", "needs"),
    [
        (Category.URGENT, 1, True),
        (Category.TRANSACTIONAL, 2, True),
        (Category.TRANSACTIONAL, 3, False),
        (Category.PERSONAL, 3, False),
        (Category.NEWSLETTER, 2, False),
    ],
)
def test_a_machine_that_tells_of_a_journey_called_off_needs_the_owner_and_a_receipt_does_not(
    category: Category, priority: int, needs: bool
) -> None:
    mail = a_mail("Your flight is cancelled.", labels=frozenset({Label.INBOX}))
    assert needs_owner(mail, Verdict(category, priority, 0.9, "Your flight is cancelled.")) is needs
