# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Correct code holds: twenty days on each push, every fault strikes, the same seed lives the same day."""

import resource
from collections import Counter

import pytest

from tests.simulation.__main__ import main
from tests.simulation.faults import FAULTS, HOUR_S
from tests.simulation.runs import live, pool_of, reports

SEEDS = range(1, 21)
# Of the processor. A day takes about six (docs/simulation.md), and three times that on a machine
# whose cores are wanted by several others.
LIMIT_S = 1800.0


@pytest.fixture(scope="module")
def days():
    before = spent_s()
    found = list(reports(SEEDS, None, 2))
    return found, spent_s() - before


def spent_s():
    """Return processor seconds of the processes that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def test_twenty_days_with_every_fault_break_no_promise(days):
    found, _ = days
    assert [(one.seed, one.detail) for one in found if one.broken is not None] == []
    assert {one.virtual_s for one in found} == {86400.0}


def test_every_fault_strikes(days):
    found, _ = days
    struck = Counter()
    for one in found:
        struck.update(one.counts)
    assert [name for name in FAULTS if not struck[name]] == []
    for one in found:  # and no day is kind
        for name in ("hub_power_loss", "service_crash", "partition", "request_lost", "answer_lost"):
            assert one.counts.get(name, 0) > 0, (one.seed, name)
        for name in ("frame_lost", "frame_duplicated", "clock_jump", "sensor_dead", "radio_down"):
            assert one.counts.get(name, 0) > 0, (one.seed, name)


def test_twenty_days_take_little_time(days):
    _, seconds = days
    assert seconds < LIMIT_S


def test_no_two_seeds_live_the_same_day(days):
    found, _ = days
    assert len({one.trace for one in found}) == len(found)


def test_the_same_seed_lives_the_same_day_in_another_process():
    """Each fresh process has its own hash seed: no order of a set or dictionary may matter."""
    with pool_of(2) as pool:
        first, second = (pool.submit(live, 7, None, 6 * HOUR_S) for _ in range(2))
        assert first.result() == second.result()


def test_the_command_says_seed_seconds_and_commit(capsys):
    assert main(["--seeds", "1", "--first", "3", "--processes", "1"]) == 0
    said = capsys.readouterr().out
    assert "seed     3" in said
    assert "1 seeds x 24 h on 1 processes in" in said
    assert "0 broken {}, commit" in said
