# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import dataclass

import pytest

from hub.runtime.clock import GAP_MAX_S, Clock, StoryTime, kernel_synchronised


@dataclass
class Machine:
    """A machine whose clocks the test sets."""

    real: float = 1000.0
    wall: float = 1_800_000_000.0
    synchronised: bool = False

    def clock(self) -> Clock:
        return Clock(
            monotonic=lambda: self.real,
            wall_clock=lambda: self.wall,
            synchronised=lambda: self.synchronised,
        )

    def go(self, seconds: float) -> None:
        self.real += seconds
        self.wall += seconds


def test_the_axis_goes_on_where_the_journal_left_it():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    start = clock.start(500.0, machine.wall - 60)
    assert (start.at, start.gap_s, start.trusted) == (560.0, 60.0, True)
    machine.go(7.5)
    assert clock.axis() == 567.5


@pytest.mark.parametrize("gap_s", [-1.0, GAP_MAX_S + 1])
def test_an_impossible_gap_is_an_unknown_one(gap_s: float):
    machine = Machine(synchronised=True)
    start = machine.clock().start(500.0, machine.wall - gap_s)
    assert (start.at, start.gap_s) == (500.0, None)


def test_without_trust_there_is_no_wall_time_and_no_gap():
    clock = (machine := Machine()).clock()
    start = clock.start(500.0, machine.wall - 60)
    assert (start.at, start.gap_s, start.trusted) == (500.0, None, False)
    assert clock.utc() is None
    assert clock.utc_of(500.0) is None


def test_a_jump_of_the_machines_clock_moves_neither_axis_nor_wall_time():
    machine = Machine(synchronised=True)
    clock = machine.clock()
    clock.start(None, None)
    true = machine.wall
    machine.synchronised = False
    machine.wall += 86400.0
    machine.go(10)
    clock.check()
    assert clock.axis() == 10.0
    assert clock.utc() == pytest.approx(true + 10)


def test_a_time_server_that_answers_later_gives_trust_once():
    machine = Machine()
    clock = machine.clock()
    clock.start(None, None)
    assert not clock.check()
    machine.synchronised, machine.wall = True, machine.wall + 3e8
    assert clock.check()
    assert not clock.check()
    assert clock.utc() == pytest.approx(machine.wall)


def test_signed_time_of_the_service_makes_the_clock_trusted():
    machine = Machine(wall=0.0)
    clock = machine.clock()
    clock.start(None, None)
    assert clock.signing_s() == 0
    assert clock.signed_time(1_900_000_000.0)
    machine.go(5)
    assert clock.signing_s() == 1_900_000_005
    assert clock.utc() == pytest.approx(1_900_000_005)
    assert not clock.signed_time(1_900_000_006.0)


def test_story_time_runs_at_its_speed_jumps_and_never_goes_back():
    machine = Machine()
    clock = machine.clock()
    clock.start(100.0, None, StoryTime(utc_s=2e9, speed=1.0))
    assert clock.trusted
    clock.run_at(60.0)
    machine.go(2)
    assert clock.axis() == 220.0
    assert clock.utc() == pytest.approx(2e9 + 120)
    clock.jump(2e9 + 1000)
    assert clock.axis() == 1100.0
    clock.jump(2e9)
    assert clock.axis() == 1100.0
    assert clock.real_until(1160.0) == pytest.approx(1.0)
    clock.run_at(0.0)
    machine.go(50)
    assert clock.axis() == 1100.0
    assert clock.real_until(1160.0) > 3600
    # Signatures stay in real time.
    assert clock.signing_s() == int(machine.wall)


def test_the_kernel_answers_whether_it_is_synchronised():
    assert kernel_synchronised() in {True, False}
