"""How far the household is set up, and what the owner has put off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from application.accounts import Accounts, AccountState
from application.finance.senders import BankSenders
from application.ports.providers import Connection, Connections, Part, Provider
from application.ports.store import Store
from application.proposing.rule_book import RuleBook
from application.setup.steps import STEPS, Progress, Step, StepName
from application.sign_in.devices import Devices
from domain.errors import CannotBe

SKIPPED = "setup/skipped/"
BEGUN = "setup/begun"


@dataclass(frozen=True, slots=True)
class StepState:
    """A step as it stands; `said` names what is there or what is wrong, `accounts` are those that serve it."""

    step: Step
    progress: Progress
    said: str = ""
    providers: tuple[Provider, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is said, or nothing, of the steps that no provider serves: the banks, the way in, the service."""

    banks: Callable[[], str]
    phone: Callable[[], str]
    service: Callable[[], str]


def surroundings_of(
    senders: BankSenders, devices: Devices, public_url: str, service: Callable[[], str]
) -> Surroundings:
    """Say which banks' mail is looked at, and where the way in from a phone leads, or which phones are signed in."""

    def phone() -> str:
        return public_url or ", ".join(device.name for device in devices.all() if device.is_phone)

    return Surroundings(banks=lambda: ", ".join(senders.all()), phone=phone, service=service)


class Setup:
    """Looks how far each step is. Nothing is kept of a step but that it was put off: the facts speak for themselves.

    `watch_first`: a new household is shown what rules would do before they propose.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        connections: Connections,
        rule_book: RuleBook,
        surroundings: Surroundings,
        *,
        watch_first: bool,
    ) -> None:
        self._preferences = store.preferences
        self._accounts = accounts
        self._connections = connections
        self._rule_book = rule_book
        self._watch_first = watch_first
        self._told = {
            StepName.BANKS: surroundings.banks,
            StepName.PHONE: surroundings.phone,
            StepName.SERVICE: surroundings.service,
        }

    def begin(self) -> None:
        """Note that the owner sets up; a household that has no account yet then only watches, where that is wanted."""
        is_new = self._preferences.get(BEGUN) is None and not self._accounts.all()
        if is_new and self._watch_first:
            self._rule_book.watch_first()
        self._preferences.put(BEGUN, True)

    def states(self) -> tuple[StepState, ...]:
        return tuple(self._state(step) for step in STEPS)

    def skip(self, name: StepName) -> None:
        """Put a step off until the owner asks for it."""
        self._preferences.put(SKIPPED + name.value, True)

    def take_up(self, name: StepName) -> None:
        """Have a step asked for again."""
        self._preferences.delete(SKIPPED + name.value)

    def check(self, account: str) -> str:
        """Call the provider of an account; say in a sentence what works, or raise what is wrong."""
        noted = any(each.name == account for each in self._accounts.all())
        connection = self._accounts.reconnect(account) if noted else self._connections.get(account)
        if connection.models is not None:
            return connection.models.check()
        return f"{account} is connected as {connection.address.address or connection.address.name}"

    def widen(self, account: str, part: Part) -> None:
        """Have the next sign-in of an account ask for what reading a part takes."""
        known = self._accounts.get(account)
        provider = next(each for each in self._accounts.providers() if each.name == known.provider)
        if part not in provider.guide.parts:
            raise CannotBe(f"{provider.title} has no {part.value}", code="no_part")
        self._accounts.widen(account, provider.guide.wants.get(part, {}))

    def _state(self, step: Step) -> StepState:
        if step.part is not None:
            return self._of_part(step, step.part)
        said = self._told[step.name]()
        return StepState(step, Progress.DONE if said else self._not_done(step), said)

    def _of_part(self, step: Step, part: Part) -> StepState:
        providers = tuple(each for each in self._accounts.providers() if part in each.guide.parts)
        names = {each.name for each in providers}
        serving = [each for each in self._connections.all() if _serves(each, part)]
        noted = [state for state in self._accounts.states() if state.account.provider in names]
        accounts = tuple(dict.fromkeys([*(each.account.name for each in serving), *(s.account.name for s in noted)]))
        lost = [state for state in noted if not state.connected]
        if serving:
            return StepState(step, Progress.DONE, ", ".join(map(_named, serving)), providers, accounts)
        if lost:
            return StepState(step, Progress.TROUBLE, _lost(lost[0]), providers, accounts)
        return StepState(step, self._not_done(step), "", providers, accounts)

    def _not_done(self, step: Step) -> Progress:
        skipped = self._preferences.get(SKIPPED + step.name.value) is not None
        return Progress.SKIPPED if skipped else Progress.OPEN


def _serves(connection: Connection, part: Part) -> bool:
    offers = {
        Part.MODEL: connection.models is not None,
        Part.MAIL: bool(connection.messages),
        Part.CALENDAR: bool(connection.calendars),
        Part.WORK: connection.work is not None,
    }
    return offers[part]


def _named(connection: Connection) -> str:
    who = connection.address.address or connection.address.name
    return f"{connection.account.name} ({who})" if who else connection.account.name


def _lost(state: AccountState) -> str:
    return f"{state.account.name}: {state.problem}"
