"""What somebody else may notice is told apart from what stays in the owner's own house."""

import pytest

from domain.kinds import FACTS, Kind, may_reach_others

AT_HOME = {
    Kind.ARCHIVE,
    Kind.DELETE,
    Kind.LABEL,
    Kind.SNOOZE,
    Kind.DRAFT,
    Kind.CREATE_TASK,
    Kind.COMPLETE_TASK,
    Kind.CREATE_FOLLOW_UP,
    Kind.NOTIFY,
    Kind.REMEMBER,
    Kind.SET_BUDGET,
}


@pytest.mark.parametrize("kind", FACTS)
def test_whatever_leaves_the_house_may_reach_others(kind: Kind) -> None:
    assert may_reach_others(kind) is (kind not in AT_HOME)
