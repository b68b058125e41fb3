# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Daily life comes out of a seed and nothing else."""

from itertools import pairwise

from showcase.resident import daily_life
from showcase.resident.daily_life import DAY_S


def test_the_same_seed_lives_the_same_month():
    assert daily_life.edges(7, 30) == daily_life.edges(7, 30)
    assert daily_life.edges(7, 30) != daily_life.edges(8, 30)


def test_edges_come_in_order_of_time():
    month = daily_life.edges(7, 30)
    assert all(one.at <= two.at for one, two in pairwise(month))
    assert month[-1].at > 29 * DAY_S


def test_nobody_moves_in_the_flat_while_she_is_out():
    month = daily_life.edges(3, 14)
    doors = [edge.at for edge in month if edge.device == "door-front" and not edge.on]
    outs = list(zip(doors[::2], doors[1::2], strict=True))
    assert outs
    for left, back in outs:
        inside = [e for e in month if left < e.at < back - 10 and e.device.startswith("motion")]
        assert not [edge for edge in inside if edge.on]


def test_she_sleeps_in_her_bed_every_night():
    month = daily_life.edges(5, 10)
    for number in range(1, 10):
        night = (number * DAY_S - 1.5 * 3600, number * DAY_S + 6 * 3600)
        taken = [e for e in month if e.device == "bed-bedroom" and e.at < night[1]]
        assert taken[-1].on
