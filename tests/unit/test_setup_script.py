"""`setup.sh` on machines that are not this one: every command that it may call is a stub that writes down the call."""

import os
import pty
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.test_locks import LOCKS, ROOT

WORDS = ("install", "demo", "dev", "test", "check", "bench", "soak", "audit")
SYSTEM_TOOLS = ("bash", "cat", "cksum", "chmod", "cp", "dirname", "env", "grep", "ln", "mkdir", "rm", "uname")

# One script plays every command, under whichever name it is called.
STUB = """#!/usr/bin/env bash
name=${0##*/}
printf '%s %s\\n' "$name" "$*" >>"$DIARY"
case "$name $*" in
    python3*"version_info <"*) [ ! -e "$MACHINE/python_is_old" ] ;;
    *"import ensurepip"*) [ -e "$MACHINE/venv_module" ] ;;
    "apt-get"*" install "*) touch "$MACHINE/venv_module" "$MACHINE/apt_was_here"; cp "$0" "${0%/*}/python3" ;;
    "sudo -n true") exit 1 ;;
    "id -u") cat "$MACHINE/uid" ;;
    *" --version") echo "Python 3.11.0" ;;
    *" -m venv --clear "*)
        mkdir -p "${!#}/bin"
        echo "VIRTUAL_ENV=${!#}" >"${!#}/bin/activate"
        for tool in python uv alfred pip-audit; do cp "$0" "${!#}/bin/$tool"; done
        ;;
    "python "*"hatch_build.py"|"python "*"hatch_build.py --is-current") [ ! -e "$MACHINE/app_fails" ] ;;
    *"--npm"*" audit") [ ! -e "$MACHINE/npm_is_mute" ] ;;
    "pip-audit --version") [ -e "$MACHINE/audits" ] && echo "pip-audit $(cat "$MACHINE/audits")" ;;
    "pip-audit"*"$(cat "$MACHINE/weak_lock" 2>/dev/null || echo none)") exit 1 ;;
    *" -m pytest"*) exit "$(cat "$MACHINE/pytest_exit")" ;;
    "uv python install"*) [ ! -e "$MACHINE/no_own_python" ] ;;
    "uv python find"*)
        mkdir -p "$UV_PYTHON_INSTALL_DIR/own"
        cp "$0" "$UV_PYTHON_INSTALL_DIR/own/own-python"
        echo "$UV_PYTHON_INSTALL_DIR/own/own-python"
        ;;
    "uv pip install"*" -r "*) [ ! -e "$MACHINE/uv_fails" ] ;;
    "python -m pip install --require-hashes"*) [ ! -e "$MACHINE/pip_fails" ] ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A make-believe machine with a fresh copy of the repository's root on it."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "alfred"

    def set(self, trait: str, value: object = "") -> None:
        (self.folder / trait).write_text(f"{value}\n")

    def install_command(self, *names: str) -> None:
        for name in names:
            (self.folder / "bin" / name).write_text(STUB)
            (self.folder / "bin" / name).chmod(0o755)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.home / "setup.sh"), *words],
            capture_output=True,
            text=True,
            env=self._environment(),
            cwd="/",
            check=False,
        )

    def run_in_terminal(self, *words: str) -> int:
        """Run it as somebody at a terminal does; return how it ended."""
        there, here = pty.openpty()
        try:
            ended = subprocess.run(
                [str(self.home / "setup.sh"), *words],
                stdin=here,
                stdout=here,
                stderr=here,
                env=self._environment(),
                cwd="/",
                check=False,
            )
        finally:
            os.close(here)
            os.close(there)
        return ended.returncode

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.folder / "bin"),
            "MACHINE": str(self.folder),
            "DIARY": str(self.folder / "diary"),
        }

    def diary(self) -> list[str]:
        """The calls since the diary was last read."""
        path = self.folder / "diary"
        calls = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return calls

    def calls(self, beginning: str) -> list[str]:
        return [call for call in self.diary() if call.startswith(beginning)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Has a good Python 3.11, an owner who is not root, and no package manager."""
    made = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    made.home.mkdir()
    for tool in (*SYSTEM_TOOLS, "touch"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    for name in ("setup.sh", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, made.home / name)
    made.install_command("python3.11", "id")
    made.set("uid", 1000)
    made.set("pytest_exit", 0)
    made.set("venv_module")
    return made


def test_install_takes_only_packages_whose_hash_is_known(machine: Machine) -> None:
    assert machine.run("install").returncode == 0
    installs = machine.calls("uv pip install")
    assert [("--require-hashes" in call, "--no-deps" in call) for call in installs] == [(True, False), (False, True)]


def test_an_install_leaves_nothing_to_compile_for_a_service_that_may_not_write(machine: Machine) -> None:
    machine.run("install")
    (compiled,) = machine.calls("python -m compileall")
    assert all(f"{machine.home}/{folder}" in compiled for folder in ("domain", "adapters", "daemon", "web/api"))


def test_a_second_install_calls_no_installer(machine: Machine) -> None:
    machine.run("install")
    machine.diary()
    assert machine.run("install").returncode == 0
    assert machine.calls("uv") == []


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    machine.run("install")
    machine.diary()
    with (machine.home / "requirements.lock").open("a") as lock:
        lock.write("# newer\n")
    machine.run("install")
    assert len(machine.calls("uv pip install")) == 2


def test_what_the_tests_need_includes_what_the_demo_needs(machine: Machine) -> None:
    machine.run("test")
    machine.diary()
    assert machine.run("demo").returncode == 0
    assert machine.calls("uv") == []


def test_a_moved_folder_gets_a_new_environment(machine: Machine) -> None:
    machine.run("install")
    stale = machine.home / ".venv" / "bin" / "activate"
    stale.write_text("VIRTUAL_ENV=/elsewhere/.venv\n")
    (machine.home / ".venv" / ".installed").unlink()
    machine.diary()
    machine.run("install")
    assert len(machine.calls("python3.11 -m venv --clear")) == 1


def make_a_mac(machine: Machine) -> None:
    uname = machine.folder / "bin" / "uname"
    uname.unlink()
    uname.write_text("#!/usr/bin/env bash\necho Darwin\n")
    uname.chmod(0o755)


def test_on_a_mac_alfred_gets_a_python_that_no_other_program_replaces(machine: Machine) -> None:
    make_a_mac(machine)
    assert machine.run("install").returncode == 0
    diary = machine.diary()
    assert "uv python install --no-bin 3.13" in diary
    assert f"own-python -m venv --clear {machine.home}/.venv" in diary
    assert (machine.home / ".python" / "own" / "own-python").exists()


def test_on_a_mac_without_one_the_python_that_is_there_will_do(machine: Machine) -> None:
    make_a_mac(machine)
    machine.set("no_own_python")
    said = machine.run("install")
    assert (said.returncode, "asks for the key store" in said.stderr) == (0, True)
    assert f"python3.11 -m venv --clear {machine.home}/.venv" in machine.diary()


def test_elsewhere_the_python_that_is_there_is_taken(machine: Machine) -> None:
    machine.run("install")
    assert machine.calls("uv python") == []


def test_pip_takes_over_where_uv_cannot(machine: Machine) -> None:
    machine.set("uv_fails")
    assert machine.run("install").returncode == 0
    assert len(machine.calls("python -m pip install --require-hashes")) == 1


def test_an_install_that_failed_is_not_taken_for_done(machine: Machine) -> None:
    machine.set("uv_fails")
    machine.set("pip_fails")
    first = machine.run("install")
    assert (first.returncode == 0, "Alfred is installed" in first.stdout) == (False, False)
    machine.diary()
    assert machine.run("install").returncode != 0
    assert len(machine.calls("uv pip install")) == 1


def test_arguments_reach_alfred_as_they_were_given(machine: Machine) -> None:
    machine.run("demo", "--port", "9000", "--seed", "7")
    assert machine.calls("alfred") == ["alfred demo --port 9000 --seed 7"]


def test_without_a_word_and_a_terminal_it_installs_and_says_how_to_go_on(machine: Machine) -> None:
    said = machine.run()
    assert "alfred setup" in said.stdout + said.stderr
    assert machine.calls("alfred") == []


def test_without_a_word_in_a_terminal_the_wizard_follows(machine: Machine) -> None:
    assert machine.run_in_terminal() == 0
    assert machine.calls("alfred") == ["alfred setup"]


def test_dev_reloads(machine: Machine) -> None:
    machine.run("dev")
    assert machine.calls("alfred") == ["alfred demo --reload"]


def test_bench_runs_the_benchmarks_that_are_named(machine: Machine) -> None:
    benchmarks = machine.home / "tests" / "benchmarks"
    benchmarks.mkdir(parents=True)
    for name in ("one", "other"):
        (benchmarks / f"bench_{name}.py").touch()
    assert machine.run("bench", "other").returncode == 0
    assert machine.calls("python tests") == ["python tests/benchmarks/bench_other.py"]
    assert machine.run("bench").returncode == 0
    assert len(machine.calls("python tests")) == 2
    assert machine.run("bench", "unknown").returncode == 1


def test_bench_installs_the_programs_that_it_measures_beside_and_by(machine: Machine) -> None:
    machine.set("uid", 0)
    machine.install_command("apt-get", "mu", "notmuch")
    machine.run("bench")
    (install,) = [call for call in machine.calls("apt-get") if " install " in call]
    assert install.endswith(" maildir-utils notmuch wrk")
    machine.install_command("wrk")
    machine.run("bench")
    assert machine.calls("apt-get") == []


PACKAGE_LOCKS = ("web/app", "tests/browser", "tests/browser/lighthouse")


def test_an_audit_judges_every_lock_file_and_takes_no_silence_for_health(machine: Machine) -> None:
    ran = machine.run("audit")
    assert ran.returncode == 0, ran.stderr
    diary = machine.diary()
    audits = [call for call in diary if call.startswith("pip-audit --strict --require-hashes")]
    assert [call.rpartition("/")[2] for call in audits] == list(LOCKS)
    assert [call.split()[-2] for call in diary if call.endswith(" audit") and "--npm" in call] == [
        str(machine.home / folder) for folder in PACKAGE_LOCKS
    ]


def test_an_audit_goes_on_after_a_finding_and_names_every_lock_that_is_not_in_order(machine: Machine) -> None:
    machine.set("weak_lock", machine.home / "requirements.lock")
    machine.set("npm_is_mute")
    ran = machine.run("audit")
    assert ran.returncode == 1
    named = ", ".join(["requirements.lock", *(f"{folder}/package-lock.json" for folder in PACKAGE_LOCKS)])
    assert ran.stderr.strip().endswith(f": {named}")


def test_the_tests_ask_no_registry_about_weaknesses(machine: Machine) -> None:
    machine.run("test")
    assert [call for call in machine.diary() if "audit" in call] == []


def test_without_the_app_nothing_is_tested(machine: Machine) -> None:
    machine.set("app_fails")
    ran = machine.run("test")
    assert (ran.returncode, "could not be built" in ran.stderr) == (1, True)
    assert machine.calls("python -m pytest") == []


@pytest.mark.parametrize("code", [0, 1, 2, 5])
def test_the_tests_exit_code_is_passed_on(machine: Machine, code: int) -> None:
    machine.set("pytest_exit", code)
    assert machine.run("test", "-k", "rules").returncode == code
    (call,) = machine.calls("python -m pytest")
    assert call.startswith("python -m pytest ")
    assert call.endswith(" -k rules")


def test_debian_installs_the_missing_venv_module_as_root(machine: Machine) -> None:
    (machine.folder / "venv_module").unlink()
    machine.install_command("apt-get")
    machine.set("uid", 0)
    ran = machine.run("install")
    assert ran.returncode == 0
    assert "Installing from Debian: python3 python3-venv" in ran.stdout


def test_without_root_the_one_command_is_said(machine: Machine) -> None:
    (machine.folder / "venv_module").unlink()
    machine.install_command("apt-get", "sudo")
    ran = machine.run("install")
    assert ran.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends python3 python3-venv" in ran.stderr
    assert not (machine.folder / "apt_was_here").exists()


def test_a_machine_without_python_gets_debians(machine: Machine) -> None:
    (machine.folder / "bin" / "python3.11").rename(machine.folder / "bin" / "python3.10")
    machine.install_command("apt-get")
    machine.set("uid", 0)
    ran = machine.run("install")
    assert "Installing from Debian: python3 python3-venv" in ran.stdout


@pytest.mark.parametrize("has_python", [True, False], ids=["old", "none"])
def test_where_python_is_too_old_it_fetches_another_that_only_alfred_uses(machine: Machine, has_python: bool) -> None:
    (machine.folder / "bin" / "python3.11").unlink()
    machine.set("python_is_old")
    machine.set("uid", 0)
    machine.install_command("apt-get", *(["python3"] if has_python else []))
    assert machine.run("install").returncode == 0
    diary = machine.diary()
    assert ("python3 -m venv --clear" in " ".join(diary), (machine.folder / "apt_was_here").exists()) == (
        True,
        not has_python,
    )
    assert [call for call in diary if call.endswith("/.venv")] == [f"own-python -m venv --clear {machine.home}/.venv"]


def test_where_none_can_be_fetched_it_says_so_and_what_to_do(machine: Machine) -> None:
    machine.install_command("python3")
    machine.set("python_is_old")
    machine.set("no_own_python")
    ran = machine.run("install")
    assert (ran.returncode, "Run this again where there is a network" in ran.stderr) == (1, True)
    assert not (machine.home / ".venv").exists()


def test_an_unknown_word_is_refused_with_the_known_ones(machine: Machine) -> None:
    ran = machine.run("instal")
    assert ran.returncode == 2
    assert "unknown word: instal" in ran.stderr
    assert [word for word in WORDS if word not in ran.stderr] == []
    assert machine.diary() == []
