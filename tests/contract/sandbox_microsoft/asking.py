"""A client of Graph as plain as can be: what is sent is what the test says."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx

from sandbox.microsoft import MicrosoftServer

Json = dict[str, Any]

OWNER = "morgan@office.example"
COLLEAGUE = "sabrina@office.example"
EVERYTHING = (
    "User.Read", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.ReadWrite", "Calendars.ReadWrite", "Chat.ReadWrite",
    "Team.ReadBasic.All", "Channel.ReadBasic.All", "ChannelMessage.Read.All", "ChannelMessage.Send",
)  # fmt: skip
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


class Graph(httpx.Client):
    """httpx with Graph's address and a token."""

    def __init__(self, server: MicrosoftServer, scopes: tuple[str, ...] = EVERYTHING, account: str = OWNER) -> None:
        told = {"Authorization": f"Bearer {server.issue_access_token(account, scopes)}"}
        super().__init__(base_url=f"{server.base_url}/v1.0", headers=told, trust_env=False, timeout=20)

    def read(self, path: str, **headers: str) -> Json:
        """The JSON of a GET that succeeds."""
        answer = self.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def values(self, path: str, **headers: str) -> list[Json]:
        """All items of a collection, page after page."""
        return [item for page in self.pages(path, **headers) for item in page["value"]]

    def pages(self, path: str, **headers: str) -> Iterator[Json]:
        link: str | None = path
        while link:
            page = self.read(link, **headers)
            yield page
            link = page.get("@odata.nextLink")

    def told(self, method: str, path: str, status: int, json: Json | None = None, **headers: str) -> Json:
        """The JSON of any call that must end in `status`."""
        answer = self.request(method, path, json=json, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else {}


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """The status and the error's code."""
    return answer.status_code, answer.json()["error"]["code"]


def mail(
    subject: str = "Lunch", sender: str = "Ann <ann@else.example>", text: str = "At noon?", **headers: str
) -> bytes:
    """A mail as it comes in."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, OWNER, subject
    letter["Message-ID"] = f"<{abs(hash((subject, sender, text)))}@else.example>"
    letter["Date"] = "Mon, 02 Mar 2026 08:00:00 +0800"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()
