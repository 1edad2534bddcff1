"""How a disk is judged."""

import pytest

from domain.disk import FULL_BELOW, LOW_BELOW, Disk, DiskState


@pytest.mark.parametrize(
    ("disk", "state"),
    [
        (Disk(LOW_BELOW), DiskState.OK),
        (Disk(LOW_BELOW - 1), DiskState.LOW),
        (Disk(FULL_BELOW), DiskState.LOW),
        (Disk(FULL_BELOW - 1), DiskState.FULL),
        (Disk(0), DiskState.FULL),
        (Disk(LOW_BELOW, read_only=True), DiskState.READ_ONLY),
    ],
)
def test_a_disk_is_judged_by_what_can_still_be_kept(disk: Disk, state: DiskState) -> None:
    assert disk.state is state
