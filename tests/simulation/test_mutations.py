# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A planted bug that no seed finds fails the build: green seeds with weak promises prove nothing."""

from pathlib import Path

import pytest

from tests.simulation.faults import FAULTS
from tests.simulation.invariants import INVARIANTS
from tests.simulation.mutations import MUTATIONS
from tests.simulation.runs import hunt, pool_of

DOCS = Path(__file__).parents[2] / "docs" / "simulation.md"


@pytest.fixture(scope="module")
def hunts():
    with pool_of(2) as pool:
        yield {name: pool.submit(hunt, name) for name in MUTATIONS}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_planted_bug_is_found_within_twenty_seeds(hunts, name):
    report, tries = hunts[name].result()
    assert report.broken in MUTATIONS[name].trips, f"{MUTATIONS[name].says}: {tries} seeds"


def test_each_promise_is_broken_by_a_planted_bug(hunts):
    broken = {one.result()[0].broken for one in hunts.values()}
    assert set(INVARIANTS) - broken == set()


def test_a_planted_bug_names_promises_that_are_kept_elsewhere():
    assert {name for bug in MUTATIONS.values() for name in bug.trips} <= set(INVARIANTS)


@pytest.mark.parametrize("name", [*INVARIANTS, *MUTATIONS, *FAULTS])
def test_promises_bugs_and_faults_stand_in_the_documentation(name):
    assert f"`{name}`" in DOCS.read_text("utf-8")
