#!/usr/bin/env bash
# Installs Alfred into .venv beside this file, then does what it is asked. Needs bash 3.2, a Python and a network.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
venv="$root/.venv"
stamp="$venv/.installed"
uv_version=0.13.8
own_minor=3.13
pip_audit_version=2.10.1

# Settings of the surroundings that would put packages, or other people's modules, in the wrong place.
unset PYTHONHOME PYTHONPATH
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PLAYWRIGHT_BROWSERS_PATH="$venv/browsers"

usage() {
    cat <<'TEXT'
Usage: ./setup.sh [WORD] [ARGUMENTS...]

  (no word)  install, then set Alfred up with you, step by step: alfred setup
  install    install into .venv
  demo       install and start the whole product on a make-believe household: alfred demo
  dev        the same, started anew whenever the code changes
  test       install what the tests need and run every test
  check      format, lint, types, imports and unit tests, the app's included, in under 90 seconds
  bench      the benchmarks, or those that are named: ./setup.sh bench mime
  soak       the long tests
  audit      ask the registries whether a locked package has a known weakness
  lock       resolve the newest packages into the lock files
  help       this text

Arguments are passed on: ./setup.sh demo --port 9000, ./setup.sh test -k rules
TEXT
}

say() { printf '==> %s\n' "$*"; }
warn() { printf 'setup.sh: %s\n' "$*" >&2; }
fail() {
    warn "$@"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
is_mac() { [ "$(uname -s)" = Darwin ]; }

# --- What belongs to the system --------------------------------------------------------------------------------------

is_root() { [ "$(id -u)" = 0 ]; }

# Without a terminal nobody can type sudo's password, so only a sudo that asks for none counts.
can_sudo() { has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }

as_root() {
    if is_root; then "$@"; else sudo "$@"; fi
}

apt_command() { printf 'sudo apt-get install -y --no-install-recommends %s' "$*"; }

# Hundreds of lines of unpacking are for whoever watches, not for a log.
show_to_watchers() {
    if [ -t 1 ]; then "$@"; else "$@" >/dev/null; fi
}

# Installs Debian packages; fails when that takes rights which nobody gave.
apt_install() {
    has apt-get || return 1
    is_root || can_sudo || return 1
    say "Installing from Debian: $*"
    as_root apt-get -qq update || warn "apt-get update failed; trying with the package lists that are here"
    show_to_watchers as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"
}

# uv and Node bring their own lists of certificate authorities; the system's may hold one more, of a firm's proxy say.
authorities=/etc/ssl/certs/ca-certificates.crt
if is_mac || [ -e "$authorities" ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
fi
if [ -e "$authorities" ]; then
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$authorities}"
fi

# --- Python ----------------------------------------------------------------------------------------------------------

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Prints the newest Python that is here, recent enough and able to make environments.
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if has "$name" && is_recent "$name" && can_make_venv "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

say_how_to_get_python() {
    if is_mac; then
        fail "Alfred needs a Python to begin with; the command line tools bring one: xcode-select --install"
    elif has apt-get; then
        fail "Alfred needs a Python to begin with. Install it with: $(apt_command python3 python3-venv)"
    fi
    fail "Alfred needs Python 3 with its venv module to begin with. Install it, then run this again."
}

# Any Python that can make environments will do, since an old one can fetch another.
ensure_some_python() {
    find_python >/dev/null || can_make_venv python3 || apt_install python3 python3-venv || say_how_to_get_python
}

# Sets $python: where that of the system is too old, and on every Mac, one that only Alfred uses. Homebrew replaces its
# own at each upgrade, and the key store then asks again.
choose_python() {
    local own
    ensure_some_python
    python=$(find_python) || python=""
    if [ -n "$python" ] && ! is_mac; then return; fi
    say "Fetching a Python of Alfred's own into .python"
    if own=$(own_python "${python:-python3}"); then
        python=$own
    elif [ -n "$python" ]; then
        warn "It could not be fetched; with $python the Mac asks for the key store after each upgrade of it."
    else
        fail "Alfred needs Python $own_minor or another from 3.11 on, and none could be fetched: the lines above say why." \
            "Run this again where there is a network, or install one from https://www.python.org/downloads/."
    fi
}

# Prints where it lies; what is said meanwhile is for whoever watches.
own_python() {
    local tools="$root/.python/tools"
    export UV_PYTHON_INSTALL_DIR="$root/.python"
    "$1" -m venv --clear "$tools" >&2 &&
        "$tools/bin/python" -m pip install --quiet "uv==$uv_version" >&2 &&
        "$tools/bin/uv" python install --no-bin "$own_minor" >&2 &&
        "$tools/bin/uv" python find --managed-python "$own_minor"
}

# --- The environment -------------------------------------------------------------------------------------------------

# What the environment was made from. A folder that was moved counts as changed: its scripts carry their path.
fingerprint() {
    { printf '%s\n' "$root" "$uv_version"; cat "$root/pyproject.toml" "$root"/requirements*.lock; } | cksum
}

# The tests' packages include the product's.
is_installed() {
    local found
    [ -f "$stamp" ] && [ -x "$venv/bin/alfred" ] && is_recent "$venv/bin/python" || return 1
    found=$(cat "$stamp")
    [ "$found" = "requirements-test.lock $(fingerprint)" ] || [ "$found" = "$1 $(fingerprint)" ]
}

is_usable() {
    is_recent "$venv/bin/python" && "$venv/bin/python" -c 'import pip' 2>/dev/null && grep -qF "$venv" "$venv/bin/activate"
}

make_venv() {
    if is_usable; then return; fi
    [ -w "$root" ] || fail "Cannot write to $root. Run this as the owner of that folder."
    choose_python
    say "Making .venv with $("$python" --version) ($python)"
    "$python" -m venv --clear "$venv"
}

# A service may not write beside the code, so what Python compiles is written now; uv does it for the packages.
export UV_COMPILE_BYTECODE=1
compile_own() {
    "$venv/bin/python" -m compileall -q "$root"/{domain,application,adapters,daemon,web/api,sandbox}
}

# Called in no condition: there bash would not stop at the first command that fails.
install_packages() {
    local lock=$1
    if "$venv/bin/python" -m pip install --quiet "uv==$uv_version" &&
        "$venv/bin/uv" pip install --python "$venv/bin/python" --require-hashes -r "$root/$lock" &&
        "$venv/bin/uv" pip install --python "$venv/bin/python" --quiet --no-deps --no-build-isolation -e "$root"; then
        return
    fi
    # uv does not read pip's settings, so behind a private mirror only pip may know the way.
    warn "uv could not install; trying pip, which is slower"
    "$venv/bin/python" -m pip install --require-hashes -r "$root/$lock"
    "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e "$root"
}

ensure_installed() {
    local lock=$1
    if is_installed "$lock"; then return; fi
    make_venv
    rm -f "$stamp"
    say "Installing packages from $lock (about half a gigabyte on disk; minutes on a slow line)"
    install_packages "$lock"
    compile_own || warn "Python could not compile Alfred ahead; his first start takes longer."
    printf '%s\n' "$lock $(fingerprint)" >"$stamp"
    say "Installed in $SECONDS s"
}

# --- The app ---------------------------------------------------------------------------------------------------------

# The Node that builds it lies in .venv, with everything else.
build_app() { "$venv/bin/python" "$root/hatch_build.py" "$@"; }

ensure_app() {
    local log="$venv/app.log"
    if build_app --is-current; then return; fi
    say "Building the app (half a minute)"
    if [ -t 1 ]; then
        build_app || fail "The app could not be built; its messages stand above."
    elif ! build_app >"$log" 2>&1; then
        cat "$log" >&2
        fail "The app could not be built."
    fi
}

# --- What only some tests need ---------------------------------------------------------------------------------------

# The driver of Playwright is a Node that leans on libatomic, which a minimal Debian lacks.
browser_packages="chromium firefox-esr libatomic1 fonts-liberation fonts-noto-color-emoji"

is_debian() { has apt-get && grep -q '^ID=debian' /etc/os-release 2>/dev/null; }

has_browsers() {
    "$venv/bin/python" -m playwright --version >/dev/null 2>&1 || return 1
    [ -d "$PLAYWRIGHT_BROWSERS_PATH" ] && return
    has chromium && { has firefox-esr || has firefox; }
}

# Debian's own browsers come with the libraries they need; elsewhere Playwright brings its builds.
install_browsers() {
    if is_debian; then
        # shellcheck disable=SC2086 # a list of words
        apt_install $browser_packages
    elif is_root && has apt-get; then
        "$venv/bin/python" -m playwright install --with-deps chromium firefox
    else
        "$venv/bin/python" -m playwright install chromium firefox
    fi
}

ensure_browsers() {
    compgen -G "$root/tests/browser/test_*.py" >/dev/null || return 0
    if has_browsers; then return; fi
    say "Installing browsers for the browser tests (a minute or two)"
    if install_browsers; then return; fi
    warn "No browsers could be installed: the tests that need one are skipped."
    if is_debian; then
        warn "To run them too: $(apt_command "$browser_packages")"
    fi
}

# axe and Lighthouse judge the app; each lies in the folder named.
ensure_judge() {
    build_app --npm "$root/$1" >"$venv/npm.log" 2>&1 && return
    warn "The packages of $1 could not be installed: the tests that need them are skipped. See $venv/npm.log"
}

# The benchmarks measure beside the two mail indexers that people know, and ask the API by wrk: a client in Python would be
# slower than what it measures.
ensure_rivals() {
    if has mu && has notmuch && has wrk; then return; fi
    apt_install maildir-utils notmuch wrk ||
        warn "Without mu, notmuch and wrk the comparisons with the first two are skipped, and the API's figures are the client's."
}

# --- The words -------------------------------------------------------------------------------------------------------

# pytest's own exit code for "no tests were collected" is 5; nothing tested is nothing passed.
run_pytest() {
    local status=0
    "$venv/bin/python" -m pytest "$@" || status=$?
    if [ "$status" = 5 ]; then warn "No test was found."; fi
    if [ "$status" -gt 1 ]; then warn "pytest ended with code $status."; fi
    return "$status"
}

# Tests often wait for a process of theirs, so one worker more than there are cores keeps those busy.
workers() {
    local cores
    cores=$(getconf _NPROCESSORS_ONLN)
    if [ "$cores" -lt 4 ]; then echo $((cores + 1)); else echo 4; fi
}

# The app is built beside what is installed for the browser tests.
prepare_tests() {
    ensure_installed requirements-test.lock
    ensure_app &
    local building=$!
    ensure_browsers
    ensure_judge tests/browser
    wait "$building"
}

# Of the plug-ins that packages bring along, only those that the tests use: each worker would read, and rewrite, all others.
export PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTEST_PLUGINS=xdist.plugin,pytest_timeout,_hypothesis_pytestplugin
# What one worker or one of a thousand processes has compiled, the next need not compile again.
unset PYTHONDONTWRITEBYTECODE

# Each file's tests stay together, since they share what is costly to set up, and run in the order that tests/conftest.py
# gives them.
run_tests() {
    prepare_tests
    cd "$root"
    run_pytest --numprocesses="$(workers)" --dist=loadfile --no-loadscope-reorder "$@"
}

run_soak() {
    prepare_tests
    ensure_judge tests/browser/lighthouse
    cd "$root"
    run_pytest -m soak --timeout=0 --hypothesis-profile=soak "$@"
}

# A benchmark is a script that prints its figures, bench_NAME.py, or a marked test. Names choose among the scripts.
run_benchmarks() {
    ensure_installed requirements-test.lock
    ensure_rivals
    cd "$root"
    local name file status=0
    if [ $# -eq 0 ]; then
        set -- '*'
        if grep -qs 'mark.benchmark' tests/benchmarks/test_*.py; then
            run_pytest -m benchmark --timeout=0 --capture=no tests/benchmarks || status=1
        fi
    fi
    for name in "$@"; do
        for file in tests/benchmarks/bench_${name}.py; do
            [ -f "$file" ] || fail "There is no benchmark named $name."
            say "$file"
            "$venv/bin/python" "$file" || status=1
        done
    done
    return "$status"
}

failed_checks=""
judge() {
    local name=$1
    shift
    say "$name"
    "$@" || failed_checks="$failed_checks, $name"
}

run_checks() {
    ensure_installed requirements-test.lock
    cd "$root"
    local types="$venv/.mypy.out" typing
    "$venv/bin/python" -m mypy >"$types" 2>&1 &
    typing=$!
    judge format "$venv/bin/ruff" format --check .
    judge lint "$venv/bin/ruff" check .
    judge "imports and unit tests" run_pytest -q --numprocesses=2 --dist=loadfile tests/test_architecture.py tests/unit "$@"
    judge "the app's types" build_app --npm web/app run check
    judge "the app's tests" build_app --npm web/app run test
    judge types wait "$typing"
    cat "$types"
    [ -z "$failed_checks" ] || fail "Not in order: ${failed_checks#, }"
    say "All in order, in $SECONDS s"
}

resolve() {
    "$venv/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-header --no-annotate pyproject.toml "$@"
}

run_lock() {
    ensure_installed requirements-test.lock
    cd "$root"
    resolve --extra build --output-file requirements.lock
    resolve --all-extras --constraint requirements.lock --output-file requirements-test.lock
}

# pip-audit lies apart, so that what it brings is not in the way of what it judges.
ensure_auditor() {
    local home="$venv/audit"
    if "$home/bin/pip-audit" --version 2>/dev/null | grep -qF "$pip_audit_version"; then return; fi
    say "Installing pip-audit"
    "$venv/bin/python" -m venv --clear "$home"
    "$home/bin/python" -m pip install --quiet "pip-audit==$pip_audit_version"
}

# Strict: a package that nobody could be asked about is not taken for a sound one.
audit_python() { "$venv/audit/bin/pip-audit" --strict --require-hashes --disable-pip --progress-spinner off -r "$root/$1"; }
audit_node() { build_app --npm "$root/$1" audit; }

run_audit() {
    ensure_installed requirements-test.lock
    ensure_auditor
    local name
    for name in requirements.lock requirements-test.lock; do judge "$name" audit_python "$name"; done
    for name in web/app tests/browser tests/browser/lighthouse; do judge "$name/package-lock.json" audit_node "$name"; done
    [ -z "$failed_checks" ] ||
        fail "Weak, or nobody could be asked (the lines above tell; a mirror often hands out packages alone): ${failed_checks#, }"
    say "No known weakness, in $SECONDS s"
}

run_install() {
    ensure_installed requirements.lock
    ensure_app
    "$venv/bin/python" -m daemon.command_link
    say "Alfred is installed. Next: ./setup.sh demo, or your own household: .venv/bin/alfred setup"
}

# Without a terminal there is nobody to ask.
run_first_steps() {
    run_install
    if [ ! -t 0 ] || [ ! -t 1 ]; then return; fi
    exec "$venv/bin/alfred" setup
}

run_alfred() {
    ensure_installed requirements.lock
    ensure_app
    exec "$venv/bin/alfred" "$@"
}

# What watches the files for changes comes with the tests' packages.
run_dev() {
    ensure_installed requirements-test.lock
    ensure_app
    exec "$venv/bin/alfred" demo --reload "$@"
}

main() {
    local word=${1:-}
    [ $# -eq 0 ] || shift
    case $word in
        "") run_first_steps ;;
        install) run_install ;;
        demo) run_alfred demo "$@" ;;
        dev) run_dev "$@" ;;
        test) run_tests "$@" ;;
        check) run_checks "$@" ;;
        bench) run_benchmarks "$@" ;;
        soak) run_soak "$@" ;;
        audit) run_audit ;;
        lock) run_lock ;;
        help | -h | --help) usage ;;
        *)
            usage >&2
            warn "unknown word: $word"
            exit 2
            ;;
    esac
}

main "$@"
