from __future__ import annotations

import difflib
import re

import pytest

from sandbox.azure_devops import AzureDevOpsServer
from sandbox.household import Household, load
from sandbox.households.works import Works
from tests.contract.sandbox_azure_devops.asking import Sdk


def monday(seed: int) -> tuple[Household, Works]:
    household = load(seed=seed)
    assert household.works is not None
    return household, household.works


@pytest.mark.parametrize("seed", [0, 3])
def test_three_wait_for_the_owner_each_with_its_right_answer(seed: int) -> None:
    household, works = monday(seed)
    waiting = sorted(
        (pull for pull in works.pull_requests if pull.answer.waits), key=lambda pull: pull.answer.rank or 9
    )
    assert [pull.key for pull in waiting] == ["page-cursor", "retry-library", "parquet"]
    assert [pull.answer.never >= {"approve"} for pull in waiting] == [False, False, True]
    assert household.account("devops").address == works.me.address
    assert (len(works.work_items), len(works.runs)) == (8, 6)


@pytest.mark.parametrize("seed", [0, 3])
def test_the_mail_that_asks_for_a_review_speaks_of_the_pull_request(seed: int) -> None:
    household, works = monday(seed)
    pull = works.pull_request("page-cursor")
    mail = household.mail(pull.answer.mail).raw.decode()
    assert f"pull request {pull.id} (branch {pull.branch}" in re.sub(r"=\r?\n", "", mail)
    assert pull.creator.name in mail
    told = re.search(r"\+(\d+) .*?64, (\w+) files", re.sub(r"=\r?\n", "", mail))
    assert told is not None
    assert (size(pull.changes), told[2]) == ((int(told[1]), 64), "nine")
    assert len(pull.changes) == 9


def size(changes: tuple[object, ...]) -> tuple[int, int]:
    """Lines added and removed, as a diff counts them."""
    lines = [
        line
        for change in changes
        for line in difflib.ndiff(
            (getattr(change, "before", None) or "").splitlines(), (getattr(change, "after", None) or "").splitlines()
        )
    ]
    return sum(line.startswith("+ ") for line in lines), sum(line.startswith("- ") for line in lines)


def test_a_seed_changes_names_and_numbers_but_not_what_mails_speak_of() -> None:
    first, other = monday(0)[1], monday(3)[1]
    same = [one.id == two.id for one, two in zip(first.pull_requests, other.pull_requests, strict=True)]
    assert same == [True, False, False, False, False]
    assert first.organization != other.organization
    assert other.pull_request("parquet").branch == f"feature/{other.work_item('parquet-story').id}-parquet-writer"
    assert not {one.id for one in other.work_items} & {one.id for one in other.pull_requests}


@pytest.mark.parametrize("seed", [0, 3])
def test_the_household_lives_there_as_it_is_told(seed: int) -> None:
    _, works = monday(seed)
    with AzureDevOpsServer(works.organization) as server:
        server.move_in(works)
        with Sdk(server, server.pat(works.me.address)) as sdk:
            for told in works.pull_requests:
                found = sdk.git.get_pull_request_by_id(told.id)
                refs = sdk.git.get_pull_request_work_item_refs(found.repository.id, told.id, told.project)
                last = len(told.pushes)
                changes = sdk.git.get_pull_request_iteration_changes(
                    found.repository.id, told.id, last, told.project, 500
                )
                assert (found.title, found.created_by.display_name) == (told.title, told.creator.name)
                assert tuple(int(one.id) for one in refs) == told.answer.links
                assert len(changes.change_entries) == len(told.changes)
            results = {one.id: one.result or "" for one in sdk.build.get_builds(works.repositories[0][0])}
    assert results == {run.id: run.result for run in works.runs}
    assert {pull.key: red(server, pull.id) for pull in works.pull_requests} == {
        "page-cursor": False, "parquet": True, "retry-library": False, "resume": False, "log-rotation": False
    }  # fmt: skip


def red(server: AzureDevOpsServer, id: int) -> bool:
    pull = server.world.pull(id)
    return server.organisation.builds.of_pull(pull)[0].result == "failed"
