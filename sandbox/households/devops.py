"""Makes what waits in Azure DevOps of a staged scene: pull requests, work items and runs, with right answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sandbox.households import code
from sandbox.households.devops_script import DevOps, ItemScript, PullScript, PushScript, RunScript
from sandbox.households.script import MailScript
from sandbox.households.staging import Stage
from sandbox.households.works import (
    CodeChange,
    Member,
    PullAnswer,
    PullRequest,
    Push,
    Remark,
    Run,
    Vote,
    WorkAnswer,
    WorkItem,
    Works,
)

_NUMBER = re.compile(r"#\{([a-z-]+)\}")
_FURTHER = 3000
"""Other seeds count on from here, clear of the numbers that mails speak of."""


def works(stage: Stage) -> Works | None:
    """Return the organisation, None for a household without one."""
    scripts = stage.scene.devops
    return _Workshop(stage, scripts).works() if scripts.project else None


class _Workshop:
    """Makes everything with the numbers of one seed."""

    def __init__(self, stage: Stage, scripts: DevOps) -> None:
        self._stage = stage
        self._scripts = scripts
        further = _FURTHER + stage.number("devops", "numbers", 3) if stage.seed else 0
        numbered: Iterable[PullScript | ItemScript] = (*scripts.pulls, *scripts.items)
        self._numbers = {one.key: one.id if one.fixed else one.id + further for one in numbered}
        self._further = further

    def works(self) -> Works:
        scripts, stage = self._scripts, self._stage
        return Works(
            organization=stage.casting["office"].domain.partition(".")[0],
            me=self._member("me"),
            members=tuple(self._member(key) for key in sorted(self._roles())),
            repositories=tuple((scripts.project, name) for name in scripts.repositories),
            pull_requests=tuple(self._pull(script) for script in scripts.pulls),
            work_items=tuple(self._item(script) for script in scripts.items),
            runs=tuple(self._run(script) for script in scripts.runs),
        )

    def _roles(self) -> set[str]:
        asked = {str(one["who"]) for pull in self._scripts.pulls for one in pull.reviewers}
        authors = {pull.by for pull in self._scripts.pulls}
        return (asked | authors | {item.by for item in self._scripts.items}) - {"me"}

    def _pull(self, script: PullScript) -> PullRequest:
        return PullRequest(
            key=script.key,
            id=self._numbers[script.key],
            project=self._scripts.project,
            repository=script.repository,
            branch=self._text(script.branch, script.key),
            target="main",
            title=self._text(script.title, script.key),
            description=self._text(script.text, script.key).strip(),
            creator=self._member(script.by),
            created=self._moment(script.ago),
            pushes=tuple(self._push(push, script.key) for push in script.push),
            reviewers=tuple(self._vote(one) for one in script.reviewers),
            work_items=self._items(script.work_items),
            answer=self._answer(script),
            remarks=tuple(self._remark(one, script.key) for one in script.remarks),
            labels=tuple(script.labels),
        )

    def _answer(self, script: PullScript) -> PullAnswer:
        told = script.answer
        return PullAnswer(
            waits=told.waits,
            links=self._items(told.links),
            meant=self._items(told.meant),
            risks=frozenset(told.risks),
            proposals=frozenset(told.proposals),
            never=frozenset(told.never),
            mail=told.mail,
            rank=told.rank,
            summary_words=tuple(told.words),
        )

    def _push(self, script: PushScript, key: str) -> Push:
        files = [code.change(written) for written in script.files]
        return Push(self._text(script.message, key), self._moment(script.ago), (*files, *_many(script.many)))

    def _vote(self, one: Mapping[str, object]) -> Vote:
        return Vote(self._member(str(one["who"])), int(str(one.get("vote", 0))), bool(one.get("required")))

    def _item(self, script: ItemScript) -> WorkItem:
        return WorkItem(
            key=script.key,
            id=self._numbers[script.key],
            project=self._scripts.project,
            kind=script.kind,
            title=self._text(script.title, script.key),
            description=self._text(script.text, script.key),
            state=script.state,
            priority=script.priority,
            creator=self._member(script.by),
            assigned=self._member(script.to) if script.to else None,
            created=self._moment(script.ago),
            changed=self._moment(script.changed),
            answer=WorkAnswer(script.answer.mine, script.answer.open, script.answer.rank),
            tags=script.tags,
            remarks=tuple(self._remark(one, script.key) for one in script.remarks),
        )

    def _run(self, script: RunScript) -> Run:
        pull = next((one for one in self._scripts.pulls if one.key == script.pull), None)
        return Run(
            key=script.key,
            id=script.id + self._further,
            project=self._scripts.project,
            repository=script.repository,
            pipeline=script.pipeline,
            by=self._member(script.by or (pull.by if pull else "me")),
            started=self._moment(script.ago),
            minutes=script.minutes,
            result=script.result,
            pull_request=self._numbers[pull.key] if pull else None,
            branch=script.branch,
            failed=script.failed,
            issue=script.issue,
        )

    def _remark(self, one: Mapping[str, object], key: str) -> Remark:
        said = self._text(str(one["text"]), key)
        return Remark(
            self._member(str(one["by"])), said, self._moment(float(str(one["ago"]))), str(one.get("path", ""))
        )

    def _items(self, keys: Iterable[str]) -> tuple[int, ...]:
        return tuple(self._numbers[key] for key in keys)

    def _member(self, key: str) -> Member:
        party = self._stage.casting[key]
        return Member(party.address, party.name)

    def _moment(self, ago: float) -> datetime:
        found = self._stage.moments.now - timedelta(hours=ago)
        return found.astimezone(UTC).replace(microsecond=0)

    def _text(self, written: str, key: str) -> str:
        """The words with their numbers and names in place."""
        numbered = _NUMBER.sub(lambda found: str(self._numbers[found[1]]), written)
        return self._stage.fill(numbered, MailScript(key, "me", 0.0, ""), self._stage.casting["me"])


def _many(script: Mapping[str, object]) -> list[CodeChange]:
    if not script:
        return []
    path, count, added = str(script["path"]), int(str(script["count"])), int(str(script["added"]))
    return [code.new(path.format(n=number), added) for number in range(1, count + 1)]
