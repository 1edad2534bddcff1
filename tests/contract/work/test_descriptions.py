"""The description of a work item is HTML at Azure DevOps; what Alfred writes into it is text, and stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.ports.executor import Outcome
from domain.errors import CannotBe
from domain.kinds import ChangeWorkItem, Kind, NewWorkItem
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.orders import an_action
from tests.contract.work.worlds import PROJECT, AzureWorld, number

FIELD = "System.Description"
TEXT = 'See <img src="https://evil.example/x.png">\n<b>now</b> & then: 1 < 2'
MARKUP = 'See &lt;img src="https://evil.example/x.png"&gt;<br>&lt;b&gt;now&lt;/b&gt; &amp; then: 1 &lt; 2'
REWRITTEN = f"<div>{MARKUP.replace('<br>', '<br />').replace(chr(34), '&quot;')}</div>"
BEFORE = '<div>Before, with <a href="https://larkfield.example">a link</a></div>'


@pytest.fixture
def world(devops: AzureDevOpsServer) -> AzureWorld:
    return AzureWorld(devops)


def kept(devops: AzureDevOpsServer, item: int) -> object:
    return devops.world.organisation.work.find(item).fields.get(FIELD)


def changed(world: AzureWorld, devops: AzureDevOpsServer):  # type: ignore[no-untyped-def]
    """Give a work item the text; return the action, its receipt and the number."""
    id = world.enter_item("It starts over")
    devops.world.change_work_item(number(id), {FIELD: BEFORE})
    change = an_action(Kind.UPDATE_WORK_ITEM, id, ChangeWorkItem(description=TEXT))
    token = world.executor.prepare(change, None)
    return change, world.executor.execute(change, token), number(id)


def test_a_new_work_item_holds_its_text_and_no_markup_of_it(world: AzureWorld, devops: AzureDevOpsServer) -> None:
    create = an_action(Kind.CREATE_WORK_ITEM, "", NewWorkItem("Page us", description=TEXT, project=PROJECT))
    item = int(world.executor.execute(create, world.executor.prepare(create, None))["item"])
    assert kept(devops, item) == MARKUP
    assert [each.description for each in world.works.named_work_items((item,))] == [TEXT]


def test_a_changed_description_changes_back_to_the_markup_of_before(
    world: AzureWorld, devops: AzureDevOpsServer
) -> None:
    change, receipt, item = changed(world, devops)
    assert kept(devops, item) == MARKUP
    world.executor.undo(change, receipt)
    assert kept(devops, item) == BEFORE


def test_the_same_lines_in_other_markup_are_still_what_was_written(
    world: AzureWorld, devops: AzureDevOpsServer
) -> None:
    change, receipt, item = changed(world, devops)
    devops.world.change_work_item(item, {FIELD: REWRITTEN})
    assert world.executor.look(replace(change, attempts=2), receipt["before"]).outcome is Outcome.HAPPENED
    world.executor.undo(change, receipt)
    assert kept(devops, item) == BEFORE


@pytest.mark.parametrize("since", [f"{MARKUP}!", MARKUP.replace("See", "<b>See</b>"), f"{MARKUP}<img src='/x.png'>"])
def test_what_somebody_has_written_since_is_not_lost(world: AzureWorld, devops: AzureDevOpsServer, since: str) -> None:
    change, receipt, item = changed(world, devops)
    devops.world.change_work_item(item, {FIELD: since})
    with pytest.raises(CannotBe):
        world.executor.undo(change, receipt)
    assert kept(devops, item) == since
