"""What the make-believe providers wrote down, as what each action comes to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sandbox.record import Mutation

Json = dict[str, Any]


class Effects(ABC):
    """What was really done: mails are known by their Message-ID, targets by their id."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.drafts: Counter[str] = Counter()

    def of(self, action: Json) -> int:
        """How often what the action is for stands done."""
        if action["kind"] in ("send", "reply", "forward"):
            return self.sent[action["arguments"]["message_id"]] + self.drafts[action["arguments"]["message_id"]]
        if action["kind"] == "draft":
            return self.drafts[action["arguments"]["message_id"]]
        return int(self.stands(action["kind"], action["target"].partition(":")[2]))

    @abstractmethod
    def stands(self, kind: str, id: str) -> bool:
        """Whether a message is archived, deleted or labelled."""


class GoogleEffects(Effects):
    def __init__(self, record: Iterable[Mutation]) -> None:
        super().__init__()
        self._labels: dict[str, set[str]] = {}
        named: dict[str, str] = {}
        for mutation in record:
            method = mutation.method.removeprefix("gmail.users.")
            state: Any = mutation.state
            if method == "drafts.create":
                named[mutation.resource] = state["headers"]["Message-ID"]
                self.drafts[named[mutation.resource]] += 1
            elif method in ("drafts.send", "drafts.delete"):
                self.drafts[named[mutation.resource]] -= 1
                self.sent[named[mutation.resource]] += method == "drafts.send"
            elif "labelIds" in state:
                self._labels[mutation.resource] = set(state["labelIds"])

    def stands(self, kind: str, id: str) -> bool:
        labels = self._labels.get(id, {"INBOX"})
        done = {"archive": "INBOX" not in labels, "delete": "TRASH" in labels, "label": "STARRED" in labels}
        return done[kind]


class MicrosoftEffects(Effects):
    def __init__(self, record: Iterable[Mutation]) -> None:
        super().__init__()
        self._states: dict[str, Any] = {}
        for mutation in record:
            state: Any = mutation.state
            match mutation.method:
                case "messages.create":
                    self.drafts[state["internetMessageId"]] += 1
                case "messages.send" | "messages.permanentDelete":
                    self.drafts[state["internetMessageId"]] -= 1
                    self.sent[state["internetMessageId"]] += mutation.method == "messages.send"
                case _:
                    self._states[mutation.resource] = state

    def stands(self, kind: str, id: str) -> bool:
        state = self._states.get(id, {"folder": "inbox", "categories": []})
        folder: str = state["folder"]
        labelled: bool = "Bills" in state["categories"]
        return {"archive": folder == "archive", "delete": folder == "deleteditems", "label": labelled}[kind]
