"""`alfred` as a command of the shell: a link where programs are looked for, which `setup.sh` makes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "alfred"
OWN, EVERYBODYS = Path("~/.local/bin"), Path("/usr/local/bin")


def place_of_link() -> Path:
    """Return where the link belongs: root's is everybody's, which `sudo` finds too."""
    return (EVERYBODYS if os.geteuid() == 0 else OWN.expanduser()) / NAME


def put_link(link: Path, program: Path) -> str:
    """Lead `link` to `program` and say so; what is there already and leads elsewhere stays."""
    if leads_to(link, program):
        return f"`{NAME}` is a command: {link}"
    try:
        if link.exists():
            return f"{link} is something else and stays; Alfred is {program}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(program)
    except OSError as error:
        return f"{link} cannot be made ({error.strerror}); Alfred is {program}"
    return f"`{NAME}` is a command now: {link}"


def leads_to(link: Path, program: Path) -> bool:
    """Whether it does, as far as may be looked."""
    try:
        return link.is_symlink() and link.readlink() == program
    except OSError:
        return False


def remove_link(link: Path, program: Path) -> bool:
    """Remove the link where it leads to `program`; return whether it did."""
    if not leads_to(link, program):
        return False
    link.unlink()
    return True


def how_to_be_found(folder: Path, path: str, shell: str) -> str:
    """Return how a shell that does not look into `folder` is told to; nothing where it does, as `path` says."""
    if str(folder) in path.split(os.pathsep):
        return ""
    file = "~/.zshrc" if shell.endswith("zsh") else "~/.bashrc"
    return (
        f"Your shell does not look into {folder} yet. Tell it once, and open a new terminal:\n"
        f"    echo 'export PATH=\"{folder}:$PATH\"' >> {file}"
    )


def main() -> None:
    """Make the link for the installation that runs this."""
    link, program = place_of_link(), Path(sys.executable).with_name(NAME)
    said = [put_link(link, program)]
    if leads_to(link, program):
        said.append(how_to_be_found(link.parent, os.environ.get("PATH", ""), os.environ.get("SHELL", "")))
    print("\n".join(filter(None, said)))


if __name__ == "__main__":
    main()
