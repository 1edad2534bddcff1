"""The link that makes `alfred` a command: it gives way to whatever is there, and goes with its installation."""

from pathlib import Path

from daemon.command_link import how_to_be_found, put_link, remove_link


def test_a_link_is_made_once_and_removed_again(tmp_path: Path) -> None:
    link, program = tmp_path / "bin" / "alfred", tmp_path / "alfred"
    program.touch()
    assert "is a command now" in put_link(link, program)
    assert str(link) in put_link(link, program)
    assert (link.resolve(), remove_link(link, program), remove_link(link, program)) == (program, True, False)


def test_what_another_put_there_stays_and_one_that_leads_nowhere_is_replaced(tmp_path: Path) -> None:
    link, program = tmp_path / "alfred", tmp_path / "mine"
    program.touch()
    link.write_text("another's")
    assert "is something else and stays" in put_link(link, program)
    assert (remove_link(link, program), link.read_text()) == (False, "another's")
    link.unlink()
    link.symlink_to(tmp_path / "gone")
    assert (put_link(link, program), link.readlink()) == (f"`alfred` is a command now: {link}", program)


def test_a_folder_that_cannot_be_looked_into_is_told_and_ends_nothing(tmp_path: Path) -> None:
    link = tmp_path / ("x" * 300) / "alfred"  # refused as a folder of another user's is, which root would look into
    assert f"{link} cannot be made (" in put_link(link, tmp_path / "alfred")
    assert not remove_link(link, tmp_path / "alfred")


def test_a_shell_that_does_not_look_there_is_told_how(tmp_path: Path) -> None:
    assert how_to_be_found(tmp_path, f"/bin:{tmp_path}", "/bin/bash") == ""
    assert ">> ~/.bashrc" in how_to_be_found(tmp_path, "/bin", "/bin/bash")
    assert ">> ~/.zshrc" in how_to_be_found(tmp_path, "/bin", "/bin/zsh")
