"""The service for the conversations of a pull request."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed
from sandbox.azure_devops.git import pull_forms
from sandbox.azure_devops.git.pulls import Comment, PullRequest, PullRequests, Thread
from sandbox.azure_devops.git.store import Repositories
from sandbox.microsoft.call import objects_of, text_of

_ALL = "git/repositories/{repositoryId}/pullRequests/{pullRequestId}/threads"
_ONE = f"{_ALL}/{{threadId}}"
_SAID = f"{_ONE}/comments/{{commentId}}"
_READ, _WRITE = "vso.code", "vso.code_write"
_STATES = ("unknown", "active", "fixed", "wontFix", "closed", "byDesign", "pending")


class ThreadService:
    """Threads and their comments."""

    def __init__(self, repositories: Repositories, pulls: PullRequests) -> None:
        self._repositories = repositories
        self._pulls = pulls

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("pullRequestThreads.list", "GET", _ALL, _READ, self.list),
            Endpoint("pullRequestThreads.get", "GET", _ONE, _READ, self.get),
            Endpoint("pullRequestThreads.create", "POST", _ALL, _WRITE, self.create, writes=True),
            Endpoint("pullRequestThreads.update", "PATCH", _ONE, _WRITE, self.update, writes=True),
            Endpoint("pullRequestComments.list", "GET", f"{_ONE}/comments", _READ, self.comments),
            Endpoint("pullRequestComments.get", "GET", _SAID, _READ, self.comment),
            Endpoint("pullRequestComments.create", "POST", f"{_ONE}/comments", _WRITE, self.reply, writes=True),
            Endpoint("pullRequestComments.update", "PATCH", _SAID, _WRITE, self.edit, writes=True),
            Endpoint("pullRequestComments.delete", "DELETE", _SAID, _WRITE, self.delete, writes=True),
        )

    def list(self, call: Call) -> Outcome:
        one = self._pull(call)
        return listed(pull_forms.thread(call.base, one, at) for at in one.threads)

    def get(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        return Outcome(pull_forms.thread(call.base, one, at))

    def create(self, call: Call) -> Outcome:
        one, said = self._pull(call), objects_of(call.fields, "comments")
        if not said or not text_of(said[0], "content").strip():
            raise errors.bad_argument("The comment has no content.")
        context = call.fields.get("threadContext")
        made = one.say(
            call.caller, text_of(said[0], "content"), status=_state(call.fields.get("status", "active")),
            context=context if isinstance(context, dict) else None,
        )  # fmt: skip
        kept = call.fields.get("properties")
        made.properties = kept if isinstance(kept, dict) else {}
        state = {"thread": made.id, "text": made.comments[0].text}
        return Outcome(pull_forms.thread(call.base, one, made), 200, str(one.id), state)

    def update(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        at.status = _state(call.fields.get("status", at.status))
        return Outcome(pull_forms.thread(call.base, one, at), 200, str(one.id), {"status": at.status})

    def comments(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        return listed(pull_forms.comment(call.base, one, at, said) for said in at.comments)

    def comment(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        return Outcome(pull_forms.comment(call.base, one, at, _said(call, at)))

    def reply(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        text, parent = text_of(call.fields, "content"), call.fields.get("parentCommentId", 0)
        if not text.strip():
            raise errors.bad_argument("The comment has no content.")
        made = Comment(len(at.comments) + 1, call.caller, text, datetime.now(UTC), int(str(parent or 0)))
        at.comments.append(made)
        shown = pull_forms.comment(call.base, one, at, made)
        return Outcome(shown, 200, str(one.id), {"thread": at.id, "comment": made.id, "text": text})

    def edit(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        said = _own(call, at)
        said.text = text_of(call.fields, "content", said.text)
        shown = pull_forms.comment(call.base, one, at, said)
        return Outcome(shown, 200, str(one.id), {"thread": at.id, "comment": said.id, "text": said.text})

    def delete(self, call: Call) -> Outcome:
        one, at = self._thread(call)
        said = _own(call, at)
        said.deleted = True
        return Outcome(None, 200, str(one.id), {"thread": at.id, "comment": said.id})

    def _pull(self, call: Call) -> PullRequest:
        return self._pulls.find(call.key("pullRequestId"), self._repositories.of(call))

    def _thread(self, call: Call) -> tuple[PullRequest, Thread]:
        one = self._pull(call)
        return one, one.thread(call.key("threadId"))


def _state(asked: object) -> str:
    """The vendor takes the word in any case, and the number of it."""
    if isinstance(asked, int) and 0 <= asked < len(_STATES):
        return _STATES[asked]
    found = next((state for state in _STATES if state.lower() == str(asked).lower()), None)
    if found is None:
        raise errors.bad_argument(f"The thread status {asked} is unknown.")
    return found


def _said(call: Call, at: Thread) -> Comment:
    id = call.key("commentId")
    found = next((said for said in at.comments if said.id == id), None)
    if found is None:
        raise errors.git_missing("CommentNotFoundException", f"The comment {id} was not found.")
    return found


def _own(call: Call, at: Thread) -> Comment:
    said = _said(call, at)
    if said.author.id != call.caller.id:
        message = "TF401027: You need the Git 'PullRequestContribute' permission to change another's comment."
        raise errors.Refusal(403, "GitNeedsPermissionException", message)
    return said
