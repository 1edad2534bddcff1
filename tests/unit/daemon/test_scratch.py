"""The scratch folder: among the household's own files, closed to others, and gone whatever happened in it."""

import shutil
import tempfile
from pathlib import Path

import pytest

from daemon.scratch import clear, left_behind, scratch


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_stays(tmp_path: Path) -> None:
    left = tmp_path / ".workshop-left"
    left.mkdir()
    (left / "alfred.db").touch()
    assert left_behind(tmp_path) == [left]
    with scratch(tmp_path) as first, scratch(tmp_path) as second:
        assert (first.parent, first.stat().st_mode & 0o777) == (tmp_path, 0o700)
        assert sorted(tmp_path.iterdir()) == sorted([first, second])
    assert list(tmp_path.iterdir()) == []


def test_without_a_household_it_lies_with_what_is_passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch(tmp_path / "nobody") as folder:
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_bears_its_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / ".workshop-link").symlink_to(tmp_path / "letters")
    assert left_behind(tmp_path) == []


def test_one_that_another_process_clears_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = tempfile.mkdtemp, list[str]()

    def beset(prefix: str, dir: Path) -> str:
        made.append(make(prefix=prefix, dir=dir))
        if len(made) == 1:
            clear(dir)
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", beset)
    with scratch(tmp_path) as folder:
        clear(tmp_path)
        assert (folder.is_dir(), len(made)) == (True, 2)


def test_one_that_is_gone_already_ends_without_ado(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        shutil.rmtree(folder)
    assert list(tmp_path.iterdir()) == []
