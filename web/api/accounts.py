"""The owner's accounts: note one, sign in, remove it."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts import AccountState
from application.ports.providers import Pastes, SettingsField, SignInStep
from domain.privacy import Privacy
from web.api.operations import Call, Operation

LONGEST_WAIT = 300


@dataclass(frozen=True, slots=True)
class AccountForm:
    name: str
    provider: str
    connected: bool
    address: str | None
    scopes: tuple[str, ...]
    privacy: Privacy
    problem: str


@dataclass(frozen=True, slots=True)
class PrivacyForm:
    """Which models may see what the account holds: `any`, `local` ones only, or `never`."""

    privacy: Privacy


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One thing that a provider's form asks for; what is `secret` is never shown again."""

    name: str
    title: str
    secret: bool
    help: str


@dataclass(frozen=True, slots=True)
class ProviderForm:
    name: str
    title: str
    fields: tuple[FieldForm, ...]


@dataclass(frozen=True, slots=True)
class AccountList:
    items: tuple[AccountForm, ...]
    providers: tuple[ProviderForm, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class NewAccountForm:
    name: str
    provider: str
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class SignInForm:
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInStepForm:
    attempt: str
    url: str
    code: str
    can_paste: bool
    message: str
    pastes: Pastes


@dataclass(frozen=True, slots=True)
class FinishForm:
    """`redirect` is what was pasted: the address the browser ended at, or a token; empty to wait for the browser."""

    redirect: str = ""
    timeout: int = 60


def list_accounts(call: Call) -> AccountList:
    accounts = call.services.accounts
    forms = tuple(
        ProviderForm(each.name, each.title, tuple(_field_form(field) for field in each.fields))
        for each in accounts.providers()
    )
    return AccountList(tuple(_account_form(call, state) for state in accounts.states()), forms)


def _field_form(field: SettingsField) -> FieldForm:
    return FieldForm(field.name, field.title, field.secret, field.help)


def add_account(call: Call) -> AccountForm:
    form: NewAccountForm = call.body
    account = call.services.accounts.add(form.name, form.provider, form.settings)
    return _account_form(call, AccountState(account, connected=False, problem="sign in to connect it"))


def begin_sign_in(call: Call) -> SignInStepForm:
    attempt, step = call.services.accounts.begin_sign_in(call.path["name"], call.body.scopes)
    return _step_form(attempt, step)


def _step_form(attempt: str, step: SignInStep) -> SignInStepForm:
    return SignInStepForm(attempt, step.url, step.code, step.can_paste, step.message, step.pastes)


def finish_sign_in(call: Call) -> AccountForm:
    form: FinishForm = call.body
    accounts = call.services.accounts
    if form.redirect:
        accounts.finish_sign_in(call.path["attempt"], form.redirect)
    else:
        accounts.wait_for_sign_in(call.path["attempt"], max(0, min(form.timeout, LONGEST_WAIT)))
    return _account(call)


def set_privacy(call: Call) -> AccountForm:
    call.services.accounts.set_privacy(call.path["name"], call.body.privacy)
    return _account(call)


def remove_account(call: Call) -> None:
    """Sign out; what was proposed on the account is closed before it can no longer be reached."""
    name = call.services.accounts.leaving(call.path["name"]).name
    call.services.actions.close_account(name)
    call.services.accounts.remove(name)


def _account(call: Call) -> AccountForm:
    states = {state.account.name: state for state in call.services.accounts.states()}
    return _account_form(call, states[call.path["name"]])


def _account_form(call: Call, state: AccountState) -> AccountForm:
    return AccountForm(
        name=state.account.name,
        provider=state.account.provider,
        connected=state.connected,
        address=state.address.address if state.address is not None else None,
        scopes=state.scopes,
        privacy=call.services.accounts.privacy(state.account.name),
        problem=state.problem,
    )


OPERATIONS = (
    Operation("GET", "/api/accounts", "The owner's accounts", list_accounts, AccountList),
    Operation("POST", "/api/accounts", "Note an account", add_account, AccountForm, body=NewAccountForm, status=201),
    Operation(
        "PUT", "/api/accounts/{name}/privacy", "Say which models may see it", set_privacy, AccountForm, body=PrivacyForm
    ),
    Operation("DELETE", "/api/accounts/{name}", "Sign out, secrets included", remove_account, status=204),
    Operation(
        "POST", "/api/accounts/{name}/sign-in", "Begin to sign in", begin_sign_in, SignInStepForm, body=SignInForm
    ),
    Operation(
        "POST",
        "/api/accounts/{name}/sign-in/{attempt}",
        "Finish to sign in",
        finish_sign_in,
        AccountForm,
        body=FinishForm,
    ),
)
