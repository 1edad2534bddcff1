"""Letters that ask for money as swindlers do, and honest ones that speak of the same things."""

from __future__ import annotations

import pytest

from adapters.local import LocalBrain
from adapters.local.swindles import asks_as_swindlers_do
from domain.messages import Authentication
from domain.triage import Category
from tests.contract.local.mails import FRIDAY, OWNER, ZONE, a_mail

HACKED = "I have hacked your computer and recorded you. Send 1200 USD in Bitcoin within 48 hours or all will see it."
WON = "You have won 1,000,000 USD. Send your bank details to claim the lottery prize by Monday."
CARDS = "I am in a meeting. Can you buy 5 Apple gift cards urgently and send me the codes?"


@pytest.mark.parametrize(
    "text",
    [
        HACKED,
        WON,
        CARDS,
        "I am a hacker who got into your device. Pay 0.05 BTC to this wallet.",
        "Your device was infected with\nmy trojan. Transfer 900 EUR in bitcoin to me.",
        "Ich habe Ihren Rechner gehackt und Sie gefilmt. Überweisen Sie 1000 Euro in Bitcoin.",
        "J’ai piraté votre ordinateur. Envoyez 900 euros en bitcoin.",
        "He hackeado tu ordenador. Envía 900 euros en bitcoin.",
        "Ho violato il tuo computer e ti ho registrato. Invia 900 euro in bitcoin.",
        "Ik heb je computer gehackt. Stuur 900 euro in bitcoin.",
        "Eu hackeei o seu computador. Envie 900 euros em bitcoin.",
        "Saya telah menggodam komputer anda. Hantar RM900 dalam bitcoin.",
        "我已经入侵了你的电脑。请支付一千美元的比特币。",
        "I am the lawyer of a late client. You are the next of kin to 8.5 million USD: provide your account number.",
        "Sie haben in der Lotterie gewonnen. Senden Sie die Bankverbindung, um 2 Millionen Euro zu erhalten.",
        "Vous avez gagné 1.500.000 euros. Envoyez vos coordonnées bancaires.",
        "Kauf bitte drei Geschenkkarten und schick mir die Codes.",
        "Achète trois cartes cadeaux et envoie-moi les codes.",
    ],
)
def test_a_swindlers_letter_is_known(text: str) -> None:
    assert asks_as_swindlers_do(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for buying a gift card of 50 EUR. Your code is ABCD-1234. Send the code to whom you like.",
        "Buy gift cards for all and we will send you the codes by e-mail. E-mail us if a code does not work.",
        "Thanks for the gift card! Do you have the code of the front door? Send it to me later.",
        "This week in Bitcoin: hackers hacked an exchange, and wallets emptied. Pay with bitcoin at our shop.",
        "Our systems were hacked on Monday. Your bitcoin wallet is safe; send us no coins.",
        "If your account was hacked, change the password, and do not send bitcoin to anybody who asks for it.",
        "We recorded your talk on Bitcoin wallets; I hacked together a page. Please send the slides.",
        "You have won a voucher! Claim it in our shop by Friday.",
        "Congratulations, you have won second prize in our essay contest: 200 EUR. Please send your bank details.",
        "The lottery of our school made 400 EUR. Please send Ann the bank details of the club.",
        "National Lottery Fund: send your claim form and your bank details, and the grant will be paid.",
        "For the transfer of 2,000,000 EUR please provide the account number of the beneficiary.",
        "Please buy a gift card for Tom, and send me the door code.",
        "In the matter of your aunt's inheritance: please send us your bank details, so that we can pay your share.",
        "Never send your bank details to anybody who says that you won a million in a lottery and should claim it.",
        "In Sachen Erbschaft: bitte senden Sie uns Ihre Bankverbindung für Ihren Anteil.",
    ],
)
def test_an_honest_letter_of_the_same_things_is_not(text: str) -> None:
    assert not asks_as_swindlers_do(text.lower())


@pytest.mark.parametrize("text", [HACKED, WON, CARDS])
def test_a_swindler_whose_server_is_vouched_for_leads_nothing(text: str) -> None:
    mail = a_mail(text, sender="Jim Moor <jim.moor@gmail.com>", authentication=Authentication.PASSED)
    (verdict,) = LocalBrain(ZONE, frozenset({OWNER})).judge([mail], FRIDAY)
    assert verdict is not None
    assert (verdict.suspicion, verdict.category) == ("Asks for money as swindlers do", Category.SPAM)
    assert not verdict.follow_up.needed
