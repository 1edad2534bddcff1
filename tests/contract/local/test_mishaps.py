"""What the brain in the box makes of mishaps: somebody is hurt or ill, a flight does not leave when it should."""

from __future__ import annotations

import pytest

from adapters.local import LocalBrain
from domain.messages import Authentication
from domain.triage import Category, Verdict
from tests.contract.local.mails import FRIDAY, OWNER, ZONE, a_mail

BRAIN = LocalBrain(ZONE, frozenset({OWNER}))
FRIEND: dict[str, object] = {"sender": "Bea <bea@gmail.com>", "authentication": Authentication.PASSED}
MACHINE: dict[str, object] = {"sender": "Air <no-reply@air.example>", "authentication": Authentication.PASSED}
CROWD: dict[str, object] = {
    "sender": "Aid <news@aid.example>",
    "list_id": "<n.aid.example>",
    "one_click_unsubscribe": True,
}


def judged(text: str, rest: dict[str, object]) -> Verdict:
    verdict = BRAIN.judge([a_mail(text, **rest)], FRIDAY)[0]  # type: ignore[arg-type]
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    "text",
    [
        "Dad had a car accident. We are at the emergency room. Please come",
        "Mum is in hospital. Call me",
        "Grandpa had a stroke this morning, we are waiting for the doctors.",
        "Your child has a fever, pick her up now",
        "Ihr Kind hat Fieber. Bitte holen Sie es bald ab.",
        "Papa hatte einen Herzinfarkt. Ruf mich sofort an",
        "Papa a fait une crise cardiaque, il est aux urgences. Rappelle-moi.",
        "Mamá está en el hospital. Llámame.",
        "Papà ha avuto un infarto, siamo al pronto soccorso. Chiamami.",
        "Papa heeft een hartaanval gehad. Bel me.",
        "O pai sofreu um acidente. Liga-me.",
        "Ayah kemalangan, kami di hospital. Telefon saya.",
        "爸爸出车祸了,在医院急诊。快来。",
    ],
)
@pytest.mark.parametrize("sender", [FRIEND, {}])
def test_an_emergency_comes_first_whoever_tells_of_it(text: str, sender: dict[str, object]) -> None:
    verdict = judged(text, sender)
    assert verdict.category in {Category.URGENT, Category.PERSONAL, Category.WORK}
    assert verdict.priority == 1


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Grandma is back home from hospital, all is well. Love, Mum", FRIEND),
        ("Please collect your results at the hospital from Monday on.", FRIEND),
        ("Mum starts her new job at the hospital on Monday. Dinner at the weekend?", FRIEND),
        ("We saw a film about a heart attack, Dad cried. Come over for dinner!", FRIEND),
        ("Dad, I had a car accident. Please transfer 2000 EUR to this IBAN and call me.", FRIEND),
        ("Reminder: your visit to the hospital is next week. If you have a fever, please call us.", MACHINE),
        (
            "Emergency appeal: children are in hospital after the earthquake, call me a dreamer. Please donate now.",
            CROWD,
        ),
        ("Dad had a heart attack, call me, he said: ten stories of people who changed their lives. Read on.", CROWD),
    ],
)
def test_harm_that_is_over_told_feigned_or_sent_to_a_crowd_does_not(text: str, sender: dict[str, object]) -> None:
    assert judged(text, sender).priority >= 3


@pytest.mark.parametrize(
    "text",
    [
        "Your flight XY 123 on 24 November is cancelled. Please rebook.",
        "Your train at 10:40 has been canceled. Your booking remains valid on other trains.",
        "Your appointment on Monday was cancelled by the practice.",
        "Ihr Zug ICE 5 fällt aus. Ihre Buchung gilt in anderen Zügen.",
        "Votre vol AF 12 est annulé. Votre réservation reste valable.",
        "Your flight BA 9 today is delayed by 4 hours. The new departure time is 18:45.",
        "Ihr Flug LH 4 am 21.11. wurde auf 06:10 Uhr verlegt.",
        "Su vuelo IB 3 de mañana ha cambiado: sale a las 06:10.",
        "Il suo appuntamento di lunedì è stato spostato a martedì alle 11.",
        "Uw vlucht KL 1 van morgen is gewijzigd. De nieuwe vertrektijd is 06:10.",
        "A sua consulta de segunda-feira foi remarcada para terça-feira.",
        "Penerbangan anda MH 12 esok telah dijadualkan semula.",
        "您明天的航班CA 123延误。",
        "Your washing machine will be delivered today between 14:00 and 16:00. Someone must be at home.",
        "Your flight BA 9 has been moved to 18:45 and is confirmed. It is not overbooked.",
        "Your flight XY 123 on 24 November is cancelled, if you wish to rebook, use our site.",
        "De trein van 10:40 naar Gent rijdt niet. Uw boeking blijft geldig.",
        "Ihre Lieferung kommt heute zwischen 14 und 16 Uhr. Es muss jemand zu Hause sein.",
        "Votre colis sera livré aujourd'hui entre 14h et 16h. Votre présence est nécessaire.",
    ],
)
def test_a_journey_called_off_or_moved_or_a_delivery_that_wants_somebody_at_home_wants_the_owner(text: str) -> None:
    verdict = judged(text, MACHINE)
    assert (verdict.category, verdict.priority) == (Category.TRANSACTIONAL, 2)


@pytest.mark.parametrize(
    "text",
    [
        "Ihr Termin am 23.11. um 9 Uhr muss verschoben werden. Neuer Termin: 24.11. um 11 Uhr.",
        "Your appointment with Dr Patel on Monday has been moved to Tuesday at 11:00.",
        "Gentili genitori, oggi la scuola chiude alle 12. Vi preghiamo di venire a prendere i bambini.",
    ],
)
def test_what_a_practice_or_a_school_moves_wants_the_owner(text: str) -> None:
    assert judged(text, {"sender": "Office <office@place.example>"}).priority <= 2


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Your flight XY 123 is confirmed. Free cancellation within 24 hours.", MACHINE),
        ("Your flight was cancelled as requested. The refund is on its way.", MACHINE),
        ("Your subscription was cancelled. You will not be charged.", MACHINE),
        ("Your appointment was moved as you requested, and is confirmed.", MACHINE),
        ("Nuestra política ha cambiado. Visita nuestra web o consulta los cambios.", MACHINE),
        ("Your parcel was delivered today at 14:05 and left with a neighbour.", MACHINE),
        ("Your flight check-in opens today. Your seat has been changed.", MACHINE),
        ("Terms of your train pass: the price has been changed.", MACHINE),
        ("Your order has been delivered. A technician will help you at home today by video.", MACHINE),
        ("Your parcel will be delivered today. Nobody must be at home.", MACHINE),
        ("Your appointment is confirmed. If it is postponed we will call you.", MACHINE),
        ("If your appointment has been postponed, we will call you.", MACHINE),
        ("Your appointment is confirmed and can be rescheduled online.", MACHINE),
        ("Falls Ihr Zug ausgefallen ist, rufen Sie an. Niemand muss zu Hause sein.", MACHINE),
        ("Our opening hours have been changed. Your next train ticket offer is here.", MACHINE),
        ("Die Hauptversammlung wurde verschoben. Termin folgt.", MACHINE),
        ("The software release has been postponed. Your train pass is valid until May.", MACHINE),
        ("Your delivery today: the parcel is at home base Leipzig.", MACHINE),
        ("Heute Lieferung: niemand muss zu Hause sein.", MACHINE),
        ("Dinner at home: free delivery today only!", CROWD),
        ("Flight cancelled? Our lawyers get 600 EUR for every flight that was cancelled. Read more.", CROWD),
    ],
)
def test_what_goes_ahead_or_was_called_off_by_the_owner_does_not(text: str, sender: dict[str, object]) -> None:
    assert judged(text, sender).priority >= 4


def test_what_a_called_off_journey_asks_is_kept() -> None:
    assert [item.text for item in judged("Your flight is cancelled. Please rebook.", MACHINE).action_items] == [
        "Please rebook."
    ]
