"""Classifications and corrections."""

import pytest

from application.ports.store import MessageQuery, Store
from domain.errors import NotFound
from domain.triage import BrainName, Category, Classification, Correction
from tests.contract.store.samples import at, classified, full_verdict, mail, verdict


@pytest.fixture
def household(store: Store) -> Store:
    store.messages.take([mail("1"), mail("2")])
    return store


def test_a_classification_comes_back_as_it_was_put(household: Store) -> None:
    classification = Classification("home:1", full_verdict(), at(0))
    household.classifications.put([classification])
    assert household.classifications.get("home:1") == classification
    assert household.classifications.get("home:2") is None


def test_it_is_known_which_messages_have_a_classification(household: Store) -> None:
    household.classifications.put([classified("1")])
    assert household.classifications.known(["home:1", "home:2", "home:unknown"]) == {"home:1"}


def test_the_later_classification_stands(household: Store) -> None:
    household.classifications.put([classified("1", Category.WORK)])
    household.classifications.put([classified("1", Category.SPAM, 5)])
    assert household.classifications.get("home:1") == classified("1", Category.SPAM, 5)
    assert household.messages.count(MessageQuery(category=Category.WORK)) == 0
    assert household.messages.get("home:1").message == mail("1")


def test_what_is_added_replaces_nothing_and_what_stands_comes_back(household: Store) -> None:
    said = classified("1", Category.WORK)
    household.classifications.correct(Correction("home:1", at(1), Category.WORK), said)
    standing = household.classifications.add([classified("2"), classified("1", Category.SPAM, 5)])
    assert standing == (classified("2"), said)
    assert household.messages.count(MessageQuery(category=Category.SPAM)) == 0
    assert household.messages.count(MessageQuery(unclassified=True)) == 0


def test_a_correction_taken_back_leaves_the_message_to_be_classified_anew(household: Store) -> None:
    household.classifications.correct(Correction("home:1", at(1), Category.WORK), classified("1", Category.WORK))
    household.classifications.put([classified("2")])
    household.classifications.take_back("home:1", at(2))
    assert household.classifications.get("home:1") is None
    assert household.messages.count(MessageQuery(unclassified=True)) == 1


def test_a_message_that_is_not_kept_cannot_be_classified_and_nothing_is_stored(household: Store) -> None:
    with pytest.raises(NotFound, match="home:9"):
        household.classifications.put([classified("1"), classified("9")])
    assert household.classifications.get("home:1") is None


def test_a_correction_and_what_follows_from_it_are_stored_together(household: Store) -> None:
    correction = Correction("home:1", at(1), Category.PERSONAL, 3)
    owned = Classification("home:1", verdict(Category.PERSONAL, 3, brain=BrainName.OWNER), at(1))
    household.classifications.correct(correction, owned)
    assert household.classifications.corrections() == (correction,)
    assert household.classifications.get("home:1") == owned


def test_a_correction_of_an_unknown_message_leaves_nothing(household: Store) -> None:
    with pytest.raises(NotFound):
        household.classifications.correct(Correction("home:9", at(0), priority=1), classified("9"))
    assert household.classifications.corrections() == ()


def test_corrections_stand_oldest_first_until_they_are_taken_back(household: Store) -> None:
    corrections = [
        Correction("home:1", at(1), Category.WORK),
        Correction("home:2", at(2), priority=1),
        Correction("home:1", at(3), Category.SPAM, 5),
    ]
    for each in corrections:
        household.classifications.correct(each, classified(each.message_id.removeprefix("home:")))
    assert household.classifications.corrections() == tuple(corrections)
    household.classifications.take_back("home:1", at(4))
    assert household.classifications.corrections() == (corrections[1],)
    again = Correction("home:1", at(5), Category.URGENT)
    household.classifications.correct(again, classified("1"))
    assert household.classifications.corrections() == (corrections[1], again)
