# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs of many seeds on some processes, of correct code or of code with a planted bug."""

import ctypes
import gc
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.simulation.faults import END_S
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
    return ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """Leave nothing behind when the parent is killed (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


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
