"""The flows that post: each new mail or chat message goes to a webhook, as the connector hands it on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from sandbox.microsoft.call import JsonObject
from sandbox.microsoft.mail.message import StoredMessage
from sandbox.microsoft.teams.workplace import Conversation, Post
from sandbox.power_automate import connector
from sandbox.power_automate.connector import Dates

_FORMS: Mapping[str, Callable[[StoredMessage, Dates], JsonObject]] = {"v3": connector.mail_v3, "v2": connector.mail_v2}
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Sender:
    """Posts to one receiver; `secret` goes into `header`, `form` is that of the trigger (`v3`, `v2`)."""

    mail_url: str
    teams_url: str
    secret: str
    header: str = "X-Alfred-Token"
    form: str = "v3"
    dates: Dates = Dates.CONNECTOR

    def mail(self, message: StoredMessage, times: int = 1) -> list[int]:
        """Post a mail, as often as an impatient flow would repeat it, and return the statuses."""
        return [self._post(self.mail_url, _FORMS[self.form](message, self.dates)) for _ in range(times)]

    def chat(self, where: Conversation, post: Post, times: int = 1) -> list[int]:
        """Post a channel message and return the statuses."""
        return [self._post(self.teams_url, connector.channel_post(where, post)) for _ in range(times)]

    def _post(self, url: str, body: JsonObject) -> int:
        headers = {self.header: self.secret, "x-ms-workflow-run-id": secrets.token_hex(14).upper()}
        with httpx.Client(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
            return client.post(url, json=body, headers=headers).status_code
