"""Questions about money, asked as people ask them, with no model: the figures are the household's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from adapters.anthropic import AnthropicModel
from adapters.local.matching import LocalMatcher
from adapters.memory.model import ScriptedModel
from adapters.ollama import OllamaModel
from adapters.ollama import OllamaServer as OllamaAddress
from adapters.sqlite import open_store
from application.chat.registry import Registry, Workshop
from application.chat.service import Chat
from application.chat.tools import ALL_TOOLS
from application.chat.turn import ProposalMade, Text
from application.models.budget import Budget
from application.models.models import Models
from application.ports.books import TransactionQuery
from application.ports.model import LanguageModel, Role
from domain.chat import Mode
from domain.finance.money import Money
from domain.finance.transactions import StatementState
from domain.persona import Persona
from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer
from sandbox.statements.year import PASSWORD
from tests.integration.api.house import ZONE
from tests.integration.finance.desk import Bookkeeping, food_of, keep_books, spent_on
from tests.unit.chat.house import calls


class Butler:
    """One conversation with Alfred, who has no model but where one is given."""

    def __init__(self, books: Bookkeeping, mode: Mode = Mode.LOCAL, model: LanguageModel | None = None) -> None:
        services = books.house.services
        workshop: Workshop = replace(services.chat()._workshop, finance=books.finance)
        registry = Registry(ALL_TOOLS, workshop)
        roles: dict[Role, tuple[LanguageModel, ...]] = dict.fromkeys(Role, (model,)) if model else {}
        models = Models(books.store, books.house.clock, ZONE, lambda: roles, Budget())
        persona = Persona(address="Master Jo")
        self._chat = Chat(workshop, registry, models, LocalMatcher(ZONE), lambda: persona)
        self._conversation = self._chat.begin().id
        self._mode = mode
        self.proposed: list[str] = []

    def __call__(self, words: str) -> str:
        happened = list(self._chat.say(self._conversation, words, self._mode))
        self.proposed += [each.action.title for each in happened if isinstance(each, ProposalMade)]
        return "".join(each.text for each in happened if isinstance(each, Text))


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bookkeeping]:
    folder = tmp_path_factory.mktemp("books")
    store = open_store(folder / "alfred.db")
    kept = keep_books(store, folder)
    kept.finance.senders.add_password(PASSWORD, "now")
    kept.deliver(kept.written)
    kept.finance.collect()
    yield kept
    store.close()


def money(amount: Decimal) -> str:
    return str(Money(amount, "MYR"))


def test_what_was_spent_on_food_is_right_to_the_cent(books: Bookkeeping) -> None:
    food = food_of(books.written)
    said = Butler(books)("How much did I spend on food in February?")
    assert said.startswith(f"You spent {money(food['2026-02'])} on food in February 2026, Master Jo.")


@pytest.fixture(params=["anthropic", "ollama"])
def model(request: pytest.FixtureRequest) -> Iterator[LanguageModel]:
    if request.param == "anthropic":
        with AnthropicServer() as claude:
            yield AnthropicModel("claude-sonnet-5-5", lambda: claude.api_key, claude.base_url)
    else:
        with OllamaServer() as ollama:
            yield OllamaModel("sandbox-perfect", OllamaAddress(ollama.base_url))


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_with_a_model_the_figures_are_the_same_in_both_ways(
    books: Bookkeeping, mode: Mode, model: LanguageModel
) -> None:
    food, dining = food_of(books.written), spent_on(books.written, frozenset({"dining"}))
    ask = Butler(books, mode, model)
    said = ask("How much did I spend on food in February?")
    assert said.startswith(f"You spent {money(food['2026-02'])} on food in February 2026, Master Jo.")
    assert money(dining["2026-10"]) in ask("What did I spend on dining last month?")
    grab = [line for each in books.written for line in each.lines if "GRAB" in line.words[0] and line.date.year == 2026]
    assert money(-sum((line.amount for line in grab), Decimal(0))) in ask("Show me all Grab transactions this year")
    march = [each.closing for each in books.written if f"{each.end:%Y-%m}" == "2026-03"]
    assert all(money(each) in ask("What was my balance in March?") for each in march)
    compared = ask("Did I spend more on food in March than in January?")
    assert {money(food["2026-03"]), money(food["2026-01"])} <= set(re.findall(r"MYR [\d,.]+\d", compared))


FEBRUARY = {"since": "2026-02-01", "until": "2026-02-28", "category": "food"}
FALSE_SUM = "You spent MYR 9,999.99 on food in February, Master Jo, which is RM 123.45 more than in January."


def script_of(mode: Mode, name: str, arguments: dict[str, object], answer: str) -> ScriptedModel:
    """A model that calls one tool and then says what it likes, in either way of working."""
    intents = [{"intents": [{"name": name, "arguments": arguments}]}, {"intents": []}]
    first = [json.dumps(each) for each in intents] if mode is Mode.INTENT else [calls((name, arguments))]
    return ScriptedModel([*first, answer])


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_a_false_sum_is_named_and_set_right_from_the_books(books: Bookkeeping, mode: Mode) -> None:
    right = money(food_of(books.written)["2026-02"])
    said = Butler(books, mode, script_of(mode, "spending", FEBRUARY, FALSE_SUM))("How much on food in February?")
    assert said.startswith(f"{FALSE_SUM}\n\nFor the record: “MYR 9,999.99”, “RM 123.45” stand in nothing")
    assert f"What was looked up says: You spent {right} on food in February 2026" in said


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_a_true_sum_stands_alone(books: Bookkeeping, mode: Mode) -> None:
    right = food_of(books.written)["2026-02"]
    true = f"{money(right)}, or about RM {right:,.0f}, Master Jo."
    assert Butler(books, mode, script_of(mode, "spending", FEBRUARY, true))("How much on food in February?") == true


def test_a_sum_that_nothing_was_looked_up_for_is_named(books: Bookkeeping) -> None:
    said = Butler(books, Mode.TOOL_USE, ScriptedModel(["That was MYR 500.00."]))("How much on food?")
    assert said.endswith("For the record: “MYR 500.00” stands in nothing that I looked up.")


def test_a_sum_that_was_struck_bears_nothing_out_later(books: Bookkeeping) -> None:
    ask = Butler(books, Mode.TOOL_USE, ScriptedModel(["That was MYR 500.00.", "As I said: MYR 500.00, not MYR 70.00."]))
    ask("How much on food? I guess MYR 70.00")
    assert ask("Sure?").endswith("“MYR 500.00” stands in nothing that I looked up.")


def test_of_many_invented_sums_none_bears_anything_out_later(books: Bookkeeping) -> None:
    sums = [f"MYR {number}.00" for number in range(501, 506)]
    said = f"Food took {', '.join(sums)}."
    ask = Butler(books, Mode.TOOL_USE, ScriptedModel([said, *(f"As I said: {each}." for each in sums)]))
    ask("How much on food?")
    for each in sums:
        assert ask("Sure?").endswith(f"For the record: “{each}” stands in nothing that I looked up.")


def test_the_owners_own_amount_is_no_invention(books: Bookkeeping) -> None:
    said = "I shall say that you offer EUR 700."
    assert Butler(books, Mode.TOOL_USE, ScriptedModel([said]))("Offer them 700 euros") == said


@pytest.mark.parametrize("month", [f"2026-{number:02}" for number in range(1, 11)])
def test_every_month_answers_to_the_cent(books: Bookkeeping, month: str) -> None:
    name = f"{date.fromisoformat(f'{month}-01'):%B}"
    said = Butler(books)(f"what did i spend on dining in {name}")
    assert money(spent_on(books.written, frozenset({"dining"}))[month]) in said


def test_one_question_goes_on_from_the_last(books: Bookkeeping) -> None:
    food, ask = food_of(books.written), Butler(books)
    assert money(food["2026-10"]) in ask("How much did I spend on food last month?")
    compared = ask("Is that more than January?")
    gap = food["2026-10"] - food["2026-01"]
    assert money(food["2026-01"]) in compared
    assert f"{money(abs(gap))} {'more' if gap > 0 else 'less'}" in compared
    assert money(food["2026-03"]) in ask("And in March?")


def test_a_question_that_nothing_came_before_is_asked_back(books: Bookkeeping) -> None:
    assert "say it in full" in Butler(books)("Is that more than January?")


def test_all_transactions_of_a_merchant_are_listed_with_their_sum(books: Bookkeeping) -> None:
    grab = [line for each in books.written for line in each.lines if "GRAB" in line.words[0] and line.date.year == 2026]
    said = Butler(books)("all Grab transactions this year")
    assert f"{len(grab)} transactions with “Grab”" in said
    assert money(-sum((line.amount for line in grab), Decimal(0))) in said


@pytest.mark.parametrize(
    "words", ["how much did I spend at Zeppelins", "did I spend more at Zeppelins in May than in June"]
)
def test_a_name_that_the_books_do_not_hold_is_not_said_to_have_cost_nothing(books: Bookkeeping, words: str) -> None:
    assert Butler(books)(words) == "There is nothing called “Zeppelins” in the books, Master Jo."


def test_two_categories_are_summed_as_one(books: Bookkeeping) -> None:
    both = spent_on(books.written, frozenset({"groceries", "dining"}))["2026-10"]
    said = Butler(books)("what did i spend on groceries and dining in October")
    assert said.startswith(f"You spent {money(both)} on groceries and dining in October 2026")


def test_the_largest_come_first(books: Bookkeeping) -> None:
    said = Butler(books)("what are my largest expenses this year")
    assert said.splitlines()[1].endswith("MYR -1,800.00 (housing)")


def test_balances_subscriptions_and_flow_are_told(books: Bookkeeping) -> None:
    ask = Butler(books)
    closing = {each.bank: each.closing for each in books.written}
    assert all(money(each) in ask("what's my balance") for each in closing.values())
    assert "Streambox: MYR 54.90 monthly" in ask("what subscriptions do i have")
    assert "Tenaga Elektrik: MYR 146.27 monthly, next about 2026-11-12" in ask("what subscriptions do i have")
    assert "2026-10: in MYR 9,850.00" in ask("how much did i earn last month")


def test_the_balance_is_told_as_time_went_by(books: Bookkeeping) -> None:
    ask = Butler(books)
    march = ask("what was my balance in March?")
    assert all(money(each.closing) in march for each in books.written if f"{each.end:%Y-%m}" == "2026-03")
    year = ask("how did my balance develop this year?").splitlines()
    assert [line[2:9] for line in year[1:]] == [f"2026-{month:02}" for month in range(1, 11)]
    assert all(money(each.closing) in "\n".join(year) for each in books.written if each.end.year == 2026)


def test_what_was_spent_in_several_months_is_told_month_by_month(books: Bookkeeping) -> None:
    said = Butler(books)("how much did I spend on dining this year?")
    dining = spent_on(books.written, frozenset({"dining"}))
    months = [f"2026-{month:02}" for month in range(1, 11)]
    told = [line for line in said.splitlines() if line.startswith("• 2026-")]
    assert [line.split(" (")[0] for line in told] == [f"• {month}: {money(dining[month])}" for month in months]


def test_where_the_books_end_is_said(books: Bookkeeping) -> None:
    said = Butler(books)("how much have i spent this month")
    assert "nothing in November 2026; the statements end on 28 Oct 2026" in said


@pytest.fixture
def with_a_hole(books: Bookkeeping) -> Iterator[Bookkeeping]:
    """The books without one account's February, whose document is locked."""
    first = next(each for each in books.store.books.statements() if f"{each.end:%Y-%m}" == "2026-02")
    lines = books.store.books.transactions(TransactionQuery(statement_id=first.id))
    books.store.books.book(replace(first, state=StatementState.NEEDS_PASSWORD, start=None, end=None), ())
    yield books
    books.store.books.book(first, lines)


HOLE = re.compile(r"[^;:]+: [^;:]* 2026[^;:]* is not in the books \(locked\)")


@pytest.mark.parametrize(
    "words",
    [
        "How much did I spend in February?",
        "Did I spend more on food in January than in February?",
        "cash flow in February",
    ],
)
def test_an_answer_says_whose_month_is_not_in_the_books(with_a_hole: Bookkeeping, words: str) -> None:
    assert HOLE.search(Butler(with_a_hole)(words))


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_an_answer_in_a_models_words_says_so_too(with_a_hole: Bookkeeping, mode: Mode) -> None:
    said = Butler(with_a_hole, mode, script_of(mode, "spending", FEBRUARY, "All is well."))(
        "How much on food in February?"
    )
    assert said.startswith("All is well.\n\nFor the record: ")
    assert HOLE.search(said)


def test_a_month_that_is_whole_is_not_qualified(with_a_hole: Bookkeeping) -> None:
    assert "not in the books" not in Butler(with_a_hole)("How much did I spend in May?")


def test_a_budget_is_set_in_plain_words(books: Bookkeeping) -> None:
    ask = Butler(books)
    ask("tell me if dining passes RM 2,000")
    assert ask.proposed == ["Set the budget for dining to MYR 2000 a month"]
    (budget,) = books.finance.budgets.all()
    assert (budget.category, str(budget.limit)) == ("dining", "MYR 2,000.00")
    assert "dining in 2026-10" in ask("how are my budgets")


def test_the_year_is_sorted_as_its_key_says(books: Bookkeeping) -> None:
    """Words that are general, not tuned to these names: what they cannot tell stays `other`, and is never wrong."""
    key = {(line.date, line.amount, line.words[0][:9]): line for each in books.written for line in each.lines}
    judged = [
        (key[(each.date, each.amount, each.description[:9])], each)
        for each in books.store.books.transactions(TransactionQuery())
    ]
    right = [line.category == each.category.value for line, each in judged]
    wrong = {each.description for line, each in judged if each.category.value not in (line.category, "other")}
    assert sum(right) / len(right) >= 0.95
    assert wrong == set()
    moved = {line.kind for line, each in judged if each.own_transfer is not None}
    assert (moved, [line.kind for line, each in judged if each.refund]) == ({"transfer"}, ["refund"])
