"""What the brain in the box makes of the office: alarms, cold calls, what is settled, what an employer asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters.local import LocalBrain
from domain.messages import Authentication
from domain.triage import Category, Verdict
from tests.contract.local.mails import FRIDAY, OWNER, ZONE, a_mail, a_post

BRAIN = LocalBrain(ZONE, frozenset({OWNER}))
BULK: dict[str, object] = {
    "sender": "Growth <sam@leadmill.example>",
    "list_id": "<7.leadmill.example>",
    "list_unsubscribe": "<https://leadmill.example/u>",
    "one_click_unsubscribe": True,
    "authentication": Authentication.PASSED,
}
MACHINE: dict[str, object] = {
    "sender": "Spendly <no-reply@spendly.example>",
    "authentication": Authentication.PASSED,
}


def judged_mail(text: str, **rest: object) -> Verdict:
    verdict = BRAIN.judge([a_mail(text, **rest)], FRIDAY)[0]  # type: ignore[arg-type]
    assert verdict is not None
    return verdict


def judged_post(text: str, *mentions: str) -> Verdict:
    verdict = BRAIN.judge([a_post(text, *mentions)], FRIDAY)[0]
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    "text",
    [
        "SEV1: checkout is down in eu-west, error rate at 40 %. All hands in the bridge please.",
        "P1 - payments are failing since 14:05, on-call was paged. Looking into it now.",
        "Production outage: the login service returns 500s, nobody can sign in.",
        "The pager went off again, the backup failed for the third time this week.",
        "sev 2, the import wrote zero rows for both tenants. Investigating.",
        "Produktion steht still: der Import ist zum zweiten Mal fehlgeschlagen, Bereitschaft ist alarmiert.",
        "Panne en production : les exports échouent depuis 8 h, l'astreinte est prévenue.",
    ],
)
def test_an_alarm_in_a_channel_is_urgent(text: str) -> None:
    verdict = judged_post(text)
    assert (verdict.category, verdict.priority) == (Category.URGENT, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Resolved: checkout was down for 12 minutes, error rate is back to normal. Postmortem to follow.",
        "All clear, the sev 2 from last night is fixed and the failed jobs were run again.",
        "Reminder: the outage drill is on Tuesday, the pager will go off at 10 and fail over on purpose.",
        "Done: tests for the importer. Today: docs. Blocked: nothing.",
        "I hand over the pager to Ann at noon, it was a quiet week.",
        "Two builds failed last night because of a flaky test, I will look at it today.",
        "The new severity levels are in the wiki.",
        "Entwarnung: der Ausfall ist behoben, alle fehlgeschlagenen Läufe sind nachgeholt.",
    ],
)
def test_what_is_over_or_only_spoken_of_is_no_alarm(text: str) -> None:
    verdict = judged_post(text)
    assert (verdict.category, verdict.priority >= 3) == (Category.WORK, True)


@pytest.mark.parametrize("weekday", ["Saturday", "Sunday", "Monday"])
def test_what_a_post_asks_of_the_owner_by_name_and_soon_comes_first(weekday: str) -> None:
    verdict = judged_post(f"@Jo Owner, could you check the numbers by {weekday}?", OWNER)
    assert (verdict.category, verdict.priority, verdict.follow_up.needed) == (Category.WORK, 2, True)


def test_how_near_a_day_is_is_reckoned_from_today_and_not_from_when_it_was_written() -> None:
    text = "Hi Jo,\n\nfor the client meeting I need the report. Could you send it by Thursday?\n\nRegards\nAnn"
    mail = a_mail(text)
    by_day = [BRAIN.judge([mail], FRIDAY + timedelta(days=days))[0] for days in (0, 2, 3, 6, 8, 40)]
    assert [verdict and verdict.priority for verdict in by_day] == [3, 3, 2, 2, 2, 3]
    assert {verdict.category for verdict in by_day if verdict} == {Category.WORK}


@pytest.mark.parametrize(
    "text",
    [
        "Hi Jo,\n\nI came across your company and wanted to reach out. We help teams like yours book 30% more demos."
        " Do you have 15 minutes for a quick call next week?\n\nSam",
        "Hey Jo, just following up on my last email. Would love to show you how we can grow your pipeline. Worth a"
        " chat? Grab a slot on my calendar.",
        "Hi Jo, I noticed your website could get three times the traffic. Our SEO team generates leads on autopilot."
        " Open to a quick call on Tuesday?",
        "Hallo Jo, ich bin auf Ihr Unternehmen gestoßen. Wir verdoppeln Ihre Leads. Haben Sie 15 Minuten für ein kurzes"
        " Telefonat?",
        "Bonjour Jo, je me permets de vous contacter : nous aidons les entreprises comme la vôtre à générer des leads."
        " Auriez-vous 15 minutes pour un appel ?",
    ],
)
def test_a_cold_call_through_a_bulk_sender_is_no_newsletter(text: str) -> None:
    verdict = judged_mail(text, subject="Quick question", **BULK)
    assert (verdict.category, verdict.priority) == (Category.SPAM, 5)


@pytest.mark.parametrize(
    "text",
    [
        "This week: how a bakery doubled its sales, five tips for your website, and a webinar on Tuesday. Read more.",
        "Issue 41. I noticed something odd about how we talk of growth. Most companies never ask why. Read on for three"
        " short essays, and thank you for subscribing.",
        "Product news: the new dashboard shows your leads and your pipeline at a glance. Book a demo or watch"
        " the video.",
        "Diese Woche: drei Fragen an eine Gründerin, neue Kurse, und 15 Minuten Lesestoff. Weiterlesen.",
    ],
)
def test_a_newsletter_that_speaks_of_sales_stays_a_newsletter(text: str) -> None:
    assert judged_mail(text, subject="The weekly", **BULK).category == Category.NEWSLETTER


def test_a_partner_who_wants_to_talk_about_the_business_is_no_cold_caller() -> None:
    text = "Hi Jo, following up on my last email about your company's renewal: do you have 15 minutes for a quick call?"
    assert judged_mail(text, sender="Ann <ann@client.example>", in_reply_to="<1@client.example>").category == "work"


@pytest.mark.parametrize(
    "text",
    [
        "Your expense report 8812 (hotel) was approved by Ann Lee. You will be reimbursed with your next salary.",
        "Your travel claim has been approved. Reimbursement of 214.80 EUR is on its way. No action is needed.",
        "Ihre Spesenabrechnung wurde genehmigt. Die Erstattung erfolgt mit dem nächsten Gehalt.",
        "Votre note de frais a été approuvée. Le remboursement arrive avec votre prochain salaire.",
    ],
)
@pytest.mark.parametrize("sender", ["Spendly <no-reply@spendly.example>", "Spendly <mail@spendly.example>"])
def test_a_notice_that_money_matters_are_settled_is_a_receipt(text: str, sender: str) -> None:
    verdict = judged_mail(text, subject="Approved", **{**MACHINE, "sender": sender})
    assert (verdict.category, verdict.priority, verdict.action_items) == (Category.TRANSACTIONAL, 4, ())


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Hello Jo, your timesheet for October is missing. Please submit it by Monday, before payroll closes.", 23),
        ("Hello Jo, everyone completes the yearly compliance training by 30 November. It takes ten minutes.", 30),
        ("Dear Jo, your expense claim lacks a receipt. Please upload it by Tuesday so that HR can approve it.", 24),
        ("Hallo Jo, bitte reichen Sie Ihre Stundenzettel bis Montag ein, damit die Lohnabrechnung schließen kann.", 23),
    ],
)
def test_what_an_employer_asks_of_his_staff_is_work_with_a_day(text: str, due: int) -> None:
    verdict = judged_mail(text, subject="A reminder", sender="People Desk <hello@people.corp.example>")
    assert (verdict.category, verdict.follow_up.by) == (Category.WORK, date(2026, 11, due))


def test_a_sub_domain_of_the_owners_own_is_his_own_house_unless_it_fails_to_prove_so() -> None:
    brain = LocalBrain(ZONE, frozenset({"jo@corp.example"}))
    text = "The canteen is closed tomorrow."
    own, feigned = (
        brain.judge([a_mail(text, sender="Desk <desk@it.corp.example>", authentication=proof)], FRIDAY)[0]
        for proof in (Authentication.PASSED, Authentication.FAILED)
    )
    assert own is not None
    assert feigned is not None
    assert own.category == Category.WORK
    assert feigned.confidence < own.confidence
