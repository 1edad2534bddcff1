"""The delta of a folder: whatever happens, who follows the links ends with what is there."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.sandbox_microsoft.asking import IMMUTABLE, OWNER, Graph, mail
from tests.contract.sandbox_microsoft.checking import like

INBOX = "/me/mailFolders/inbox/messages/delta?$select=subject,isRead"
SMALL = {"Prefer": 'odata.maxpagesize=2, IdType="ImmutableId"'}


class Follower:
    """A client that keeps a copy of a folder by its delta."""

    def __init__(self, graph: Graph) -> None:
        self.copy: dict[str, bool] = {}
        self.link = INBOX
        self._graph = graph

    def follow(self) -> list[str]:
        """Read all pages and return the ids that were told."""
        told: list[str] = []
        while True:
            answer = self._graph.get(self.link, headers=SMALL)
            if answer.status_code == 410:
                self.link, self.copy = answer.headers["location"], {}
                continue
            page = answer.json()
            for item in page["value"]:
                told.append(item["id"])
                if "@removed" in item:
                    self.copy.pop(item["id"], None)
                else:
                    self.copy[item["id"]] = item["isRead"]
            self.link = page.get("@odata.nextLink") or page["@odata.deltaLink"]
            if "@odata.deltaLink" in page:
                return told


def test_the_first_round_tells_all_and_the_next_only_what_is_new(graph: Graph, mailbox: Mailbox) -> None:
    keys = [mailbox.deliver(mail(f"Mail {number}")) for number in range(5)]
    follower = Follower(graph)
    assert follower.follow() == keys[::-1]
    assert follower.follow() == []
    new = mailbox.deliver(mail("New"))
    assert follower.follow() == [new]


def test_moved_and_deleted_messages_are_told_as_removed(graph: Graph, mailbox: Mailbox) -> None:
    stays, goes = mailbox.deliver(mail("Stays")), mailbox.deliver(mail("Goes"))
    follower = Follower(graph)
    follower.follow()
    graph.told("POST", f"/me/messages/{goes}/move", 201, {"destinationId": "archive"})
    page = graph.read(follower.link, **IMMUTABLE)
    like(page["value"][0], "delta-query-messages.07.response", "value", 0)
    removed = {"@odata.type": "#microsoft.graph.message", "id": goes, "@removed": {"reason": "deleted"}}
    assert page["value"] == [removed]
    follower.follow()
    assert follower.copy == {stays: False}


def test_without_the_preference_the_removed_id_is_the_one_it_had(graph: Graph, mailbox: Mailbox) -> None:
    key = mailbox.deliver(mail())
    page = graph.read(INBOX)
    had = page["value"][0]["id"]
    graph.told("DELETE", f"/me/messages/{key}", 204)
    assert graph.read(page["@odata.deltaLink"])["value"][0]["id"] == had


def test_an_old_cursor_is_answered_with_410_and_where_to_begin(
    microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox
) -> None:
    mailbox.deliver(mail())
    follower = Follower(graph)
    follower.follow()
    microsoft.expire_delta(OWNER)
    answer = graph.get(follower.link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")
    assert graph.read(answer.headers["location"], **IMMUTABLE)["value"][0]["subject"] == "Lunch"


def test_a_cursor_can_be_made_to_expire_on_demand(microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox) -> None:
    mailbox.deliver(mail())
    follower = Follower(graph)
    follower.follow()
    microsoft.misbehave("expired_cursor", count=1)
    follower.follow()
    assert len(follower.copy) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("amdrpx"), st.integers(0, 30)), max_size=40))
def test_any_history_ends_with_an_equal_copy(
    microsoft: MicrosoftServer, graph: Graph, mailbox: Mailbox, history: list[tuple[str, int]]
) -> None:
    follower = Follower(graph)
    for what, which in history:
        held = list(mailbox.contents["inbox"].values())
        if what == "a" or not held:
            mailbox.deliver(mail(f"Mail {which}"))
            continue
        one = held[which % len(held)]
        if what == "m":
            mailbox.move(one, mailbox.folders["archive"])
        elif what == "d":
            mailbox.delete(one)
        elif what == "r":
            mailbox.change(one, {"isRead": not one.properties["isRead"]})
        elif what == "p":
            follower.follow()
        else:
            microsoft.expire_delta(OWNER)
    follower.follow()
    assert follower.copy == {one.key: one.properties["isRead"] for one in mailbox.contents["inbox"].values()}
