"""Which domains are taken for others, and which are only near them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.look_alikes import look_alikes

KNOWN = ["microsoft.com", "stadtwerke-ulm.de", "firm.onhost.com", "bonn.de", "gmx.de"]


def warnings(domain: str) -> list[str]:
    return list(look_alikes([f"jo@{domain}"], KNOWN))


@pytest.mark.parametrize(
    "domain",
    [
        "mісrоѕоft.com",
        "mісrоѕоft.com".encode("idna").decode(),
        "μicrοsοft.com",
        "micrоsoft.com",
        "mícrosoft.com",
        "rnicrosoft.com",
        "rnicrosoff.com",
        "micorsoft.com",
        "microsoft.co",
        "micros0ft.com",
        "mail.micros0ft.com",
        "microsoft.com.evil.org",
        "login.microsoft.com-help.net",
        "rnicrosoft.com.evil.org",
    ],
)
def test_what_looks_like_a_known_domain_is_pointed_out(domain: str) -> None:
    assert f"jo@{domain} looks like microsoft.com, but is another domain" in warnings(domain)


def test_two_customers_of_one_host_are_told_apart() -> None:
    assert warnings("flrm.onhost.com") == ["jo@flrm.onhost.com looks like firm.onhost.com, but is another domain"]
    assert warnings("farm.onhost.com") == []


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "microsoft.com",
        "mail.microsoft.com",
        "microsoft.de",
        "minecraft.com",
        "uni-bonn.de",
        "gmx.net",
        "web.de",
        "müller.de",
        "почта.рф",
        "сор.рф",
        "日本abc.jp",
        "ελλάδα.gr",
    ],
)
def test_what_is_only_near_a_known_domain_is_left_alone(domain: str) -> None:
    assert warnings(domain) == []


@pytest.mark.parametrize("domain", ["аррӏе.com", "xn--80ak6aa92e.com", "pаypal.net", "bank.αlpha.com"])
def test_a_name_in_borrowed_letters_is_pointed_out_whomever_the_owner_knows(domain: str) -> None:
    said = f"jo@{domain} is spelt with letters that look like those of another alphabet"
    assert list(look_alikes([f"jo@{domain}"], [])) == [said]


@pytest.mark.parametrize(
    ("domain", "is_pointed_out"),
    [("microsoft.co", False), ("bonn.se", False), ("rnicrosoft.com", True), ("microsoft.com-help.net", True)],
)
def test_of_whom_the_owner_wrote_to_before_only_what_cannot_be_chance_is_pointed_out(
    domain: str, is_pointed_out: bool
) -> None:
    assert warnings(domain)
    assert bool(list(look_alikes([f"jo@{domain}"], KNOWN, {f"jo@{domain}"}))) is is_pointed_out


@given(st.text(st.characters(exclude_characters="@"), max_size=30))
def test_no_domain_looks_like_itself_or_a_part_of_it(domain: str) -> None:
    said = list(look_alikes([f"jo@{domain}", f"jo@mail.{domain}"], [domain]))
    assert [each for each in said if "another domain" in each] == []
