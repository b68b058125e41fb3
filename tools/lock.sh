#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
# Writes the three hash locks anew; needs uv. `tools/lock.sh --upgrade` takes newer releases.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() {
  "${UV:-uv}" pip compile pyproject.toml --quiet --universal --python-version 3.12 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --annotation-style line "$@"
}
lock --extra demo --group build --output-file requirements.lock "$@"
lock --extra demo --group build --group dev --constraints requirements.lock --output-file requirements-dev.lock "$@"
lock --extra service --group build --constraints requirements.lock --output-file requirements-service.lock "$@"
