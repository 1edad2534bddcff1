"""Power Automate: Outlook and Teams by flows of the owner's, where a tenant forbids Graph. httpx is imported late."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from adapters.power_automate.executor import FlowExecutor
from adapters.power_automate.flows import Flows
from adapters.power_automate.guide import GUIDE
from adapters.power_automate.hooks import MailHook, TeamsHook
from adapters.power_automate.mails import MailMapper
from adapters.power_automate.posts import PostMapper
from adapters.power_automate.secrets import ACTING, MAIL_SEARCH, TEAMS_SEARCH, TOKEN, address_of, forget, secret
from adapters.power_automate.sign_in import FlowSignIn, check
from adapters.power_automate.sources import PostedMail, PostedTeams, Search
from application.ports.providers import Account, Connection, Provider, SettingsField, SignIn
from application.ports.secrets import Vault
from domain.errors import Invalid, SignInAgain
from domain.privacy import Privacy

LATE_HOURS = 24.0


class PowerAutomateProvider(Provider):
    """The owner's flows: those that post to Alfred, and those that he calls."""

    name = "power_automate"
    title = "Power Automate (Outlook and Teams without Graph)"
    fields = (
        SettingsField("address", "Your address", help="In Outlook; it tells which mailbox the flows work in."),
        SettingsField("name", "Your name", help="As others see it."),
        SettingsField("token", "Secret", secret=True, help="The flows send it in the header X-Alfred-Token."),
        SettingsField("mail_search_url", "Search mail", secret=True, help="Address of the flow that searches mail."),
        SettingsField("teams_search_url", "Search Teams", secret=True, help="Address of the flow that searches Teams."),
        SettingsField("archive_url", "Archive", secret=True, help="Address of the flow that archives a mail."),
        SettingsField("delete_url", "Delete", secret=True, help="Address of the flow that deletes a mail."),
        SettingsField("reply_url", "Reply", secret=True, help="Address of the flow that answers a mail."),
        SettingsField("send_url", "Send", secret=True, help="Address of the flow that sends a new mail."),
        SettingsField("user_id", "Your object id", help="By it your own Teams messages are known as yours."),
        SettingsField("late_hours", "Late after", str(LATE_HOURS), help="Hours after which a post is marked as late."),
    )
    acting_scopes = ()
    privacy = Privacy.LOCAL
    guide = GUIDE

    def __init__(
        self,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sleep = sleep
        self._now = now

    def sign_in(self, account: Account, vault: Vault, scopes: tuple[str, ...] = ()) -> SignIn:
        return FlowSignIn(account, vault)

    def connect(self, account: Account, vault: Vault) -> Connection:
        try:
            check(account, vault)
        except Invalid as error:
            raise SignInAgain(str(error), account=account.name) from error
        address, late = address_of(account), _late_after(account)
        mails = MailMapper(account.name, late)
        posts = PostMapper(account.name, address, account.settings.get("user_id", ""), late)
        flows = Flows(account.name, self._sleep, ca_file=account.settings.get("ca_file", ""))
        urls = {kind: url for kind, name in ACTING.items() if (url := secret(account, vault, name))}
        return Connection(
            account,
            address,
            messages=(
                PostedMail(mails, Search(flows, secret(account, vault, MAIL_SEARCH), self._now)),
                PostedTeams(posts, Search(flows, secret(account, vault, TEAMS_SEARCH), self._now)),
            ),
            executors=(FlowExecutor(account.name, flows, urls),) if urls else (),
            hooks=(
                MailHook(mails, lambda: secret(account, vault, TOKEN), self._now),
                TeamsHook(posts, lambda: secret(account, vault, TOKEN), self._now),
            ),
            second_hand=True,
        )

    def disconnect(self, account: Account, vault: Vault) -> None:
        forget(account, vault)


def _late_after(account: Account) -> timedelta:
    """Return how old a post may be; what is no number leaves it at the usual."""
    try:
        return timedelta(hours=float(account.settings.get("late_hours") or LATE_HOURS))
    except (ValueError, OverflowError):
        return timedelta(hours=LATE_HOURS)


PROVIDER = PowerAutomateProvider()
