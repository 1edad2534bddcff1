from __future__ import annotations

import base64

import httpx
import pytest
from azure.devops.exceptions import AzureDevOpsAuthenticationError, AzureDevOpsServiceError
from azure.devops.v7_1.git.models import IdentityRefWithVote

from sandbox.azure_devops import AzureDevOpsServer
from sandbox.azure_devops.entra import believing
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.sign_in import DEVOPS
from tests.contract.sandbox_azure_devops.asking import OWNER, PROJECT, Sdk, waiting_pull

SUPPRESS = {"X-TFS-FedAuthRedirect": "Suppress"}


def who_am_i(server: AzureDevOpsServer, **headers: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(f"{server.organization_url}/_apis/connectionData", headers=headers)


def basic(pat: str) -> str:
    return f"Basic {base64.b64encode(f':{pat}'.encode()).decode()}"


def test_the_caller_has_an_id_of_the_organisations_own(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    me = sdk.location.get_connection_data().authenticated_user
    assert (me.id, me.provider_display_name) == (devops.id_of(OWNER), "Jo Merriweather")
    assert sdk.identity.read_identity(me.id).properties["Account"]["$value"] == OWNER
    assert [one.id for one in sdk.identity.read_identities(search_filter="General", filter_value="Merri")] == [me.id]


def test_resource_areas_lead_back_to_the_organisation(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    areas = sdk.location.get_resource_areas()
    assert {area.location_url for area in areas} == {f"{devops.organization_url}/"}
    assert sdk.location.get_resource_area(areas[0].id).name == "git"


def test_an_expired_pat_gets_a_page_that_says_so(devops: AzureDevOpsServer) -> None:
    pat = devops.pat(OWNER)
    devops.tokens.expire(pat)
    answer = who_am_i(devops, Authorization=basic(pat), **SUPPRESS)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "The Personal Access Token used has expired." in answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer authorization_uri=")


def test_the_sdk_understands_that_a_pat_ran_out(devops: AzureDevOpsServer) -> None:
    pat = devops.pat(OWNER)
    sdk = Sdk(devops, pat)
    devops.tokens.expire(pat)
    with pytest.raises(AzureDevOpsAuthenticationError):
        sdk.core.get_projects()


@pytest.mark.parametrize(("headers", "status"), [({}, 203), (SUPPRESS, 401), ({"Authorization": "Basic OmE="}, 401)])
def test_a_stranger_gets_a_sign_in_page_unless_he_asks_to_be_spared(
    devops: AzureDevOpsServer, headers: dict[str, str], status: int
) -> None:
    answer = who_am_i(devops, **headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_a_pat_does_what_its_scopes_say_and_no_more(devops: AzureDevOpsServer) -> None:
    pull, me = waiting_pull(devops), devops.id_of(OWNER)
    sdk = Sdk(devops, devops.pat(OWNER, ["vso.code"]))
    assert sdk.git.get_pull_request_by_id(pull.id).title == pull.title
    assert [one.name for one in sdk.core.get_projects()] == [PROJECT]
    with pytest.raises(AzureDevOpsServiceError, match=r"vso\.code_write") as refused:
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=10), "exporter", pull.id, me, PROJECT)
    assert refused.value.type_key == "UnauthorizedRequestException"
    assert len(devops.record) == 0


def test_a_token_of_the_tenant_is_believed_where_it_is_for_azure_devops() -> None:
    with MicrosoftServer([OWNER]) as microsoft, AzureDevOpsServer(entra=believing(microsoft.sign_in)) as devops:
        for scopes, status in ((DEVOPS, 200), (frozenset({"Mail.Read"}), 401)):
            token = microsoft.issue_access_token(OWNER, scopes)
            assert who_am_i(devops, Authorization=f"Bearer {token}", **SUPPRESS).status_code == status
        own = who_am_i(devops, Authorization=f"Bearer {devops.bearer(OWNER)}")
        assert own.json()["authenticatedUser"]["id"] == devops.id_of(OWNER)
