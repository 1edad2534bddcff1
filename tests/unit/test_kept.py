"""What is kept of one kind is found again, alone or together, and nothing of another kind with it."""

from __future__ import annotations

from adapters.memory import MemoryStore
from application.kept import Kept
from domain.own_records import NewBudget, NewFact

TEA = NewFact("tea", "I like tea")


def test_each_is_found_under_its_id_and_all_in_their_order() -> None:
    preferences = MemoryStore().preferences
    facts, budgets = Kept(preferences, "fact/", NewFact), Kept(preferences, "budget/", NewBudget)
    budgets.put("food", NewBudget("food", "5", "MYR"))
    for id in ("b", "a"):
        facts.put(id, NewFact(id, id))
    facts.put("c", TEA)
    assert (facts.get("c"), facts.get("d")) == (TEA, None)
    assert (facts.ids(), facts.all()) == (("a", "b", "c"), (NewFact("a", "a"), NewFact("b", "b"), TEA))


def test_what_is_let_go_of_takes_nothing_of_another_kind_along() -> None:
    preferences = MemoryStore().preferences
    facts, budgets = Kept(preferences, "fact/", NewFact), Kept(preferences, "budget/", NewBudget)
    budgets.put("food", NewBudget("food", "5", "MYR"))
    for id in ("a", "b", "c"):
        facts.put(id, TEA)
    facts.delete("a")
    assert facts.ids() == ("b", "c")
    facts.clear()
    assert (facts.ids(), budgets.ids()) == ((), ("food",))
