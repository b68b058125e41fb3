#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
# Makes .venv from one of the hash locks; does nothing, and needs no network, when it is already up to date.
# usage: tools/environment.sh run|dev|which   (which: prints the Python it would take)
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?run, dev or which}
stamp=.venv/tohuus-stamp

fresh_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

first_python() {
  local name folder folders
  for name in ${PYTHON:-} python3.13 python3.12 python3; do
    if fresh_enough "$name"; then command -v "$name"; return; fi
  done
  # A version switcher may stand in front and refuse; look behind it.
  read -ra folders <<< "${TOHUUS_PYTHON_FOLDERS-/usr/local/bin /usr/bin $(echo "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[2-9]*/bin)}"
  for name in python3.13 python3.12 python3; do
    for folder in "${folders[@]}"; do
      if fresh_enough "$folder/$name"; then echo "$folder/$name"; return; fi
    done
  done
  return 1
}

# Only what decides on the packages counts: a changed lint rule installs nothing.
sum_of() { { cat requirements.lock requirements-dev.lock; sed '/^\[tool\.uv\]/,$d' pyproject.toml; } | cksum | tr ' ' -; }

no_python() {
  echo "Tohuus needs Python 3.12 or newer; none of python3.13, python3.12 and python3 is one that runs." >&2
  exit 2
}

if [ "$kind" = which ]; then
  first_python || no_python
  exit 0
fi

wanted=$(sum_of)
if [ -f "$stamp" ] && fresh_enough .venv/bin/python; then
  read -r have_kind have_sum < "$stamp"
  if [ "$have_sum" = "$wanted" ] && { [ "$have_kind" = "$kind" ] || [ "$have_kind" = dev ]; }; then exit 0; fi
  if [ "$have_kind" = dev ]; then kind=dev; fi  # never take a developer's tools away
fi

if ! fresh_enough .venv/bin/python; then
  python=$(first_python) || no_python
  echo "Creating .venv with $("$python" --version) (some seconds)"
  if ! "$python" -m venv --clear .venv; then
    echo "Python cannot create a virtual environment here; on Debian: apt-get install python3-venv" >&2
    exit 2
  fi
fi

rm -f "$stamp"
log=.venv/tohuus-install.log
job=
# Whoever stops us stops what we wait for: a job in the background does not hear Ctrl-C.
trap 'if [ -n "$job" ]; then kill "$job" 2>/dev/null || true; fi' EXIT
trap 'exit 130' INT TERM HUP

# usage: quietly PACKAGES SENTENCE COMMAND...   Says the sentence and how far it is; everything else only if it fails.
quietly() {
  local of=$1 sentence=$2 began=$SECONDS told=$SECONDS count
  shift 2
  echo "$sentence"
  "$@" >"$log" 2>&1 </dev/null &
  job=$!
  while kill -0 "$job" 2>/dev/null; do
    sleep "${TOHUUS_LOOK_S:-0.5}"
    count=$(grep -c -E '^(Collecting|Requirement already)' "$log" || true)
    if grep -q '^Installing collected' "$log"; then how_far="unpacking"; else how_far="$count of $of fetched"; fi
    if [ "$of" -eq 0 ]; then how_far="working"; fi
    if [ -t 1 ]; then
      printf '\r  %s, %s s \033[K' "$how_far" $((SECONDS - began))
    elif [ $((SECONDS - told)) -ge "${TOHUUS_TELL_S:-10}" ]; then
      told=$SECONDS
      echo "  $how_far, $((SECONDS - began)) s"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
  if wait "$job"; then job=; return; fi
  job=
  echo "That failed. All it said:" >&2
  cat "$log" >&2
  exit 1
}

# Wheels only: nothing is compiled, and no build tool is fetched behind the lock's back. One developer's package
# exists only as source; it is built with the setuptools that the first lock has just installed.
source_only=(--no-build-isolation --no-binary pyric)
if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
  install=(uv pip install --python .venv/bin/python)
else
  export PIP_DISABLE_PIP_VERSION_CHECK=1
  install=(.venv/bin/python -m pip install --no-input)
fi
packages() { grep -c '^[a-z0-9].*==' "$1"; }
quietly "$(packages requirements.lock)" \
  "Installing $(packages requirements.lock) packages, each checked against its hash (about a minute the first time)" \
  "${install[@]}" --require-hashes --only-binary :all: -r requirements.lock
if [ "$kind" = dev ]; then
  quietly "$(packages requirements-dev.lock)" \
    "Installing the tools for tests and checks, $(packages requirements-dev.lock) packages with those above (about a minute the first time)" \
    "${install[@]}" --require-hashes --only-binary :all: "${source_only[@]}" -r requirements-dev.lock
fi
quietly 0 "Installing Tohuus itself (some seconds)" "${install[@]}" --no-deps --no-build-isolation --no-index -e .
rm -f "$log"
echo "$kind $wanted" > "$stamp"
