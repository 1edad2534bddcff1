"""Refusals in the vendor's form: `$id`, `message`, `typeName`, `typeKey`, `errorCode`, `eventId`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from sandbox.server import Answer, json_answer

_GIT = "Microsoft.TeamFoundation.Git.Server"
_WORK = "Microsoft.TeamFoundation.WorkItemTracking.Server"
_BUILD = "Microsoft.TeamFoundation.Build.WebApi"
_FRAMEWORK = "Microsoft.TeamFoundation.Framework.Server"
_WEB = "Microsoft.VisualStudio.Services.Common"
_CHALLENGE = 'Bearer authorization_uri=https://login.microsoftonline.com/common, Basic realm="https://dev.azure.com/"'
_SIGN_IN_PAGE = (
    "<!DOCTYPE html>\n<html lang='en'><head><title>Azure DevOps Services | Sign In</title></head>"
    "<body><form id='signin' method='post'>Sign in to your account</form></body></html>"
)
_ORDERED = {
    400: ("VssPropertyValidationException", "The request is invalid."),
    403: ("UnauthorizedRequestException", "TF400813: The user is not authorized to access this resource."),
    404: ("ResourceNotFoundException", "The requested resource was not found."),
    409: ("VssServiceException", "The resource was changed by another request."),
    429: ("RequestBlockedException", "TF400733: The request has been canceled: Request was blocked due to exceeding "
          "usage of resource 'Concurrency' in namespace 'User'."),
    500: ("VssServiceException", "TF400898: An Internal Error Occurred."),
    503: ("HostShutdownException", "TF400917: The current service is not available."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A call that Azure DevOps would refuse; `type_key` is what clients tell refusals apart by."""

    status: int
    type_key: str
    message: str
    space: str = _WEB
    headers: Mapping[str, str] = field(default_factory=dict)
    event: int = 3000

    def answer(self) -> Answer:
        return json_answer(self.body(), self.status, self.headers)

    def body(self) -> dict[str, object]:
        return {
            "$id": "1",
            "innerException": None,
            "message": self.message,
            "typeName": f"{self.space}.{self.type_key}, {self.space}",
            "typeKey": self.type_key,
            "errorCode": 0,
            "eventId": self.event,
        }


@dataclass(frozen=True, slots=True)
class Turned(Exception):
    """A caller who is not let in gets a page and no JSON."""

    page: Answer

    def answer(self) -> Answer:
        return self.page


def _page(status: int, html: str, headers: Mapping[str, str]) -> Turned:
    return Turned(Answer(status, html.encode(), {"content-type": "text/html; charset=utf-8", **headers}))


def sign_in_page() -> Turned:
    """What a browser gets, and a client that does not ask to be spared it: success, and a page."""
    return _page(203, _SIGN_IN_PAGE, {"www-authenticate": _CHALLENGE, "x-tfs-fedauthrealm": "https://dev.azure.com/"})


def unauthenticated(reason: str = "TF400813: Resource not available for anonymous access.") -> Turned:
    html = f"<!DOCTYPE html><html><head><title>{reason}</title></head><body><p>{reason}</p></body></html>"
    return _page(401, html, {"www-authenticate": _CHALLENGE, "x-tfs-serviceerror": quote(reason)})


def expired() -> Turned:
    return unauthenticated("Access Denied: The Personal Access Token used has expired.")


def missing_scope(name: str, scope: str) -> Refusal:
    message = f"TF400813: The user '{name}' is not authorized to access this resource. Scope needed: {scope}."
    return Refusal(403, "UnauthorizedRequestException", message, _FRAMEWORK)


def invalid(message: str, key: str = "VssPropertyValidationException") -> Refusal:
    return Refusal(400, key, message, event=0)


def bad_argument(message: str) -> Refusal:
    space = "Microsoft.TeamFoundation.SourceControl.WebServer"
    return Refusal(400, "InvalidArgumentValueException", f"Invalid argument value.\r\nParameter name: {message}", space)


def no_project(name: str) -> Refusal:
    message = (
        f"TF200016: The following project does not exist: {name}. Verify that the name of the project is correct "
        "and that the project exists on the specified Azure DevOps Server."
    )
    return Refusal(404, "ProjectDoesNotExistWithNameException", message, "Microsoft.TeamFoundation.Core.WebApi")


def no_repository(name: str) -> Refusal:
    message = (
        f"TF401019: The Git repository with name or identifier {name} does not exist or you do not have permissions "
        "for the operation you are attempting."
    )
    return Refusal(404, "GitRepositoryNotFoundException", message, _GIT)


def git_missing(key: str, message: str) -> Refusal:
    return Refusal(404, key, message, _GIT)


def no_pull_request() -> Refusal:
    return git_missing("GitPullRequestNotFoundException", "TF401180: The requested pull request was not found.")


def not_editable() -> Refusal:
    message = "TF401181: The pull request cannot be edited due to its state."
    return Refusal(409, "GitPullRequestNotEditableException", message, _GIT)


def stale_pull_request() -> Refusal:
    message = "TF401192: The source branch has been modified since the last merge attempt."
    return Refusal(409, "GitPullRequestStaleException", message, _GIT)


def policies_unmet() -> Refusal:
    message = "TF402455: Pushes to this branch are not permitted; policies of the pull request are not satisfied."
    return Refusal(403, "GitPullRequestUpdateRejectedByPolicyException", message, _GIT)


def foreign_vote() -> Refusal:
    message = "TF401186: You cannot record a vote for someone else."
    return Refusal(400, "GitPullRequestVoteForOthersException", message, _GIT)


def no_work_item(id: int) -> Refusal:
    message = f"TF401232: Work item {id} does not exist, or you do not have permissions to read it."
    return Refusal(404, "WorkItemUnauthorizedAccessException", message, _WORK)


def no_work_item_type(name: str, project: str) -> Refusal:
    message = f"VS402323: Work item type {name} does not exist in project {project} or you do not have permission."
    return Refusal(404, "WorkItemTypeNotFoundException", message, _WORK)


def rule_broken(field_name: str, why: str) -> Refusal:
    message = f"TF401320: Rule Error for field {field_name}. Error code: {why}."
    return Refusal(400, "RuleValidationException", message, _WORK)


def work_invalid(key: str, message: str) -> Refusal:
    return Refusal(400, key, message, _WORK)


def test_failed(path: str) -> Refusal:
    message = f"VS403351: Test Operation for path {path} failed."
    return Refusal(412, "TestPatchOperationFailedException", message, "Microsoft.VisualStudio.Services.WebApi.Patch")


def no_build(id: object) -> Refusal:
    return Refusal(404, "BuildNotFoundException", f"The requested build {id} could not be found.", _BUILD)


def build_unchangeable(message: str) -> Refusal:
    return Refusal(400, "BuildStatusInvalidChangeException", message, _BUILD)


def no_pipeline(id: object) -> Refusal:
    return Refusal(404, "DefinitionNotFoundException", f"The requested definition {id} could not be found.", _BUILD)


def no_route(path: str) -> Refusal:
    return Refusal(404, "HttpResponseException", f"The controller for path '{path}' was not found.", "System.Web.Http")


def wrong_verb(verb: str) -> Refusal:
    message = f"The requested resource does not support http method '{verb}'."
    return Refusal(405, "HttpResponseException", message, "System.Web.Http")


def wrong_media(found: str) -> Refusal:
    message = (
        f'The request indicated a Content-Type of "{found}" for method type which is not supported. '
        "Valid content types for this method are: application/json-patch+json."
    )
    return Refusal(415, "VssRequestContentTypeNotSupportedException", message)


def throttled(seconds: int) -> Refusal:
    return ordered(429, seconds, None)


def ordered(status: int, retry_after: int | None, reason: str | None) -> Refusal:
    """The refusal that a fault orders for a status."""
    key, message = _ORDERED.get(status, _ORDERED[500])
    plain = Refusal(status, key, reason or message, _FRAMEWORK)
    if retry_after is None:
        return plain
    limits = {"retry-after": str(retry_after), "x-ratelimit-resource": "Concurrency", "x-ratelimit-remaining": "0"}
    return replace(plain, headers=limits)
