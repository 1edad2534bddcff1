"""The shape of the house: who may import whom, what stays out of the core, and how long a piece may be."""

import ast
import re
import sys
import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
SETTINGS = ROOT / "pyproject.toml"
PRODUCT = ("domain", "application", "adapters", "daemon", "web", "sandbox")
CORE = ("domain", "application")
VENDOR = re.compile(
    r"(?i)(?<![a-z])(microsoft|outlook|office_?365|teams|graph|entra|google|gmail|azure|devops|power_?automate"
    r"|anthropic|claude|ollama)(?![a-z])"
)
SPEAKS_OF_PROVIDERS = {
    "domain/places.py": "words that people write for a place that is none",
    "domain/free_mail.py": "domains where anybody has an address",
    "application/setup/steps.py": "the name of a page to read",
    "application/chat/tools/chats.py": "words that the owner uses",
}
# What holds a client that may write, in every provider's folder; its `__init__` puts both together.
HOLDS_WRITERS = frozenset({"executor", "drafts", "deed", "items", "reviewing", "reruns", "uploads"})
WRITER = re.compile(rf"adapters\.\w+\.(?:\w+\.)*(?:(?:{'|'.join(HOLDS_WRITERS)})\.\w+|Writing\w*)")
MAKES_WRITERS = {"adapters/google/calendar/api.py": "the calendar's client that may write, beside the one that reads"}
# Who may ask for an executor, to have something carried out.
ONE_DOOR = ("application/acting/", "application/connections.py", "application/ports/providers.py")
MAX_FUNCTION_LINES = 45
MAX_FILE_LINES = 350

Function = ast.FunctionDef | ast.AsyncFunctionDef


def contract_ids() -> list[str]:
    contracts = tomllib.loads(SETTINGS.read_text())["tool"]["importlinter"]["contracts"]
    return [contract["id"] for contract in contracts]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), path)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"node_modules", "static", "app"} & set(path.relative_to(ROOT).parts):
                yield path


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, wherever in the file, with its line; `from a import b` counts as `a.b`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def mentions(path: Path, *attributes: str) -> Iterator[int]:
    """The line of each `something.attribute`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and node.attr in attributes:
            yield node.lineno


def calls(path: Path, *methods: str, on: Collection[str]) -> Iterator[int]:
    """The line of each call of such a method of something that is held: `self._api.write(…)`."""
    for node in ast.walk(parsed(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in methods
            and isinstance(node.func.value, ast.Attribute)
            and node.func.value.attr in on
        ):
            yield node.lineno


def functions(path: Path) -> Iterator[tuple[Function, int]]:
    """Every function of a file with its length in lines, the signature included, decorators not."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("contract", contract_ids())
def test_imports_keep_the_contract(contract: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The linter's own set-up of logging would silence every logger that is there, for all tests to come.
    monkeypatch.setattr("importlinter.cli.logging_config.dictConfig", lambda settings: None)
    status = lint_imports(str(SETTINGS), limit_to_contracts=(contract,), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS


def test_the_core_imports_only_the_standard_library_and_itself() -> None:
    known = sys.stdlib_module_names | set(CORE)
    strangers = [
        f"{place(path, line)} imports {module}"
        for path in sources(*CORE)
        for line, module in imports(path)
        if module.split(".")[0] not in known
    ]
    assert strangers == [], "\n".join(strangers)


def words(path: Path) -> Iterator[tuple[int, str]]:
    """Every name and every text that the code of a file works with, with its line; prose for its readers is none."""
    tree = parsed(path)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, Function | ast.ClassDef):
            yield node.lineno, node.name


def test_the_core_knows_no_provider_by_name() -> None:
    """What providers differ in they declare at the port; else the next one would have to be written into the core."""
    named = [
        f"{place(path, line)} says {word}"
        for path in sources(*CORE)
        if path.relative_to(ROOT).as_posix() not in SPEAKS_OF_PROVIDERS
        for line, word in [(1, path.stem), *words(path)]
        if VENDOR.search(word)
    ]
    assert named == [], "\n".join(named)


def providers_that_act() -> list[Path]:
    return [path.parent for path in sorted((ROOT / "adapters").glob("*/executor.py"))]


def test_only_executors_reach_a_client_that_may_write() -> None:
    strangers = [
        f"{place(path, line)} imports {module}"
        for path in sources(*PRODUCT)
        if path.stem not in HOLDS_WRITERS and str(path.relative_to(ROOT)) not in MAKES_WRITERS
        for line, module in imports(path)
        if WRITER.fullmatch(module) and path != ROOT / Path(*module.split(".")[:2]) / "__init__.py"
    ]
    assert strangers == [], "\n".join(strangers)


def test_only_executors_write() -> None:
    folders = [str(folder.relative_to(ROOT)) for folder in providers_that_act() if folder.name != "memory"]
    assert {"adapters/google", "adapters/microsoft", "adapters/azure_devops", "adapters/power_automate"} <= {*folders}
    written = [path for path in sources(*folders) for _ in calls(path, "write", "start", on=("_api", "_flows"))]
    assert {path.stem for path in written} <= HOLDS_WRITERS, written
    assert {"/".join(path.relative_to(ROOT).parts[:2]) for path in written} == {*folders}


def test_only_what_acts_asks_for_an_executor() -> None:
    strangers = [
        place(path, line)
        for path in sources(*PRODUCT)
        if not str(path.relative_to(ROOT)).startswith(ONE_DOOR)
        for line in mentions(path, "executor", "executors")
    ]
    assert strangers == [], "\n".join(strangers)


def test_only_what_acts_appends_to_the_action_log() -> None:
    strangers = [
        place(path, line)
        for path in sources("application", "daemon", "web", "sandbox")
        if not path.is_relative_to(ROOT / "application" / "acting")
        for line in calls(path, "append", "append_many", on=("actions",))
    ]
    assert strangers == [], "\n".join(strangers)


def test_tests_use_no_mocks() -> None:
    mocks = [
        place(path, line)
        for path in sources("tests")
        if "mock" in path.read_text()
        for line, module in imports(path)
        if module == "mock" or module.startswith(("mock.", "unittest.mock"))
    ]
    assert mocks == [], "\n".join(mocks)


def asks_the_machine(node: ast.AST) -> bool:
    """Whether this is `datetime.now`, `date.today`, `time.time` or the like, called or handed on."""
    names = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return (owner, node.attr) in names


def test_the_time_is_told_by_the_clock_alone() -> None:
    """So that a month can pass in a test. The vigil compares the machine's clocks with each other, which is its work;
    an adapter may ask the machine for what it signs in with or hears from its provider."""
    clocks = {ROOT / "daemon" / "clock.py", ROOT / "daemon" / "vigil.py"}
    strays = [
        place(path, node.lineno)
        for path in sources("domain", "application", "daemon", "web", "adapters/sqlite")
        if path not in clocks | {ROOT / "adapters" / "sqlite" / "times.py"}
        for node in ast.walk(parsed(path))
        if asks_the_machine(node)
    ]
    assert strays == [], "\n".join(strays)


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{place(path, function.lineno)} {function.name}: {length} lines"
        for path in sources(*PRODUCT)
        for function, length in functions(path)
        if length > MAX_FUNCTION_LINES
    ]
    assert long == [], "\n".join(long)


def test_no_file_is_too_long_to_hold_in_mind() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in sources(*PRODUCT)}
    long = [f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths.items() if lines > MAX_FILE_LINES]
    assert long == [], "\n".join(long)


def test_every_folder_with_code_is_a_package() -> None:
    """Import contracts see only packages, so a folder without `__init__.py` would escape them."""
    folders = sorted({path.parent for path in sources(*PRODUCT)})
    bare = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    assert bare == [], "\n".join(bare)
