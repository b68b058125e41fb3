# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.simulation`: many seeds of correct code, or of code with a planted bug, on some processes."""

import argparse
import gc
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.simulation.faults import END_S, FAULTS
from tests.simulation.mutations import MUTATIONS, planted
from tests.simulation.world import Report, run


def live(seed: int, mutation: str | None = None, until_s: float = END_S) -> Report:
    """Run one seed; garbage is collected between the days."""
    gc.collect()
    gc.disable()
    try:
        with planted(mutation):
            return run(seed, until_s=until_s)
    finally:
        gc.enable()


def reports(seeds: range, mutation: str | None, processes: int) -> Iterator[Report]:
    """Yield the reports in the order of the seeds."""
    if processes == 1:
        yield from map(partial(live, mutation=mutation), seeds)
        return
    with pool_of(processes) as pool:
        yield from pool.map(partial(live, mutation=mutation), seeds)


def pool_of(processes: int) -> ProcessPoolExecutor:
    """Make fresh processes: each with its own hash seed, none with a part of its parent."""
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def hunt(mutation: str, tries: int = 20) -> tuple[Report, int]:
    """Look for a planted bug; return the first report that breaks a fitting invariant, and the tries.

    Seeds known to find it come first. Without a find the last report is returned.
    """
    bug = MUTATIONS[mutation]
    seeds = list(dict.fromkeys((*bug.seeds, *range(1, tries + 1))))[:tries]
    for number, seed in enumerate(seeds, start=1):
        report = live(seed, mutation)
        if report.broken in bug.trips:
            return report, number
    return report, tries


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
