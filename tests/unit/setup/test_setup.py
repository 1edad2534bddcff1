"""How far the household is set up, as the terminal and the app ask for it."""

from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.connections import ConnectedAccounts
from application.ports.providers import Guide, Part
from application.proposing.rule_book import RuleBook
from application.setup.setup import Setup, Surroundings
from application.setup.steps import STEPS, Progress, StepName
from daemon.providers import Providers
from domain.errors import CannotBe, SignInAgain
from tests.integration.api.house import ZONE, PaperProvider, SetClock, build


class Stationer(PaperProvider):
    """Paper mail whose calendar is asked for by a setting."""

    name = "stationer"
    guide = Guide(parts=(Part.MAIL, Part.CALENDAR), wants={Part.CALENDAR: {"box": "mail, calendar"}})


class Household:
    """A new household, and what the machine says of it."""

    def __init__(self, folder: Path, *, watch_first: bool = True) -> None:
        self.store, self.vault = MemoryStore(), MemoryVault()
        self.connections = ConnectedAccounts()
        provider = Stationer()
        providers = {provider.name: provider}
        self.accounts = Accounts(self.store, self.vault, providers, self.connections, {}, SetClock())
        self.rule_book: RuleBook = build(MemoryStore(), folder, LocalBrain(ZONE)).services.rule_book
        self.phone = ""
        surroundings = Surroundings(banks=str, phone=lambda: self.phone, service=str)
        self.setup = Setup(
            self.store, self.accounts, self.connections, self.rule_book, surroundings, watch_first=watch_first
        )

    def progress(self, name: StepName) -> Progress:
        return next(each.progress for each in self.setup.states() if each.step.name is name)

    def sign_in(self, name: str = "post") -> None:
        self.accounts.add(name, "stationer", {"box": "mail"})
        attempt, _ = self.accounts.begin_sign_in(name)
        self.accounts.finish_sign_in(attempt, "http://localhost/?code=yes")


@pytest.fixture
def household(tmp_path: Path) -> Household:
    return Household(tmp_path)


def test_everything_is_open_in_a_new_household(household: Household) -> None:
    assert {each.progress for each in household.setup.states()} == {Progress.OPEN}


def test_a_step_is_done_by_what_is_there_and_not_by_a_mark(household: Household) -> None:
    household.sign_in()
    assert household.progress(StepName.MAIL) is Progress.DONE
    household.accounts.remove("post")
    assert household.progress(StepName.MAIL) is Progress.OPEN


def test_what_was_put_off_stays_so_until_it_is_taken_up(household: Household) -> None:
    household.setup.skip(StepName.PHONE)
    assert household.progress(StepName.PHONE) is Progress.SKIPPED
    household.setup.take_up(StepName.PHONE)
    assert household.progress(StepName.PHONE) is Progress.OPEN


def test_what_is_there_counts_more_than_that_it_was_put_off(household: Household) -> None:
    household.setup.skip(StepName.PHONE)
    household.phone = "https://alfred.example.org"
    assert household.progress(StepName.PHONE) is Progress.DONE


def test_an_account_that_lost_its_sign_in_is_in_trouble(household: Household) -> None:
    household.accounts.add("post", "stationer", {})
    assert household.progress(StepName.MAIL) is Progress.TROUBLE


def test_only_a_household_without_accounts_begins_by_watching(household: Household) -> None:
    household.sign_in()
    household.setup.begin()
    assert household.rule_book.only_watches is False


def test_a_second_wizard_does_not_take_the_owners_word_back(household: Household) -> None:
    household.setup.begin()
    assert household.rule_book.only_watches is True
    household.rule_book.begin()
    household.setup.begin()
    assert household.rule_book.only_watches is False


def test_who_wants_no_first_look_gets_none(tmp_path: Path) -> None:
    household = Household(tmp_path, watch_first=False)
    household.setup.begin()
    assert household.rule_book.only_watches is False


def test_a_part_is_asked_for_besides_what_is_read_already(household: Household) -> None:
    household.accounts.add("post", "stationer", {"box": "mail, teams"})
    household.setup.widen("post", Part.CALENDAR)
    assert household.accounts.get("post").settings["box"] == "mail, teams, calendar"


def test_a_part_that_the_provider_does_not_have_is_refused(household: Household) -> None:
    household.accounts.add("post", "stationer", {})
    with pytest.raises(CannotBe, match="has no work"):
        household.setup.widen("post", Part.WORK)


def test_a_check_says_what_works_or_what_is_wrong(household: Household) -> None:
    household.accounts.add("post", "stationer", {})
    with pytest.raises(SignInAgain):
        household.setup.check("post")
    household.sign_in()
    assert household.setup.check("post") == "post is connected as jo@post.example"


def test_every_provider_serves_a_step_and_says_what_to_do() -> None:
    asked = {step.part for step in STEPS}
    lacking = [
        name
        for name, provider in Providers().items()
        if not (provider.guide.steps and set(provider.guide.parts) <= asked)
    ]
    assert lacking == []


def test_every_page_that_a_step_or_a_guide_names_is_there() -> None:
    pages = {step.page for step in STEPS} | {each.guide.page for each in Providers().values()}
    docs = Path(__file__).parents[3] / "docs"
    assert sorted(page for page in pages if not (docs / page).is_file()) == []
