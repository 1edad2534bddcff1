"""Setting up: the steps with how far each is, what rules would do, and the owner's word to begin."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.providers import Part, Provider, SettingsField
from application.proposing.rule_book import Trial
from application.setup.setup import StepState
from application.setup.steps import Progress, StepName
from domain.errors import NotFound
from web.api.operations import Call, Operation

SHOWN = 5


@dataclass(frozen=True, slots=True)
class StepFieldForm:
    """One thing that a provider's form asks for; `preset`: the household's settings say it already."""

    name: str
    title: str
    default: str
    secret: bool
    help: str
    preset: bool


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """A provider that serves a step. `steps` are what to do at it first; `account` is its accounts' usual name."""

    name: str
    title: str
    account: str
    steps: tuple[str, ...]
    page: str
    fields: tuple[StepFieldForm, ...]


@dataclass(frozen=True, slots=True)
class StepForm:
    name: StepName
    title: str
    why: str
    page: str
    progress: Progress
    said: str
    accounts: tuple[str, ...]
    providers: tuple[ChoiceForm, ...]


@dataclass(frozen=True, slots=True)
class WouldForm:
    """What a rule would propose now: `kinds` about `count` messages, of which the newest subjects are shown."""

    rule: str
    said: str
    kinds: tuple[str, ...]
    count: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetupForm:
    """`watching`: rules propose nothing before the owner has seen `would`, which is empty otherwise."""

    items: tuple[StepForm, ...]
    watching: bool
    would: tuple[WouldForm, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class CheckForm:
    """What works, in a sentence."""

    said: str


@dataclass(frozen=True, slots=True)
class BegunForm:
    """How much was proposed."""

    proposed: int


def show(call: Call) -> SetupForm:
    rule_book = call.services.rule_book
    trials = rule_book.rehearse() if rule_book.only_watches else ()
    return SetupForm(
        items=tuple(_step_form(call, state) for state in call.services.setup.states()),
        watching=rule_book.only_watches,
        would=tuple(_would(trial) for trial in trials if trial.affected),
    )


def begin(call: Call) -> SetupForm:
    call.services.setup.begin()
    return show(call)


def skip(call: Call) -> SetupForm:
    call.services.setup.skip(_step(call))
    return show(call)


def take_up(call: Call) -> SetupForm:
    call.services.setup.take_up(_step(call))
    return show(call)


def check(call: Call) -> CheckForm:
    return CheckForm(call.services.setup.check(call.path["name"]))


def widen(call: Call) -> SetupForm:
    call.services.setup.widen(call.path["name"], _part(call))
    return show(call)


def agree(call: Call) -> BegunForm:
    return BegunForm(len(call.services.rule_book.begin()))


def _step(call: Call) -> StepName:
    try:
        return StepName(call.path["step"])
    except ValueError:
        raise NotFound(f"there is no step called {call.path['step']!r}") from None


def _part(call: Call) -> Part:
    try:
        return Part(call.path["part"])
    except ValueError:
        raise NotFound(f"there is no part called {call.path['part']!r}") from None


def _step_form(call: Call, state: StepState) -> StepForm:
    return StepForm(
        name=state.step.name,
        title=state.step.title,
        why=state.step.why,
        page=state.step.page,
        progress=state.progress,
        said=state.said,
        accounts=state.accounts,
        providers=tuple(_choice(call, provider) for provider in state.providers),
    )


def _choice(call: Call, provider: Provider) -> ChoiceForm:
    preset, guide = call.services.accounts.preset(provider.name), provider.guide
    fields = tuple(_field(field, preset=field.name in preset) for field in provider.fields if not field.rare)
    return ChoiceForm(provider.name, provider.title, guide.account or provider.name, guide.steps, guide.page, fields)


def _field(field: SettingsField, *, preset: bool) -> StepFieldForm:
    return StepFieldForm(field.name, field.title, field.default, field.secret, field.help, preset)


def _would(trial: Trial) -> WouldForm:
    return WouldForm(
        rule=trial.rule.name,
        said=trial.rule.said,
        kinds=tuple(outcome.kind.value for outcome in trial.rule.then),
        count=len(trial.affected),
        subjects=tuple(each.message.subject for each in trial.affected[:SHOWN]),
    )


OPERATIONS = (
    Operation("GET", "/api/setup", "The steps of setting up, and what rules would do", show, SetupForm),
    Operation("POST", "/api/setup/begin", "Begin to set up; a new household only watches at first", begin, SetupForm),
    Operation("POST", "/api/setup/agree", "Seen: from now on rules propose", agree, BegunForm),
    Operation("POST", "/api/setup/steps/{step}/skip", "Put a step off", skip, SetupForm),
    Operation("DELETE", "/api/setup/steps/{step}/skip", "Ask for a step again", take_up, SetupForm),
    Operation("POST", "/api/setup/accounts/{name}/check", "Call the account's provider", check, CheckForm),
    Operation(
        "POST", "/api/setup/accounts/{name}/parts/{part}", "Ask for a part at the next sign-in", widen, SetupForm
    ),
)
