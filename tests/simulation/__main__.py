# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.simulation`: many seeds of correct code, or of code with a planted bug."""

import argparse
import subprocess
import sys
import time
from collections import Counter

from tests.simulation.faults import FAULTS
from tests.simulation.mutations import MUTATIONS
from tests.simulation.runs import reports


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when every seed held (or, with a mutation, when one found it)."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--mutation", choices=sorted(MUTATIONS), help="plant this bug")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    struck: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    seeds = range(given.first, given.first + given.seeds)
    for report in reports(seeds, given.mutation, given.processes):
        struck.update(report.counts)
        said = "held" if report.broken is None else f"BROKEN {report.detail}"
        print(
            f"seed {report.seed:5} {report.trace[:12]} {report.virtual_s:8.0f} s {said}", flush=True
        )
        if report.broken is not None:
            broken[report.broken] += 1
            print(f"      again: python -m tests.simulation --first {report.seed} --seeds 1")
    seconds = time.perf_counter() - started
    print(", ".join(f"{name} {struck[name]}" for name in FAULTS))
    print(
        f"{given.seeds} seeds x 24 h on {given.processes} processes in {seconds:.1f} s,"
        f" {sum(broken.values())} broken {dict(broken)}, commit {_commit()}"
    )
    if given.mutation is not None:
        return 0 if broken else 1
    return 1 if broken else 0


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
