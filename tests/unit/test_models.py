"""The models in use: in order, within the budget, on record; and the breaker."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.memory import MemoryStore
from adapters.memory.model import ScriptedModel
from application.announcing import announced
from application.models.budget import Budget
from application.models.models import Breaker, Models, NoModel
from application.ports.model import Answer, LanguageModel, Price, Question, Role, Speaker, Turn, Usage
from application.ports.talk import Spent
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater
from tests.unit.chat.house import NOW, Clock

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
HELLO = Question((Turn(Speaker.OWNER, "Hello"),))
DOLLAR_A_TOKEN = Price(input=1_000_000)
KEY_REFUSED = SignInAgain("the key is refused", account="claude")
OVERLOADED = TryLater("overloaded", code="overloaded")
DECLINED = CannotBe("declined", code="declined")
TOO_LONG = CannotBe("the prompt is too long", code="request_refused")


class Ledger(MemoryStore):
    """A store whose calls on record can be read back."""

    def __init__(self) -> None:
        super().__init__()
        self.spent: list[Spent] = []
        add = self.usage.add
        self.usage.add = lambda spent: (self.spent.append(spent), add(spent))[1]  # type: ignore[method-assign]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def models(
    ledger: MemoryStore, *line: LanguageModel, budget: Budget | None = None, clock: Clock | None = None
) -> Models:
    return Models(ledger, clock or Clock(), ZONE, lambda: {Role.COMPOSE: line}, budget or Budget())


def spend(ledger: MemoryStore, dollars: float, at: datetime = NOW) -> None:
    ledger.usage.add(Spent(at, "m", "chat", 0, 0, 0, 0, dollars, 0.1))


def test_the_first_model_that_answers_is_taken(ledger: Ledger) -> None:
    first, second, third = ScriptedModel([OVERLOADED]), ScriptedModel(["Second."]), ScriptedModel(["Third."])
    assert models(ledger, first, second, third).ask(Role.COMPOSE, HELLO, "chat").text == "Second."
    assert third.questions == []


def test_where_all_fail_the_last_trouble_is_told(ledger: Ledger) -> None:
    with pytest.raises(SignInAgain):
        models(ledger, ScriptedModel([OVERLOADED]), ScriptedModel([KEY_REFUSED])).ask(Role.COMPOSE, HELLO, "chat")


def test_without_a_model_that_is_said(ledger: Ledger) -> None:
    with pytest.raises(NoModel, match="compose"):
        models(ledger).ask(Role.COMPOSE, HELLO, "chat")


def test_every_call_is_on_record_with_tokens_and_money(ledger: Ledger) -> None:
    price = Price(input=3, output=15, cached=0.3, cache_written=3.75)
    answer = Answer("Hi.", usage=Usage(input=1000, output=100, cached=2000, cache_written=400))
    model = ScriptedModel([OVERLOADED, answer], "anthropic:claude", price=price, local=False)
    line = models(ledger, model)
    with pytest.raises(TryLater):
        line.ask(Role.COMPOSE, HELLO, "chat")
    line.ask(Role.COMPOSE, HELLO, "chat")
    failed, fine = ledger.spent
    assert (failed.failed, failed.dollars) == (True, 0)
    assert (fine.model, fine.purpose, fine.input, fine.output) == ("anthropic:claude", "chat", 1000, 100)
    assert (fine.cached, fine.cache_written, fine.failed) == (2000, 400, False)
    assert fine.dollars == pytest.approx((3000 + 1500 + 600 + 1500) / 1_000_000)


def test_a_stream_is_on_record_too_also_where_nobody_hears_its_end(ledger: Ledger) -> None:
    model = ScriptedModel([Answer("One two.", usage=Usage(input=7)), "Three four."])
    line = models(ledger, model)
    assert [piece.text for piece in line.stream(model, HELLO, "chat")] == ["One ", "two.", ""]
    left = line.stream(model, HELLO, "chat")
    next(left)
    left.close()
    assert [(each.input, each.failed) for each in ledger.spent] == [(7, False), (0, True)]


@pytest.mark.parametrize(
    ("spent", "level"),
    [(0.0, "ok"), (0.79, "ok"), (0.80, "warning"), (0.99, "warning"), (1.0, "spent"), (5.0, "spent")],
)
@pytest.mark.parametrize("budget", [Budget(per_day=1), Budget(per_month=1)])
def test_the_budget_warns_at_80_percent_and_is_spent_at_100(
    ledger: Ledger, budget: Budget, spent: float, level: str
) -> None:
    spend(ledger, spent)
    assert models(ledger, budget=budget).budget().level == level


def test_without_limits_nothing_is_ever_spent_up(ledger: Ledger) -> None:
    spend(ledger, 1e6)
    assert models(ledger).budget().level == "ok"


def test_when_it_is_spent_only_models_on_this_machine_answer(ledger: Ledger) -> None:
    near, far = ScriptedModel(["Near."], local=True), ScriptedModel(["Far."], local=False)
    line = models(ledger, far, near, budget=Budget(per_day=1))
    spend(ledger, 1.0)
    assert line.ask(Role.COMPOSE, HELLO, "chat").text == "Near."
    assert far.questions == []


def test_a_day_begins_at_the_owners_midnight_and_a_month_on_its_first(ledger: Ledger) -> None:
    midnight = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    spend(ledger, 1.0, midnight - timedelta(seconds=1))
    state = models(ledger, budget=Budget(1, 10)).budget()
    assert (state.today, state.this_month) == (0, 1)
    spend(ledger, 2.0, midnight)
    assert models(ledger, budget=Budget(1, 10)).budget().today == 2
    december = Clock(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    assert models(ledger, clock=december).budget().this_month == 0


def test_the_same_trouble_is_logged_once_until_the_model_has_answered(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    line = models(ledger, ScriptedModel([OVERLOADED, OVERLOADED, KEY_REFUSED, "Hi.", OVERLOADED]))
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            try:
                line.ask(Role.COMPOSE, HELLO, "chat")
            except AlfredError:
                continue
    assert [record.code for record in caplog.records] == ["overloaded", "sign_in_again", "overloaded"]  # type: ignore[attr-defined]


def heard(ledger: MemoryStore) -> list[str]:
    """What was told of the models so far, each time it was told."""
    notes = (announced(ledger, item.ref, NOW) for item in ledger.feed.after(0) if item.topic == "notification")
    return [f"{notice.title}: {notice.body}" for notice in notes if notice is not None]


def try_often(line: Models, clock: Clock, times: int, minutes: int = 10) -> None:
    for _ in range(times):
        with suppress(AlfredError):
            line.ask(Role.COMPOSE, HELLO, "chat")
        clock.at += timedelta(minutes=minutes)


def test_a_refused_key_is_told_of_once_until_it_is_taken_again(ledger: Ledger) -> None:
    clock = Clock()
    model = ScriptedModel([KEY_REFUSED, KEY_REFUSED, "Hi.", KEY_REFUSED])
    try_often(models(ledger, model, clock=clock), clock, 1)
    try_often(models(ledger, model, clock=clock), clock, 1)
    (told,) = heard(ledger)
    assert "the key is refused" in told
    try_often(models(ledger, model, clock=clock), clock, 1)
    assert heard(ledger) == []
    try_often(models(ledger, model, clock=clock), clock, 1)
    assert len(heard(ledger)) == 2  # the feed names it twice, as it was told twice


@pytest.mark.parametrize(
    ("script", "told"), [([OVERLOADED] * 3, 0), ([OVERLOADED] * 9, 1), ([DECLINED] * 9, 0), ([TOO_LONG] * 9, 0)]
)
def test_other_trouble_is_told_of_once_and_only_where_it_lasts(
    ledger: Ledger, script: list[AlfredError], told: int
) -> None:
    clock = Clock()
    try_often(models(ledger, ScriptedModel(script), clock=clock), clock, len(script))
    assert len(heard(ledger)) == told


def test_two_failures_with_a_night_between_are_no_outage(ledger: Ledger) -> None:
    clock = Clock()
    try_often(models(ledger, ScriptedModel([OVERLOADED] * 2), clock=clock), clock, 2, minutes=9 * 60)
    assert heard(ledger) == []


def test_what_does_not_pass_by_itself_is_an_outage_however_seldom_it_is_met(ledger: Ledger) -> None:
    clock = Clock()
    gone = CannotBe("no credit", code="credit_gone")
    try_often(models(ledger, ScriptedModel([gone] * 2), clock=clock), clock, 2, minutes=9 * 60)
    assert len(heard(ledger)) == 1


def test_an_outage_lasts_on_through_restarts(ledger: Ledger) -> None:
    clock = Clock()
    for _ in range(2):
        try_often(models(ledger, ScriptedModel([OVERLOADED] * 2), clock=clock), clock, 2)
    assert len(heard(ledger)) == 1


def test_a_budget_is_told_of_when_it_is_nearly_and_when_it_is_quite_spent_once_for_each_day(ledger: Ledger) -> None:
    clock = Clock()
    answer = Answer("Hi.", usage=Usage(input=1))
    tenth = ScriptedModel([answer] * 24, price=Price(input=100_000))
    line = models(ledger, tenth, budget=Budget(per_day=1), clock=clock)
    try_often(line, clock, 7, 1)
    assert heard(ledger) == []
    try_often(line, clock, 5, 1)
    assert [each.partition(":")[0] for each in heard(ledger)] == [
        "What I think with is nearly spent",
        "What I think with is spent",
    ]
    clock.at += timedelta(days=1)
    try_often(line, clock, 12, 1)
    assert len(heard(ledger)) == 4


def call(breaker: Breaker, error: AlfredError | None = None, model: str = "m") -> str:
    """Make a call that ends so; return what became of it."""
    try:
        with breaker.guard(model):
            if error is not None:
                raise error
    except AlfredError as raised:
        return raised.code
    return "fine"


@pytest.mark.parametrize(
    "error", [KEY_REFUSED, CannotBe("no credit", code="credit_gone"), OVERLOADED, TryLater("slow", code="rate_limited")]
)
def test_the_breaker_opens_when_a_model_fails_for_good(error: AlfredError) -> None:
    breaker = Breaker()
    call(breaker, error)
    assert breaker.is_open
    assert breaker.error == str(error)
    assert call(breaker) == "breaker_open"


@pytest.mark.parametrize("error", [CannotBe("declined", code="declined"), TryLater("cut off", code="cut_off")])
def test_trouble_with_one_question_leaves_it_closed(error: AlfredError) -> None:
    breaker = Breaker()
    call(breaker, error)
    assert not breaker.is_open


def test_each_poll_lets_one_probe_through_and_one_that_succeeds_closes_it() -> None:
    breaker = Breaker()
    call(breaker, KEY_REFUSED)
    breaker.allow_probe()
    assert [call(breaker, KEY_REFUSED), call(breaker)] == ["sign_in_again", "breaker_open"]
    breaker.allow_probe()
    assert [call(breaker), call(breaker)] == ["fine", "fine"]
    assert (breaker.is_open, breaker.error) == (False, None)


def test_a_probe_allowed_while_all_is_well_is_no_probe_saved_up() -> None:
    breaker = Breaker()
    breaker.allow_probe()
    call(breaker, KEY_REFUSED)
    assert call(breaker) == "breaker_open"


def test_an_outage_of_one_model_leaves_another_alone() -> None:
    breaker = Breaker()
    call(breaker, KEY_REFUSED, "far")
    assert [call(breaker, model="near"), call(breaker, model="far")] == ["fine", "breaker_open"]


def test_an_outage_is_logged_once_when_it_begins_and_once_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    breaker = Breaker()
    with caplog.at_level(logging.INFO):
        for error in (KEY_REFUSED, KEY_REFUSED, KEY_REFUSED, None):
            breaker.allow_probe()
            call(breaker, error)
            call(breaker, error)
    assert [record.message for record in caplog.records] == ["model breaker opened", "model breaker closed"]
