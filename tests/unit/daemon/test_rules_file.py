"""A file of rules is read whole before any of it is kept: one wrong rule, and none is."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.rules_file import read_rules
from domain.errors import AlfredError

SOUND = """
[[rules]]
name = "Digests"
when = {sender = ["digest@example.org"]}
then = [{kind = "archive", arguments = {}}]
standing = true
"""


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ('standing = true\nthen = [{kind = "forward", arguments = {to = ["b@example.org"]}}]', "never_auto"),
        ('then = [{kind = "unsubscribe", arguments = {}}]', "invalid"),
    ],
)
def test_what_no_rule_may_do_is_refused_while_reading(tmp_path: Path, then: str, code: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(f'{SOUND}\n[[rules]]\nname = "Wrong"\nwhen = {{words = ["x"]}}\n{then}\n', encoding="utf-8")
    with pytest.raises(AlfredError, match=r"rules\.toml rules\[1\]") as refused:
        read_rules(file)
    assert refused.value.code == code
