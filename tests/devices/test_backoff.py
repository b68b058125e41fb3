# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from devices.backoff import BackOff, doubling


def test_waits_double_up_to_the_longest():
    assert doubling(0.1, 1.0) == (0.1, 0.2, 0.4, 0.8, 1.0)
    assert doubling(2.0, 2.0) == (2.0,)


def test_each_failure_waits_longer_and_a_success_begins_again():
    back_off = BackOff((1.0, 2.0, 5.0))
    assert [back_off.failed() for _ in range(4)] == [1.0, 2.0, 5.0, 5.0]
    assert back_off.failures == 4
    back_off.reset()
    assert (back_off.failures, back_off.failed()) == (0, 1.0)
